//! A booking is changed, never its status.

use serde_json::{Value, json};
use tests::{World, day};

const BETH: &str = "beth.gibbs@email.com";
const SOOJIN: &str = "soojin.kim@example.com";

async fn change(world: &World, changes: Value) -> tests::Told {
    world.staff().call("manage_booking", changes).await
}

#[tokio::test]
async fn only_what_is_given_changes() {
    let world = World::new();
    let told = change(&world, json!({"booking_number": "BK-0007", "special_requests": "A cot."})).await;
    let data = told.data();
    assert_eq!(data["changed"], true);
    assert_eq!(data["special_requests"], "A cot.");
    assert_eq!(data["number_of_guests"], 4, "an omitted number stays as it was");
    assert_eq!(data["check_in_date"], day(7));
    assert_eq!(data["check_out_date"], day(14));
    assert_eq!(data["status"], "Reserved");
}

/// New dates are checked, priced, and reach booking and sale.
#[tokio::test]
async fn new_dates_are_priced_and_reach_the_sale() {
    let world = World::new();
    let changes = json!({"booking_number": "BK-0007", "check_in_date": day(8), "check_out_date": day(10)});
    let told = change(&world, changes).await;
    assert_eq!(told.data()["total_nights"], 2);
    assert_eq!(told.data()["folio_cents"], 2 * 29_999);
    assert_eq!(world.sale_cents("BK-0007"), 2 * 29_999);
    assert_eq!(world.stage("BK-0007"), "Booking Confirmed");
    assert_eq!(world.close_date("BK-0007"), day(10));
}

#[tokio::test]
async fn a_sale_with_two_bookings_is_repriced_by_the_one_that_changed() {
    let world = World::new();
    let told = change(&world, json!({"booking_number": "BK-0005", "check_out_date": day(3)})).await;
    assert_eq!(told.data()["total_nights"], 3);
    assert_eq!(world.sale_cents("BK-0005"), (2 + 3) * 14_999);
    assert_eq!(world.close_date("BK-0005"), day(3));
}

/// The room must be free for the new nights; only the booking itself may hold them.
#[tokio::test]
async fn a_booking_does_not_clash_with_itself_but_with_others() {
    let world = World::new();
    let staff = world.staff();
    let other = json!({
        "guest_email": "patrick.obrien@example.com", "room_number": "210",
        "check_in_date": day(14), "check_out_date": day(16)
    });
    staff.done("create_booking", other).await;
    let longer = json!({"booking_number": "BK-0007", "check_out_date": day(15)});
    assert_eq!(staff.call("manage_booking", longer).await.code(), "ROOM_ALREADY_BOOKED");
    let shifted = json!({"booking_number": "BK-0007", "check_in_date": day(6), "check_out_date": day(14)});
    assert_eq!(staff.call("manage_booking", shifted).await.data()["total_nights"], 8);
    assert_eq!(world.sale_cents("BK-0007"), 8 * 29_999);
}

#[tokio::test]
async fn staff_move_a_reservation_to_another_room_at_that_rooms_rate() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("manage_booking", json!({"booking_number": "BK-0003", "room_number": "208"})).await;
    assert_eq!(told.data()["room_number"], "208");
    assert_eq!(told.data()["nightly_rate_cents"], 19_999);
    assert_eq!(world.sale_cents("BK-0003"), 3 * 19_999);
    for (room, code) in [
        ("102", "ROOM_ALREADY_BOOKED"),
        ("203", "ROOM_OUT_OF_SERVICE"),
        ("207", "ROOM_OUT_OF_SERVICE"),
        ("999", "ROOM_NOT_FOUND"),
    ] {
        let told =
            staff.call("manage_booking", json!({"booking_number": "BK-0003", "room_number": room})).await;
        assert_eq!(told.code(), code, "{room}");
    }
    let smaller = json!({"booking_number": "BK-0007", "room_number": "104"});
    assert_eq!(staff.call("manage_booking", smaller).await.code(), "OVER_CAPACITY");
}

#[tokio::test]
async fn more_people_need_a_room_that_takes_them() {
    let world = World::new();
    let staff = world.staff();
    let three = json!({"booking_number": "BK-0003", "number_of_guests": 3});
    assert_eq!(staff.call("manage_booking", three).await.code(), "OVER_CAPACITY");
    let one = json!({"booking_number": "BK-0003", "number_of_guests": 1});
    assert_eq!(staff.call("manage_booking", one).await.data()["number_of_guests"], 1);
}

#[tokio::test]
async fn staff_give_a_reservation_to_another_guest() {
    let world = World::new();
    let staff = world.staff();
    let given = json!({"booking_number": "BK-0007", "guest_email": "soojin.kim@example.com"});
    assert_eq!(staff.call("manage_booking", given).await.data()["guest_name"], "Soo-Jin Kim");
    let unknown = json!({"booking_number": "BK-0007", "guest_email": "nobody@example.com"});
    assert_eq!(staff.call("manage_booking", unknown).await.code(), "GUEST_NOT_FOUND");
}

#[tokio::test]
async fn of_a_guest_who_is_here_departure_and_requests_may_change_and_nothing_else_of_the_stay() {
    let world = World::new();
    let staff = world.staff();
    let longer = json!({"booking_number": "BK-0002", "check_out_date": day(4), "special_requests": "Late."});
    let told = staff.call("manage_booking", longer).await;
    assert_eq!(told.data()["check_out_date"], day(4));
    assert_eq!(told.data()["status"], "Checked In");
    for changes in
        [json!({"check_in_date": day(0)}), json!({"number_of_guests": 2}), json!({"room_number": "104"})]
    {
        let mut changes = changes;
        changes["booking_number"] = "BK-0002".into();
        let told = staff.call("manage_booking", changes.clone()).await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{changes}");
        assert_eq!(told.details()["current_status"], "Checked In");
    }
}

#[tokio::test]
async fn a_stay_is_not_extended_into_somebody_elses_nights() {
    let world = World::new();
    let staff = world.staff();
    let next = json!({
        "guest_email": "patrick.obrien@example.com", "room_number": "101",
        "check_in_date": day(2), "check_out_date": day(4)
    });
    staff.done("create_booking", next).await;
    let longer = json!({"booking_number": "BK-0002", "check_out_date": day(3)});
    assert_eq!(staff.call("manage_booking", longer).await.code(), "ROOM_ALREADY_BOOKED");
}

/// Editing requests never sets a booking back to Reserved, and a booking that has ended cannot be edited.
#[tokio::test]
async fn a_booking_that_has_ended_is_not_changed() {
    for status in ["Checked Out", "Cancelled", "No Show"] {
        let world = World::new().with_booking_status("BK-0007", status);
        let told = change(&world, json!({"booking_number": "BK-0007", "special_requests": "A cot."})).await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{status}");
        assert_eq!(told.details()["current_status"], status);
        assert_eq!(world.booking_status("BK-0007"), status);
    }
}

#[tokio::test]
async fn past_and_reversed_dates_are_refused() {
    let world = World::new();
    let staff = world.staff();
    for changes in [
        json!({"booking_number": "BK-0007", "check_in_date": day(-1)}),
        json!({"booking_number": "BK-0007", "check_in_date": day(14)}),
        json!({"booking_number": "BK-0007", "check_out_date": day(7)}),
        json!({"booking_number": "BK-0002", "check_out_date": day(-1)}),
    ] {
        assert_eq!(staff.call("manage_booking", changes.clone()).await.code(), "INVALID_DATES", "{changes}");
    }
}

#[tokio::test]
async fn nothing_to_change_is_a_validation_error_and_no_booking_is_not_found() {
    let world = World::new();
    let staff = world.staff();
    let nothing = staff.call("manage_booking", json!({"booking_number": "BK-0007"})).await;
    assert_eq!(nothing.code(), "VALIDATION_ERROR");
    let nulls = json!({"booking_number": "BK-0007", "special_requests": null});
    assert_eq!(staff.call("manage_booking", nulls).await.code(), "VALIDATION_ERROR", "null is omitted");
    let unknown = json!({"booking_number": "BK-9999", "number_of_guests": 1});
    assert_eq!(staff.call("manage_booking", unknown).await.code(), "BOOKING_NOT_FOUND");
}

#[tokio::test]
async fn what_it_already_was_is_no_change() {
    let world = World::new();
    let same = json!({"booking_number": "BK-0007", "check_in_date": day(7), "number_of_guests": 4});
    assert_eq!(change(&world, same).await.data()["changed"], false);
}

/// A guest changes her own bookings, and neither the room nor whom they belong to.
#[tokio::test]
async fn a_guest_changes_only_her_own_and_not_the_room() {
    let world = World::new();
    let guest = world.guest("sarah@example.com");
    let own = json!({"booking_number": "BK-0003", "check_out_date": day(4)});
    assert_eq!(guest.call("manage_booking", own).await.data()["total_nights"], 4);
    for field in [json!({"room_number": "208"}), json!({"guest_email": "carl.smith@example.com"})] {
        let mut changes = field;
        changes["booking_number"] = "BK-0003".into();
        let told = guest.call("manage_booking", changes.clone()).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{changes}");
    }
    let theirs =
        guest.call("manage_booking", json!({"booking_number": "BK-0007", "number_of_guests": 1})).await;
    assert_eq!(theirs.code(), "BOOKING_NOT_FOUND");
    assert_eq!(world.booking_status("BK-0007"), "Reserved");
}

/// A stay that changes hands: booking, the room's guest and the open cases of the stay, together.
#[tokio::test]
async fn staff_give_a_stay_to_another_guest_with_its_room_and_its_open_cases() {
    let world = World::new();
    let staff = world.staff();
    let wish = |text: &str| json!({"guest_email": BETH, "description": text});
    let open =
        staff.call("submit_guest_service_request", wish("Towels.")).await.data()["case_number"].clone();
    let done = staff.call("submit_guest_service_request", wish("Ice.")).await.data()["case_number"].clone();
    staff.done("manage_case", json!({"case_number": done, "status": "Closed"})).await;
    let given = json!({"booking_number": "BK-0001", "guest_email": SOOJIN});
    let told = staff.call("manage_booking", given.clone()).await;
    assert_eq!((&told.data()["guest_email"], &told.data()["changed"]), (&json!(SOOJIN), &json!(true)));
    assert_eq!(
        (world.booking_status("BK-0001"), world.room("201").occupant),
        ("Checked In".into(), Some(SOOJIN.into()))
    );
    for (case, whose) in [(open, SOOJIN), (done, BETH)] {
        let told = staff
            .call("search_cases_on_behalf_of_staff", json!({"case_number": case, "status_filter": "All"}))
            .await;
        assert_eq!(told.data()["cases"][0]["guest_email"], whose);
    }
    assert_eq!(staff.call("manage_booking", given).await.data()["changed"], false);
    staff
        .done("process_guest_checkout", json!({"guest_email": SOOJIN, "payment_method_id": "pm_card_visa"}))
        .await;
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

/// A stay with a payment that is open or paid stays whose it is; once the payment has gone back it may change hands.
#[tokio::test]
async fn a_stay_with_a_payment_does_not_change_hands() {
    let world = World::new();
    let staff = world.staff();
    let given = json!({"booking_number": "BK-0001", "guest_email": SOOJIN});
    let pay = |card: &str| json!({"guest_email": BETH, "payment_method_id": card});
    staff.refused("process_guest_checkout", pay("pm_card_chargeDeclined"), "PAYMENT_FAILED").await;
    let told = staff.call("manage_booking", given.clone()).await;
    assert_eq!(
        (told.code(), &told.details()["current_status"]),
        ("INVALID_TRANSITION", &json!("Checked In"))
    );
    assert_eq!(world.room("201").occupant, Some(BETH.into()));
    let paid =
        staff.call("process_guest_checkout", pay("pm_card_visa")).await.data()["payment_intent_id"].clone();
    staff.refused("manage_booking", given.clone(), "INVALID_TRANSITION").await;
    let undo = json!({"guest_email": BETH, "payment_intent_id": paid});
    staff.done("compensate_checkout_failure", undo).await;
    assert_eq!(staff.call("manage_booking", given).await.data()["guest_email"], SOOJIN);
    staff
        .done("process_guest_checkout", json!({"guest_email": SOOJIN, "payment_method_id": "pm_card_visa"}))
        .await;
    assert_eq!((world.payments_taken("BK-0001"), world.refunds("BK-0001")), (2, 1));
}
