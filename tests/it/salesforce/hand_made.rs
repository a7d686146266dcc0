//! Rows that somebody changed by hand, so that they say what no tool would write.

use super::Org;
use serde_json::{Value, json};
use tests::day;
use tests::fakes::Twilio;

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
    let book = |guest: &str, room: &str| json!({"guest_email": guest, "room_number": room, "check_in_date": day(0), "check_out_date": day(1)});
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
        assert_eq!(
            offers(&staff.call("search_available_rooms", nights).await, "205"),
            free,
            "{from} to {to}"
        );
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

/// The records name an occupant who has no e-mail, or whom the servers may not see: that is somebody.
#[tokio::test]
async fn an_occupant_without_email_is_somebody_else() {
    let org = Org::new();
    let stranger = org.fake.insert("Contact", &json!({"FirstName": "Ida", "LastName": "Nomail"}));
    let room = |number: &str| org.text("Hotel_Room__c", ("Room_Number__c", number), "Id");
    for number in ["201", "106", "205"] {
        org.fake.poke(&room(number), "Current_Guest__c", json!(stranger));
    }
    let staff = org.world.staff();
    let shown = staff.call("search_rooms_on_behalf_of_staff", json!({"room_number": "201"})).await;
    assert_eq!(
        shown.data()["rooms"][0]["occupant"],
        json!({"guest_name": "Ida Nomail", "guest_wrote": ["guest_name"]})
    );
    let other = json!({"booking_number": "BK-0001", "guest_email": "patrick.obrien@example.com"});
    staff.done("manage_booking", other).await;
    let leave = json!({"guest_email": "patrick.obrien@example.com", "payment_method_id": "pm_card_visa"});
    let left = staff.call("process_guest_checkout", leave).await;
    assert_eq!(
        left.data()["warnings"][0],
        "Room 201 is occupied by somebody else; it was left so.",
        "{}",
        left.0
    );
    assert_eq!(org.text("Hotel_Room__c", ("Room_Number__c", "201"), "Current_Guest__c"), stranger);
    assert_eq!(
        (org.room_status("201"), org.booking_status("BK-0001")),
        ("Occupied".to_owned(), "Checked Out".to_owned())
    );
    // A room that is not occupied is tidied and taken, whoever is still named there.
    staff.done("update_room_status", json!({"room_number": "106", "status": "Vacant"})).await;
    assert_eq!(org.text("Hotel_Room__c", ("Room_Number__c", "106"), "Current_Guest__c"), "");
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let sarah = org.text("Contact", ("Unique_Email__c", "sarah@example.com"), "Id");
    assert_eq!(org.text("Hotel_Room__c", ("Room_Number__c", "205"), "Current_Guest__c"), sarah);
}

/// The org knows only a last name.
#[tokio::test]
async fn a_guest_without_a_first_name_is_greeted_by_the_last_one() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    let sarah = org.text("Contact", ("Unique_Email__c", "sarah@example.com"), "Id");
    org.fake.poke(&sarah, "FirstName", Value::Null);
    let staff = org.world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let leave = json!({"guest_email": "sarah@example.com", "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", leave).await;
    staff.close().await;
    let texts = Value::from(twilio.messages()).to_string();
    for beginning in ["Welcome, Johnson! Room 205 ", "Thank you for staying with us, Johnson. We charged "] {
        assert!(texts.contains(&format!("\"{beginning}")), "{texts}");
    }
}
