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
