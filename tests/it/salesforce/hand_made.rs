//! Rows that somebody changed by hand, so that they say what no tool would write.

use super::Org;
use serde_json::{Value, json};
use tests::day;

fn tonight(more: i64) -> Value {
    json!({"check_in_date": day(0), "check_out_date": day(more), "limit": 50})
}

fn offers(found: &tests::Told, room: &str) -> bool {
    found.data()["rooms"].as_array().expect("rooms").iter().any(|it| it["room_number"] == room)
}

/// Sets fields of a booking.
fn set(org: &Org, booking: &str, fields: &[(&str, Value)]) {
    let id = org.text("Booking__c", ("Name", booking), "Id");
    fields.iter().for_each(|(field, value)| org.fake.poke(&id, field, value.clone()));
}

#[tokio::test]
async fn a_guest_who_is_here_before_the_arrival_holds_the_room_tonight() {
    let org = Org::new();
    set(
        &org,
        "BK-0003",
        &[
            ("Status__c", json!("Checked In")),
            ("Check_In_Date__c", json!(day(2))),
            ("Check_Out_Date__c", json!(day(5))),
        ],
    );
    let staff = org.world.staff();
    assert!(!offers(&staff.call("search_available_rooms", tonight(1)).await, "205"));
    let book = |guest: &str, room: &str| {
        json!({"guest_email": guest, "room_number": room, "check_in_date": day(0), "check_out_date": day(1)})
    };
    let code = "ROOM_ALREADY_BOOKED";
    staff.refused("create_booking", book("patrick.obrien@example.com", "205"), code).await;
    staff.refused("create_booking", book("sarah@example.com", "104"), "ALREADY_BOOKED").await;
    // Decided on rows that were read before, and refused by those that are.
    staff.refused("assign_room", json!({"booking_number": "BK-0006", "room_number": "205"}), code).await;
}

/// Somebody has mixed up the two days.
#[tokio::test]
async fn a_departure_before_the_arrival_is_none() {
    let org = Org::new();
    set(&org, "BK-0003", &[("Check_In_Date__c", json!(day(5))), ("Check_Out_Date__c", json!(day(2)))]);
    let staff = org.world.staff();
    let look = json!({"booking_number": "BK-0003"});
    let shown = staff.call("search_bookings_on_behalf_of_staff", look).await.data()["bookings"][0].clone();
    assert_eq!(shown["incomplete"], json!(["check_out_date"]), "{shown}");
    assert_eq!(
        (&shown["check_in_date"], &shown["check_out_date"], &shown["folio_cents"]),
        (&json!(day(5)), &json!(day(2)), &Value::Null)
    );
    for (from, to, free) in [(1, 5, true), (2, 6, false), (5, 6, false), (5, 9, false)] {
        let nights = json!({"check_in_date": day(from), "check_out_date": day(to), "limit": 50});
        assert_eq!(offers(&staff.call("search_available_rooms", nights).await, "205"), free, "{from} to {to}");
    }
    // It holds every night from its arrival on.
    for from in [5, 40] {
        let book = json!({"guest_email": "patrick.obrien@example.com", "room_number": "205",
            "check_in_date": day(from), "check_out_date": day(from + 2)});
        staff.refused("create_booking", book, "ROOM_ALREADY_BOOKED").await;
    }
    staff.refused("cancel_booking", json!({"booking_number": "BK-0003"}), "INVALID_TRANSITION").await;
}

/// A guest who was here before the arrival that was booked leaves before it, and the checkout can be taken back.
#[tokio::test]
async fn who_leaves_before_the_arrival_that_was_booked_has_stayed() {
    let org = Org::new();
    set(&org, "BK-0001", &[("Check_In_Date__c", json!(day(2))), ("Check_Out_Date__c", json!(day(5)))]);
    let staff = org.world.staff();
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let left = staff.call("process_guest_checkout", leave.clone()).await.data().clone();
    let again = staff.call("process_guest_checkout", leave).await;
    assert_eq!(again.data()["already_checked_out"], true, "{}", again.0);
    let back = json!({"guest_email": "beth.gibbs@email.com", "payment_intent_id": left["payment_intent_id"],
        "reason": "a mistake"});
    let back = staff.call("compensate_checkout_failure", back).await;
    assert_eq!(back.data()["stay_reopened"], true, "{}", back.0);
}
