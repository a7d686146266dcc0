//! A booking moves to another room.

use serde_json::json;
use tests::{RoomRecord, World, day};

const CARL: &str = "carl.smith@example.com";

#[tokio::test]
async fn a_reservation_moves_at_the_same_price_and_no_room_changes() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("assign_room", json!({"booking_number": "BK-0006", "room_number": "208"})).await;
    let data = told.data();
    assert_eq!(data["changed"], true);
    assert_eq!(data["room_number"], "208");
    assert_eq!(data["previous_room_number"], "206");
    assert_eq!(data["nightly_rate_cents"], 14_999, "a Standard price for a Deluxe room");
    assert_eq!(world.sale_cents("BK-0006"), 14_999);
    assert_eq!((world.room("206").status, world.room("208").status), ("Cleaning".into(), "Vacant".into()));
    let arrived = staff.call("check_in_guest", json!({"guest_email": "sofia.martinez@example.com"})).await;
    assert_eq!(arrived.data()["room_number"], "208");
}

#[tokio::test]
async fn a_guest_who_is_here_moves_with_both_rooms() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("assign_room", json!({"booking_number": "BK-0002", "room_number": "104"})).await;
    assert_eq!(told.data()["status"], "Checked In");
    assert_eq!(world.room("101"), RoomRecord { status: "Cleaning".into(), occupant: None });
    assert_eq!(world.room("104"), RoomRecord { status: "Occupied".into(), occupant: Some(CARL.into()) });
    let pay = json!({"guest_email": CARL, "payment_method_id": "pm_card_visa", "room_number": "104"});
    assert_eq!(staff.call("process_guest_checkout", pay).await.data()["amount_cents"], 14_999);
}

/// Somebody has touched the old room in between: the guest leaves it all the same.
#[tokio::test]
async fn a_guest_leaves_the_old_room_in_whatever_state_it_is() {
    for status in ["Cleaning", "Maintenance", "Vacant"] {
        let world = World::new();
        world.alter("hotel.db", "UPDATE rooms SET status = ? WHERE number = '101'", [status]);
        let moved = json!({"booking_number": "BK-0002", "room_number": "104"});
        let told = world.staff().call("assign_room", moved).await;
        let warning = told.data()["warnings"][0].as_str().unwrap_or_default().to_owned();
        assert!(warning.contains(&format!("Room 101 was {status} already")), "{}", told.0);
        assert_eq!(world.room("101"), RoomRecord { status: status.into(), occupant: None });
        assert_eq!(world.room("104"), RoomRecord { status: "Occupied".into(), occupant: Some(CARL.into()) });
    }
}

#[tokio::test]
async fn a_guest_who_is_here_needs_a_vacant_room() {
    let world = World::new();
    let staff = world.staff();
    for (room, code) in [
        ("201", "ROOM_NOT_VACANT"),
        ("106", "ROOM_NOT_VACANT"),
        ("107", "ROOM_NOT_VACANT"),
        ("203", "ROOM_OUT_OF_SERVICE"),
        ("102", "ROOM_ALREADY_BOOKED"),
        ("999", "ROOM_NOT_FOUND"),
    ] {
        let told = staff.call("assign_room", json!({"booking_number": "BK-0002", "room_number": room})).await;
        assert_eq!(told.code(), code, "{room}");
    }
    assert_eq!(world.room("101").occupant.as_deref(), Some(CARL));
}

#[tokio::test]
async fn only_the_nights_that_remain_must_be_free() {
    let world = World::new().with_booking_moved("BK-0003", -1); // 205 was held yesterday, by nobody who came
    let staff = world.staff();
    staff.done("cancel_booking", json!({"booking_number": "BK-0003", "no_show": true})).await;
    let told = staff.call("assign_room", json!({"booking_number": "BK-0002", "room_number": "205"})).await;
    assert_eq!(told.data()["changed"], true);
}

#[tokio::test]
async fn a_reservation_needs_free_nights_a_usable_room_and_beds() {
    let world = World::new();
    let staff = world.staff();
    for (booking, room, code) in [
        ("BK-0006", "205", "ROOM_ALREADY_BOOKED"),
        ("BK-0006", "203", "ROOM_OUT_OF_SERVICE"),
        ("BK-0006", "207", "ROOM_OUT_OF_SERVICE"),
        ("BK-0007", "104", "OVER_CAPACITY"),
        ("BK-0007", "999", "ROOM_NOT_FOUND"),
        ("BK-9999", "104", "BOOKING_NOT_FOUND"),
    ] {
        let told = staff.call("assign_room", json!({"booking_number": booking, "room_number": room})).await;
        assert_eq!(told.code(), code, "{booking} to {room}");
    }
    let later = staff.call("assign_room", json!({"booking_number": "BK-0008", "room_number": "207"})).await;
    assert_eq!(later.data()["room_number"], "207", "Maintenance blocks arriving today only");
}

#[tokio::test]
async fn the_same_room_again_is_no_change() {
    let world = World::new();
    let told =
        world.staff().call("assign_room", json!({"booking_number": "BK-0006", "room_number": "206"})).await;
    assert_eq!(told.data()["changed"], false);
}

#[tokio::test]
async fn a_booking_that_has_ended_moves_no_more() {
    for status in ["Checked Out", "Cancelled", "No Show"] {
        let world = World::new().with_booking_status("BK-0006", status);
        let told = world
            .staff()
            .call("assign_room", json!({"booking_number": "BK-0006", "room_number": "208"}))
            .await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{status}");
    }
}

#[tokio::test]
async fn nights_keep_their_price_and_added_ones_cost_the_rooms_rate() {
    let world = World::new();
    let staff = world.staff();
    staff.done("assign_room", json!({"booking_number": "BK-0003", "room_number": "208"})).await;
    let longer = json!({"booking_number": "BK-0003", "check_out_date": day(4)});
    let told = staff.call("manage_booking", longer).await;
    assert_eq!(told.data()["folio_cents"], 3 * 14_999 + 19_999, "only the added night costs the room's rate");
}
