//! Stays that were closed without a payment, or with one that the records or the processor do not know.

use super::{BETH, FOLIO, PAYMENTS, STAYS, checkout, nothing_is_left, only, paid_and_stuck, reconcile};
use serde_json::json;
use tests::{World, day};

/// Beth's stay closed by hand, a day after a payment or without one.
fn close_by_hand(world: &World) {
    world.alter("hotel.db", "UPDATE bookings SET status = 'Checked Out' WHERE number = ?", ["BK-0001"]);
    world.alter(
        "hotel.db",
        "UPDATE rooms SET status = 'Cleaning', current_guest = NULL WHERE number = ?",
        ["201"],
    );
}

#[tokio::test]
async fn a_stay_that_was_closed_by_hand_gets_its_payment_recorded() {
    let world = paid_and_stuck().await;
    close_by_hand(&world);
    let report = reconcile(&world, &[], 1).await;
    let found = only(&report, STAYS);
    assert_eq!(
        (&found["booking_number"], &found["guest_email"], &found["folio_cents"], &found["departed_on"]),
        (&json!("BK-0001"), &json!(BETH), &json!(FOLIO), &json!(day(0)))
    );
    assert_eq!((&found["action"], &report[PAYMENTS]), (&json!("record"), &json!([])));
    let report = reconcile(&world, &["--fix"], 0).await;
    assert_eq!((&only(&report, STAYS)["outcome"], &report["fixed"]), (&json!("done"), &json!(1)));
    assert_eq!(world.stage("BK-0001"), "Closed Won");
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_stay_that_was_closed_and_never_paid_is_left_to_a_person() {
    let world = World::new().with_booking_status("BK-0001", "Checked Out");
    close_by_hand(&world);
    let report = reconcile(&world, &["--fix"], 1).await;
    let found = only(&report, STAYS);
    assert_eq!(
        (&found["action"], &found["outcome"], &report["fixed"]),
        (&json!("none"), &json!("to_do"), &json!(0))
    );
    let text = world.run_staff(&["reconcile"]).await.stdout;
    assert!(text.contains("Nothing was paid for booking BK-0001. A person must see to it."), "{text}");
    // Beyond the days asked for it is not looked at.
    world.alter("hotel.db", "UPDATE bookings SET check_out = ? WHERE number = 'BK-0001'", [day(-5)]);
    assert_eq!(reconcile(&world, &["--days", "4"], 0).await[STAYS], json!([]));
    assert_eq!(reconcile(&world, &["--days", "5"], 1).await[STAYS].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_guest_who_left_and_paid_another_amount_is_left_to_a_person() {
    let world = paid_and_stuck().await;
    close_by_hand(&world);
    world.alter("hotel.db", "UPDATE bookings SET prices = ? WHERE number = 'BK-0001'", ["10.00x9"]);
    let report = reconcile(&world, &["--fix"], 1).await;
    assert_eq!((&only(&report, STAYS)["action"], world.payments_kept("BK-0001")), (&json!("none"), 1));
}

#[tokio::test]
async fn a_refund_the_records_do_not_know_is_recorded() {
    let world = World::new();
    world.staff().done("process_guest_checkout", checkout()).await;
    let refund = "INSERT INTO refunds (id, intent, amount_cents, created_at) \
                  SELECT 're_by_hand', id, amount_cents, created_at FROM intents WHERE booking = ?";
    world.alter("payments.db", refund, ["BK-0001"]);
    assert_eq!(only(&reconcile(&world, &[], 1).await, STAYS)["action"], "record");
    assert_eq!(only(&reconcile(&world, &["--fix"], 0).await, STAYS)["outcome"], "done");
    assert_eq!(world.stage("BK-0001"), "Negotiation/Review");
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_recorded_payment_the_processor_does_not_know_is_left_to_a_person() {
    let world = World::new();
    world.staff().done("process_guest_checkout", checkout()).await;
    world.alter(
        "hotel.db",
        "UPDATE payment_transactions SET intent_id = ? WHERE intent_id <> 'pi_seed_0009'",
        ["pi_lost"],
    );
    let report = reconcile(&world, &["--fix"], 1).await;
    assert_eq!(only(&report, STAYS)["action"], "none");
}
