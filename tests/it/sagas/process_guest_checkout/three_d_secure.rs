//! The bank asks the guest first.

use super::{BETH, BETHS_FOLIO, assert_untouched, pay, with};
use serde_json::json;
use tests::{RoomRecord, World, day};

/// 3-D Secure is asked for, and the same token completes it.
#[tokio::test]
async fn three_d_secure_is_completed_with_the_same_token() {
    let world = World::new();
    let staff = world.staff();
    let asked = staff.call("process_guest_checkout", pay(BETH, "pm_card_authenticationRequired")).await;
    assert_eq!(asked.code(), "PAYMENT_ACTION_REQUIRED");
    assert_eq!(asked.0["http_status"], 202);
    assert_eq!(asked.0["retry_safe"], true);
    assert!(asked.details()["next_action_url"].as_str().unwrap().starts_with("https://"));
    assert_untouched(&world);

    let token = asked.details()["idempotency_token"].clone();
    let arguments = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", token);
    let paid = staff.call("process_guest_checkout", arguments).await;
    assert_eq!(paid.data()["amount_cents"], BETHS_FOLIO);
    assert_eq!(world.payments_taken("BK-0001"), 1);
    assert_eq!(world.stage("BK-0001"), "Closed Won");
}

#[tokio::test]
async fn while_three_d_secure_is_awaited_another_card_needs_a_new_token_and_replaces_the_first() {
    let world = World::new();
    let staff = world.staff();
    let first = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first");
    assert_eq!(staff.call("process_guest_checkout", first.clone()).await.code(), "PAYMENT_ACTION_REQUIRED");
    let same_token = with(pay(BETH, "pm_card_visa"), "idempotency_token", "first");
    assert_eq!(staff.call("process_guest_checkout", same_token).await.code(), "IDEMPOTENCY_TOKEN_REUSED");
    assert_untouched(&world);

    let other = with(pay(BETH, "pm_card_visa"), "idempotency_token", "second");
    staff.done("process_guest_checkout", other).await;
    assert_eq!(world.payments_taken("BK-0001"), 1);
    // The first card comes back from its bank too late to be charged.
    staff.done("process_guest_checkout", first).await;
    assert_eq!(world.payments_taken("BK-0001"), 1);
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

#[tokio::test]
async fn another_card_without_a_token_replaces_the_one_that_waits() {
    let world = World::new();
    let staff = world.staff();
    let first = pay(BETH, "pm_card_authenticationRequired");
    assert_eq!(staff.call("process_guest_checkout", first).await.code(), "PAYMENT_ACTION_REQUIRED");
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

/// What is closed is the stay as it is when the bank has answered, not as it was when it was asked.
#[tokio::test]
async fn a_guest_who_is_moved_while_three_d_secure_is_awaited_leaves_the_new_room() {
    let world = World::new();
    let staff = world.staff();
    let first = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first");
    staff.refused("process_guest_checkout", first.clone(), "PAYMENT_ACTION_REQUIRED").await;
    staff.done("assign_room", json!({"booking_number": "BK-0001", "room_number": "104"})).await;
    let told = staff.call("process_guest_checkout", first).await;
    assert_eq!(told.data()["room_number"], "104");
    assert_eq!(told.data()["amount_cents"], BETHS_FOLIO);
    assert_eq!(world.room("104"), RoomRecord { status: "Cleaning".to_owned(), occupant: None });
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 0));
}

/// Other dates may mean another rate: what the guest agreed to with the bank is what is charged.
#[tokio::test]
async fn a_stay_that_is_extended_while_three_d_secure_is_awaited_is_charged_once() {
    let world = World::new();
    let staff = world.staff();
    let first = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first");
    staff.refused("process_guest_checkout", first.clone(), "PAYMENT_ACTION_REQUIRED").await;
    staff.done("assign_room", json!({"booking_number": "BK-0001", "room_number": "208"})).await;
    staff.done("manage_booking", json!({"booking_number": "BK-0001", "check_out_date": day(1)})).await;
    let told = staff.call("process_guest_checkout", first).await;
    assert_eq!(told.data()["amount_cents"], BETHS_FOLIO);
    assert_eq!(told.data()["check_out_date"], day(0));
    assert_eq!(world.sale_cents("BK-0001"), BETHS_FOLIO);
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 0));
}

/// A room that was taken out of use while the bank asked is left as it is.
#[tokio::test]
async fn what_was_paid_for_a_room_that_is_under_maintenance_by_then_stands() {
    let world = World::new();
    let staff = world.staff();
    let first = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first");
    staff.refused("process_guest_checkout", first.clone(), "PAYMENT_ACTION_REQUIRED").await;
    let world = world.with_room("201", "Maintenance", None);
    staff.done("process_guest_checkout", first).await;
    assert_eq!(
        (world.booking_status("BK-0001").as_str(), world.room("201").status.as_str()),
        ("Checked Out", "Maintenance")
    );
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

/// The other card paid: the first intent can never be paid, and its token learns that the stay is over.
#[tokio::test]
async fn the_token_of_a_card_that_was_replaced_answers_that_the_stay_is_over_and_there_is_one_charge_ever() {
    let world = World::new();
    let staff = world.staff();
    let first = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first");
    staff.refused("process_guest_checkout", first.clone(), "PAYMENT_ACTION_REQUIRED").await;
    // A day later the stay costs a night more.
    let back =
        "UPDATE bookings SET check_in = ?1, check_out = ?2, planned_check_out = ?2 WHERE number = 'BK-0001'";
    world.alter("hotel.db", back, [day(-3), day(0)]);
    let paid = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    let told = staff.call("process_guest_checkout", first).await;
    assert_eq!(told.data()["already_checked_out"], true);
    assert_eq!(told.data()["payment_intent_id"], paid.data()["payment_intent_id"]);
    assert_eq!(
        (world.intents("BK-0001").len(), world.payments_taken("BK-0001"), world.refunds("BK-0001")),
        (2, 1, 0)
    );
}

/// Another price while the bank asks: the first intent is given up, and the guest is asked anew.
#[tokio::test]
async fn a_price_that_changes_while_the_bank_asks_is_asked_for_anew() {
    let world = World::new();
    let staff = world.staff();
    let first = with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first");
    staff.refused("process_guest_checkout", first.clone(), "PAYMENT_ACTION_REQUIRED").await;
    let asked = world.intents("BK-0001");
    world.alter("hotel.db", "UPDATE bookings SET prices = ? WHERE number = 'BK-0001'", ["120.00x2"]);
    world.alter("hotel.db", "UPDATE opportunities SET amount_cents = ? WHERE id = 1", [24_000]);
    staff.refused("process_guest_checkout", first.clone(), "PAYMENT_ACTION_REQUIRED").await;
    assert_eq!(world.payments_taken("BK-0001"), 0);
    let told = staff.call("process_guest_checkout", first).await;
    assert_eq!(told.data()["amount_cents"], 24_000);
    assert_ne!(told.data()["payment_intent_id"], asked[0].as_str());
    assert_eq!((world.payments_taken("BK-0001"), world.refunds("BK-0001")), (1, 0));
}

/// After the hour nobody is charged for what the bank asked, whoever comes back with the token.
#[tokio::test]
async fn a_token_that_comes_back_after_the_hour_is_told_that_it_was_given_up() {
    let world = World::new().in_the_afternoon();
    let arguments =
        with(pay(BETH, "pm_card_authenticationRequired"), "idempotency_token", "first").to_string();
    let call = ["call", "process_guest_checkout", &arguments];
    assert_eq!(world.run_staff(&call).await.json()["error_code"], "PAYMENT_ACTION_REQUIRED");
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(61);
    world.alter("journal.db", "UPDATE calls SET started_at = ?", [skills::words::stored(then)]);
    assert_eq!(world.run_staff(&call).await.json()["error_code"], "PAYMENT_FAILED");
    assert_untouched(&world);
}
