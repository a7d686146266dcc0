//! A no-show that was set by mistake.

use serde_json::json;
use tests::{World, clock, day};

const SARAH: &str = "sarah@example.com";

/// Sarah was said not to have come.
async fn missed() -> World {
    let world = World::new();
    world.staff().done("cancel_booking", json!({"booking_number": "BK-0003", "no_show": true})).await;
    world
}

#[tokio::test]
async fn staff_take_it_back_by_its_number_and_everything_moves_together() {
    let world = missed().await;
    assert_eq!(world.stage("BK-0003"), "Closed Lost");
    let staff = world.staff();
    let named = json!({"guest_email": SARAH, "booking_number": "BK-0003"});
    let told = staff.call("check_in_guest", named.clone()).await;
    let data = told.data();
    assert_eq!((&data["status"], &data["room_status"]), (&json!("Checked In"), &json!("Occupied")));
    assert_eq!(data["nightly_rate_cents"], 14_999, "at the price that was agreed");
    assert_eq!((world.stage("BK-0003").as_str(), world.sale_cents("BK-0003")), ("Checked In", 3 * 14_999));
    assert_eq!((world.close_date("BK-0003"), world.room("205").occupant.as_deref()), (day(3), Some(SARAH)));
    assert_eq!(staff.call("check_in_guest", named).await.data()["already_checked_in"], true);
}

#[tokio::test]
async fn nobody_else_and_in_no_other_way() {
    let world = missed().await;
    let unnamed = [json!({"guest_email": SARAH}), json!({"guest_email": SARAH, "check_in_date": day(0)})];
    for arguments in unnamed {
        world.staff().refused("check_in_guest", arguments, "RESERVATION_NOT_FOUND").await;
    }
    let sarah = world.guest(SARAH);
    for arguments in [json!({}), json!({"booking_number": "BK-0003"})] {
        sarah.refused("check_in_guest", arguments, "RESERVATION_NOT_FOUND").await;
    }
    assert_eq!(world.booking_status("BK-0003"), "No Show");
}

#[tokio::test]
async fn only_while_its_nights_are_not_over() {
    let named = json!({"guest_email": SARAH, "booking_number": "BK-0003"});
    let world = missed().await;
    let late = world.start("staff-server", &[], &[("HOTEL_CLOCK", &clock(3, "11:00"))]);
    late.refused("check_in_guest", named.clone(), "RESERVATION_NOT_FOUND").await;
    let in_time = world.start("staff-server", &[], &[("HOTEL_CLOCK", &clock(3, "09:30"))]);
    in_time.done("check_in_guest", named).await;
}

#[tokio::test]
async fn nights_that_were_taken_meanwhile_are_not_taken_away() {
    let world = missed().await;
    let staff = world.staff();
    let taken = json!({"guest_email": "patrick.obrien@example.com", "room_number": "205",
        "check_in_date": day(2), "check_out_date": day(4)});
    staff.done("create_booking", taken).await;
    let named = json!({"guest_email": SARAH, "booking_number": "BK-0003"});
    staff.refused("check_in_guest", named, "ROOM_ALREADY_BOOKED").await;
    assert_eq!(world.booking_status("BK-0003"), "No Show");
    assert_eq!(
        (world.room("205").status.as_str(), world.stage("BK-0003").as_str()),
        ("Vacant", "Closed Lost")
    );
}

/// A sale that went on without the booking has it again.
#[tokio::test]
async fn one_of_several_of_a_sale_counts_in_it_again() {
    let world = World::new();
    let staff = world.staff();
    let before = world.sale_cents("BK-0004");
    staff.done("cancel_booking", json!({"booking_number": "BK-0004", "no_show": true})).await;
    assert_eq!(world.sale_cents("BK-0004"), before / 2);
    let named = json!({"guest_email": "wei.chen@example.com", "booking_number": "BK-0004"});
    staff.done("check_in_guest", named).await;
    assert_eq!(world.sale_cents("BK-0004"), before);
}
