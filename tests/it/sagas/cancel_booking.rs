//! A reservation is given up, or its guest never came.

use serde_json::json;
use tests::{World, day};

/// A reservation can be cancelled, and its nights are free at once.
#[tokio::test]
async fn a_cancelled_reservation_frees_its_nights_and_loses_the_sale() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("cancel_booking", json!({"booking_number": "BK-0008", "reason": "Ill."})).await;
    assert_eq!(told.data()["status"], "Cancelled");
    assert!(told.data()["folio_cents"].is_null(), "nothing is owed: {told:?}");
    assert_eq!(world.booking_status("BK-0008"), "Cancelled");
    assert_eq!(world.stage("BK-0008"), "Closed Lost");
    assert_eq!(world.room("209").status, "Vacant");
    assert_eq!(world.payments_taken("BK-0008"), 0, "no money moves");
    let free = json!({"check_in_date": day(20), "check_out_date": day(26), "room_type": "Deluxe"});
    let rooms = staff.call("search_available_rooms", free).await;
    assert!(rooms.data()["rooms"].as_array().unwrap().iter().any(|room| room["room_number"] == "209"));
}

#[tokio::test]
async fn a_shared_sale_is_lost_with_its_last_open_booking() {
    let world = World::new();
    let staff = world.staff();
    staff.done("cancel_booking", json!({"booking_number": "BK-0004"})).await;
    assert_eq!(world.stage("BK-0004"), "Booking Confirmed", "BK-0005 still stands");
    assert_eq!(world.sale_cents("BK-0004"), 2 * 14_999);
    staff.done("cancel_booking", json!({"booking_number": "BK-0005"})).await;
    assert_eq!(world.stage("BK-0005"), "Closed Lost");
}

#[tokio::test]
async fn a_shared_sale_is_won_by_the_booking_that_was_stayed() {
    let world = World::new();
    let staff = world.staff();
    let wei = "wei.chen@example.com";
    staff.done("cancel_booking", json!({"booking_number": "BK-0004"})).await;
    staff.done("check_in_guest", json!({"guest_email": wei})).await;
    let pay = json!({"guest_email": wei, "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", pay).await;
    assert_eq!(world.stage("BK-0005"), "Closed Won");
    assert_eq!(world.sale_cents("BK-0005"), 14_999);
}

#[tokio::test]
async fn only_a_reservation_is_cancelled_and_only_once() {
    for status in ["Checked In", "Checked Out", "Cancelled", "No Show"] {
        let world = World::new().with_booking_status("BK-0003", status);
        let staff = world.staff();
        for no_show in [false, true] {
            let arguments = json!({"booking_number": "BK-0003", "no_show": no_show});
            let told = staff.call("cancel_booking", arguments).await;
            assert_eq!(told.code(), "INVALID_TRANSITION", "{status}");
            assert_eq!(told.details()["current_status"], status);
        }
        assert_eq!(world.booking_status("BK-0003"), status);
    }
}

/// A no-show is marked from the day of arrival on.
#[tokio::test]
async fn a_no_show_is_marked_from_the_day_of_arrival_on() {
    let world = World::new().with_booking_moved("BK-0006", -2);
    let staff = world.staff();
    let early = json!({"booking_number": "BK-0007", "no_show": true});
    assert_eq!(staff.call("cancel_booking", early).await.code(), "INVALID_DATES");
    assert_eq!(world.booking_status("BK-0007"), "Reserved");
    for booking in ["BK-0003", "BK-0006"] {
        let told = staff.call("cancel_booking", json!({"booking_number": booking, "no_show": true})).await;
        assert_eq!(told.data()["status"], "No Show", "{booking}");
        assert_eq!(world.stage(booking), "Closed Lost");
    }
}

#[tokio::test]
async fn no_such_booking_is_not_found() {
    let world = World::new();
    let told = world.staff().call("cancel_booking", json!({"booking_number": "BK-9999"})).await;
    assert_eq!(told.code(), "BOOKING_NOT_FOUND");
}

#[tokio::test]
async fn a_guest_cancels_only_her_own_and_marks_no_no_show() {
    let world = World::new();
    let guest = world.guest("sarah@example.com");
    let theirs = guest.call("cancel_booking", json!({"booking_number": "BK-0007"})).await;
    assert_eq!(theirs.code(), "BOOKING_NOT_FOUND");
    assert_eq!(world.booking_status("BK-0007"), "Reserved");
    let no_show = guest.call("cancel_booking", json!({"booking_number": "BK-0003", "no_show": true})).await;
    assert_eq!(no_show.code(), "VALIDATION_ERROR");
    let own = guest.call("cancel_booking", json!({"booking_number": "bk-0003"})).await;
    assert_eq!(own.data()["status"], "Cancelled");
}

#[tokio::test]
async fn at_a_kiosk_the_bookings_own_guest_is_acted_for() {
    let world = World::new();
    let told = world.kiosk().call("cancel_booking", json!({"booking_number": "BK-0003"})).await;
    assert_eq!(told.data()["status"], "Cancelled");
}
