//! A reservation becomes a stay.

mod late;
mod taken_back;

use serde_json::json;
use tests::{RoomRecord, World, day};

const SARAH: &str = "sarah@example.com";
const WEI: &str = "wei.chen@example.com";

#[tokio::test]
async fn booking_room_and_sale_move_together_and_the_guest_is_welcomed() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
    let data = told.data();
    assert_eq!(data["booking_number"], "BK-0003");
    assert_eq!(data["status"], "Checked In");
    assert_eq!(data["guest_name"], "Sarah Johnson");
    assert_eq!(data["room_status"], "Occupied");
    assert_eq!(data["already_checked_in"], false);
    assert_eq!(data["replayed"], false);
    assert_eq!(data["folio_cents"], 14_999, "one night is due if she left today");
    assert_eq!(world.booking_status("BK-0003"), "Checked In");
    assert_eq!(world.room("205"), occupied_by(SARAH));
    assert_eq!(world.stage("BK-0003"), "Checked In");
    staff.close().await;
    assert_eq!(world.texted(), ["+15550100003"]);
}

/// An agent is told the number on the door, with the marketing name beside it.
#[tokio::test]
async fn the_room_is_named_by_its_number() {
    let world = World::new();
    let told = world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(told.data()["room_number"], "205");
    assert_eq!(told.data()["room_name"], "City Standard King");
}

#[tokio::test]
async fn a_guest_who_prefers_mail_is_not_texted() {
    let world = World::new().with_room("206", "Vacant", None);
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sofia.martinez@example.com"})).await;
    staff.close().await;
    assert!(world.texted().is_empty());
}

#[tokio::test]
async fn a_guest_checks_in_without_naming_anybody() {
    let world = World::new();
    let told = world.guest(SARAH).call("check_in_guest", json!({})).await;
    assert_eq!(told.data()["room_number"], "205");
}

/// Whoever arrives a day late still has a room while nights are left.
#[tokio::test]
async fn a_late_arrival_is_checked_in_while_nights_are_left() {
    let world = World::new().with_booking_moved("BK-0003", -2);
    let told = world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(told.data()["check_in_date"], day(-2));
    assert_eq!(told.data()["status"], "Checked In");
}

#[tokio::test]
async fn a_late_arrival_may_name_the_day_that_was_booked() {
    let world = World::new().with_booking_moved("BK-0003", -1);
    let staff = world.staff();
    let today = staff.call("check_in_guest", json!({"guest_email": SARAH, "check_in_date": day(0)})).await;
    assert_eq!(today.code(), "RESERVATION_NOT_FOUND", "nothing arrives today");
    let told = staff.call("check_in_guest", json!({"guest_email": SARAH, "check_in_date": day(-1)})).await;
    assert_eq!(told.data()["booking_number"], "BK-0003");
}

#[tokio::test]
async fn a_reservation_whose_nights_are_over_is_not_found() {
    let world = World::new().with_booking_moved("BK-0003", -3); // departure today, and its hour has passed
    let staff = world.start("staff-server", &[], &[("HOTEL_CHECKOUT_TIME", "00:01")]);
    for arguments in [
        json!({"guest_email": SARAH}),
        json!({"guest_email": SARAH, "booking_number": "BK-0003"}),
        json!({"guest_email": SARAH, "check_in_date": day(-3)}),
    ] {
        let told = staff.call("check_in_guest", arguments.clone()).await;
        assert_eq!(told.code(), "RESERVATION_NOT_FOUND", "{arguments}");
    }
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
}

#[tokio::test]
async fn todays_arrival_goes_before_one_that_is_late() {
    let world = World::new().with_booking_moved("BK-0005", -1);
    let told = world.staff().call("check_in_guest", json!({"guest_email": WEI})).await;
    assert_eq!(told.data()["booking_number"], "BK-0004");
}

#[tokio::test]
async fn two_that_are_late_are_told_apart() {
    let world = World::new().with_booking_moved("BK-0004", -1).with_booking_moved("BK-0005", -1);
    let staff = world.staff();
    staff.refused("check_in_guest", json!({"guest_email": WEI}), "MULTIPLE_RESERVATIONS").await;
    let told = staff.call("check_in_guest", json!({"guest_email": WEI, "room_number": "103"})).await;
    assert_eq!(told.data()["booking_number"], "BK-0005");
}

#[tokio::test]
async fn nobody_is_checked_in_before_the_day_of_arrival() {
    let world = World::new();
    let staff = world.staff();
    let jennifer = "janderson@example.com";
    let dated = staff.call("check_in_guest", json!({"guest_email": jennifer, "check_in_date": day(7)})).await;
    assert_eq!(dated.code(), "INVALID_DATES");
    let named =
        staff.call("check_in_guest", json!({"guest_email": jennifer, "booking_number": "BK-0007"})).await;
    assert_eq!(named.code(), "INVALID_DATES");
    let open = staff.call("check_in_guest", json!({"guest_email": jennifer})).await;
    assert_eq!(open.code(), "RESERVATION_NOT_FOUND");
    assert_eq!(world.booking_status("BK-0007"), "Reserved");
    assert_eq!(world.room("210").status, "Vacant");
}

#[tokio::test]
async fn an_unknown_guest_is_not_a_missing_reservation() {
    let world = World::new();
    let staff = world.staff();
    let unknown = staff.call("check_in_guest", json!({"guest_email": "nobody@example.com"})).await;
    assert_eq!(unknown.code(), "GUEST_NOT_FOUND");
    let without = staff.call("check_in_guest", json!({"guest_email": "patrick.obrien@example.com"})).await;
    assert_eq!(without.code(), "RESERVATION_NOT_FOUND");
}

/// Of two reservations none is picked: the refusal lists both, and room or booking number tells them apart.
#[tokio::test]
async fn two_reservations_are_told_apart_by_room_or_number() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": WEI})).await;
    assert_eq!(told.code(), "MULTIPLE_RESERVATIONS");
    let candidates = told.details()["candidates"].as_array().unwrap().clone();
    let of = |field: &str| {
        let mut values: Vec<_> = candidates.iter().map(|c| c[field].as_str().unwrap().to_owned()).collect();
        values.sort();
        values
    };
    assert_eq!(of("booking_number"), ["BK-0004", "BK-0005"]);
    assert_eq!(of("room_number"), ["102", "103"]);

    let by_room = staff.call("check_in_guest", json!({"guest_email": WEI, "room_number": "103"})).await;
    assert_eq!(by_room.data()["booking_number"], "BK-0005");
    let by_number =
        staff.call("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0004"})).await;
    assert_eq!(by_number.data()["room_number"], "102");
}

#[tokio::test]
async fn of_several_only_the_reserved_ones_count() {
    let world = World::new();
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": WEI, "room_number": "102"})).await;
    let told = staff.call("check_in_guest", json!({"guest_email": WEI})).await;
    assert_eq!(told.data()["booking_number"], "BK-0005");
    assert_eq!(told.data()["already_checked_in"], false);
}

#[tokio::test]
async fn number_room_and_date_must_all_fit() {
    let world = World::new();
    let staff = world.staff();
    for arguments in [
        json!({"guest_email": SARAH, "room_number": "102"}),
        json!({"guest_email": SARAH, "room_number": "999"}),
        json!({"guest_email": SARAH, "booking_number": "BK-0004"}),
        json!({"guest_email": SARAH, "booking_number": "BK-9999"}),
        json!({"guest_email": SARAH, "booking_number": "BK-0003", "room_number": "102"}),
        json!({"guest_email": SARAH, "booking_number": "BK-0003", "check_in_date": day(-1)}),
        json!({"guest_email": SARAH, "check_in_date": day(-1)}),
    ] {
        let told = staff.call("check_in_guest", arguments.clone()).await;
        assert_eq!(told.code(), "RESERVATION_NOT_FOUND", "{arguments}");
    }
}

/// A guest who is checked in already gets that stay as the answer, not a 404.
#[tokio::test]
async fn whoever_is_here_already_is_told_so() {
    let world = World::new();
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
    let again = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(again.data()["already_checked_in"], true);
    assert_eq!(again.data()["booking_number"], "BK-0003");
    assert_eq!(again.data()["replayed"], false);
    let beth = staff
        .call("check_in_guest", json!({"guest_email": "beth.gibbs@email.com", "booking_number": "BK-0001"}))
        .await;
    assert_eq!(beth.data()["already_checked_in"], true);
    staff.close().await;
    assert_eq!(world.texted().len(), 1, "nobody is welcomed twice");
}

#[tokio::test]
async fn the_room_must_be_vacant_whatever_else_it_is() {
    for status in ["Occupied", "Cleaning", "Maintenance", "Out of Service"] {
        let world = World::new().with_room("205", status, None);
        let told = world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
        assert_eq!(told.code(), "ROOM_NOT_VACANT", "{status}");
        assert_eq!(told.details()["room_status"], status);
        assert!(told.0["error_message"].as_str().unwrap().contains("205"), "{told:?}");
        assert!(told.0["next_step"].is_string(), "an agent is told what helps: {told:?}");
        assert_eq!(world.booking_status("BK-0003"), "Reserved");
        assert_eq!(world.stage("BK-0003"), "Booking Confirmed");
    }
}

/// While the room is being cleaned check-in is refused; once it is Vacant the guest is checked in.
#[tokio::test]
async fn once_housekeeping_is_done_the_guest_gets_in() {
    let world = World::new();
    let staff = world.staff();
    let sofia = json!({"guest_email": "sofia.martinez@example.com"});
    assert_eq!(staff.call("check_in_guest", sofia.clone()).await.code(), "ROOM_NOT_VACANT");
    staff.done("update_room_status", json!({"room_number": "206", "status": "Vacant"})).await;
    assert_eq!(staff.call("check_in_guest", sofia).await.data()["room_number"], "206");
}

#[tokio::test]
async fn a_booking_that_has_ended_is_not_begun_again() {
    for status in ["Checked Out", "Cancelled"] {
        let world = World::new().with_booking_status("BK-0003", status);
        let staff = world.staff();
        let named =
            staff.call("check_in_guest", json!({"guest_email": SARAH, "booking_number": "BK-0003"})).await;
        assert_eq!(named.code(), "INVALID_TRANSITION", "{status}");
        assert_eq!(named.details()["current_status"], status);
        let open = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
        assert_eq!(open.code(), "RESERVATION_NOT_FOUND", "{status}");
    }
}

#[tokio::test]
async fn an_email_is_compared_without_regard_to_case() {
    let world = World::new();
    let told = world.staff().call("check_in_guest", json!({"guest_email": "Sarah@Example.COM"})).await;
    assert_eq!(told.data()["guest_email"], SARAH);
}

/// A guest checks in nobody else, and cannot tell somebody else's booking from one that does not exist.
#[tokio::test]
async fn a_guest_checks_in_nobody_else() {
    let world = World::new();
    let guest = world.guest("patrick.obrien@example.com");
    let named = guest.call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(named.code(), "NOT_YOURS");
    let theirs = guest.call("check_in_guest", json!({"booking_number": "BK-0003"})).await;
    let nobodys = guest.call("check_in_guest", json!({"booking_number": "BK-9003"})).await;
    assert_eq!(theirs.code(), "RESERVATION_NOT_FOUND");
    assert_eq!(theirs.0, nobodys.0);
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
}

#[tokio::test]
async fn a_date_that_cannot_be_read_is_a_validation_error() {
    let world = World::new();
    let staff = world.staff();
    for date in ["tomorrow", "2026-13-01", "2026-02-30", "01/02/2026", ""] {
        let told = staff.call("check_in_guest", json!({"guest_email": SARAH, "check_in_date": date})).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{date:?}");
        assert_eq!(told.details()["field"], "check_in_date");
    }
}

fn occupied_by(guest: &str) -> RoomRecord {
    RoomRecord { status: "Occupied".to_owned(), occupant: Some(guest.to_owned()) }
}
