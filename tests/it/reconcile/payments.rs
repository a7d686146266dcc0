//! Payments without a closed stay: the checkout is finished where it can be, else the money goes back.

use super::{
    BETH, FOLIO, PAYMENTS, came_to_nothing, checkout, nothing_is_left, only, paid_and_stuck, priced_anew,
    reconcile, with_faults,
};
use serde_json::json;
use tests::{World, day};

#[tokio::test]
async fn a_payment_without_a_closed_stay_is_reported_and_the_checkout_finished() {
    let world = paid_and_stuck().await;
    let report = reconcile(&world, &[], 1).await;
    let found = only(&report, PAYMENTS);
    assert_eq!(
        (&found["booking_number"], &found["guest_email"], &found["amount_cents"], &found["currency"]),
        (&json!("BK-0001"), &json!(BETH), &json!(FOLIO), &json!("usd"))
    );
    assert_eq!(
        (&found["stay_status"], &found["action"], &found["outcome"]),
        (&json!("Checked In"), &json!("finish"), &json!("to_do"))
    );
    assert!(found["paid_at"].as_str().unwrap().starts_with(&day(0)), "{found}");
    assert_eq!(only(&report, "needs_attention")["idempotency_token"], "leaving");
    assert_eq!(world.booking_status("BK-0001"), "Checked In", "looking changes nothing");
    let text = world.run_staff(&["reconcile"]).await;
    assert!(text.stdout.contains("reconcile --fix finishes the checkout"), "{text:?}");
    assert!(text.stdout.contains("--resolve leaving"), "{text:?}");

    let report = reconcile(&world, &["--fix"], 0).await;
    assert_eq!(
        (&only(&report, PAYMENTS)["outcome"], &report["fixed"], &report["needs_attention"]),
        (&json!("done"), &json!(1), &json!([]))
    );
    assert_eq!(world.booking_status("BK-0001"), "Checked Out");
    assert_eq!(world.room("201").status, "Cleaning");
    assert_eq!(world.stage("BK-0001"), "Closed Won");
    assert_eq!(world.texted(), ["+15550100001"], "Beth gets her receipt");
    nothing_is_left(&world).await;
    let staff = world.staff();
    let attention = staff.call("search_tool_calls", json!({"outcome": "needs_attention"})).await;
    assert_eq!(attention.data()["count"], 1, "the audit trail says what happened");
    let by_reconcile = staff.call("search_tool_calls", json!({"tool": "finish_paid_checkout"})).await;
    assert_eq!(by_reconcile.data()["tool_calls"][0]["caller"], "staff:reconcile");
    let again = staff
        .call("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}));
    assert_eq!(again.await.data()["already_checked_out"], true);
}

#[tokio::test]
async fn a_stay_is_closed_as_of_the_day_it_was_paid() {
    let world = paid_and_stuck().await;
    world.alter(
        "payments.db",
        "UPDATE intents SET created_at = ?1 || 'T12:00:00.000000Z', charged_at = ?2 || 'T12:00:00.000000Z' \
         WHERE id <> 'pi_seed_0009'",
        [day(-2), day(-1)],
    );
    let sql = "UPDATE bookings SET check_in = ?1, check_out = ?2 WHERE number = 'BK-0001'";
    world.alter("hotel.db", sql, [day(-3), day(-1)]);
    assert_eq!(only(&reconcile(&world, &["--fix"], 0).await, PAYMENTS)["outcome"], "done");
    nothing_is_left(&world).await;
    assert_eq!(
        world.close_date("BK-0001"),
        day(-1),
        "not the day the intent was made, when the first card was declined"
    );
}

#[tokio::test]
async fn a_payment_whose_stay_came_to_nothing_is_given_back() {
    for status in ["Cancelled", "No Show"] {
        let world = paid_and_stuck().await;
        came_to_nothing(&world);
        world.alter("hotel.db", "UPDATE bookings SET status = ? WHERE number = 'BK-0001'", [status]);
        let report = reconcile(&world, &[], 1).await;
        let found = only(&report, PAYMENTS);
        assert_eq!((&found["action"], &found["stay_status"]), (&json!("refund"), &json!(status)));
        let report = reconcile(&world, &["--fix"], 0).await;
        assert_eq!(only(&report, PAYMENTS)["outcome"], "done", "{report}");
        assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (0, 1));
        assert_eq!(world.booking_status("BK-0001"), status);
        nothing_is_left(&world).await;
    }
}

/// Somebody set it back: whether the guest has been here a person must say.
#[tokio::test]
async fn a_payment_whose_stay_is_only_reserved_is_left_to_a_person() {
    let world = paid_and_stuck().await;
    came_to_nothing(&world);
    world.alter("hotel.db", "UPDATE bookings SET status = ? WHERE number = 'BK-0001'", ["Reserved"]);
    let report = reconcile(&world, &["--fix"], 1).await;
    assert_eq!(only(&report, PAYMENTS)["action"], "none");
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 0));
}

/// What was paid is what the stay costs, whatever somebody wrote into the records since.
#[tokio::test]
async fn a_stay_whose_price_was_changed_after_it_was_paid_is_closed_at_what_was_paid() {
    let world = paid_and_stuck().await;
    priced_anew(&world);
    let report = reconcile(&world, &["--fix"], 0).await;
    let found = only(&report, PAYMENTS);
    assert_eq!((&found["action"], &found["outcome"]), (&json!("finish"), &json!("done")));
    assert_eq!((world.booking_status("BK-0001").as_str(), world.refunds("BK-0001")), ("Checked Out", 0));
}

#[tokio::test]
async fn a_closing_that_is_refused_when_it_is_tried_keeps_the_money_and_is_tried_again() {
    let world = paid_and_stuck().await;
    let ran = with_faults(&world, "close_stay=refused", &["reconcile", "--json", "--fix"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(only(&ran.json(), PAYMENTS)["outcome"], "INVALID_TRANSITION");
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 0));
    reconcile(&world, &["--fix"], 0).await;
    assert_eq!(world.booking_status("BK-0001"), "Checked Out");
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_stay_that_was_paid_twice_keeps_the_payment_it_was_closed_with() {
    let world = World::new();
    world.staff().done("process_guest_checkout", checkout()).await;
    let second = "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, status, charge_id, created_at) \
                  SELECT 'pi_second', customer, amount_cents, currency, guest, booking, status, 'ch_second', created_at \
                  FROM intents WHERE booking = ?";
    world.alter("payments.db", second, ["BK-0001"]);
    assert_eq!(only(&reconcile(&world, &[], 1).await, PAYMENTS)["payment_intent_id"], "pi_second");
    assert_eq!(only(&reconcile(&world, &["--fix"], 0).await, PAYMENTS)["action"], "refund");
    assert_eq!(
        (world.booking_status("BK-0001").as_str(), world.stage("BK-0001").as_str()),
        ("Checked Out", "Closed Won")
    );
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 1));
    nothing_is_left(&world).await;
}

/// The number was given again, or the guest is another: the money is not this stay's, and goes back by itself only if the
/// records do not know whose it is.
#[tokio::test]
async fn a_payment_of_another_guest_is_left_to_a_person_and_one_of_no_booking_goes_back() {
    let world = paid_and_stuck().await;
    let others = "UPDATE intents SET guest = 'carl.smith@example.com', booking_key = NULL WHERE booking = ?";
    world.alter("payments.db", others, ["BK-0001"]);
    let report = reconcile(&world, &["--fix"], 1).await;
    let found = only(&report, PAYMENTS);
    assert_eq!((&found["action"], &found["outcome"]), (&json!("none"), &json!("to_do")));
    world.alter("payments.db", "UPDATE intents SET booking = 'BK-9999' WHERE booking = ?", ["BK-0001"]);
    let text = world.run_staff(&["reconcile"]).await.stdout;
    assert!(text.contains("There is no booking BK-9999 that this paid for."), "{text}");
    let report = reconcile(&world, &["--fix"], 0).await;
    let found = only(&report, PAYMENTS);
    assert_eq!((&found["action"], &found["outcome"]), (&json!("refund"), &json!("done")));
    assert_eq!((world.payments_kept("BK-9999"), world.refunds("BK-9999")), (0, 1));
}

/// What the bank or somebody in the dashboard does to the money of a stay that is closed.
#[tokio::test]
async fn a_dispute_and_a_refund_in_part_are_told() {
    for disputed in [true, false] {
        let world = World::new();
        let staff = world.staff();
        staff.done("process_guest_checkout", checkout()).await;
        let intent = world.intents("BK-0001").remove(0);
        if disputed {
            world.is_disputed(&intent);
        } else {
            world.gives_back_by_hand(&intent, 5_000);
        }
        let report = reconcile(&world, &["--fix"], 1).await;
        let found = only(&report, "payments_in_question");
        assert_eq!((&found["booking_number"], &found["disputed"]), (&json!("BK-0001"), &json!(disputed)));
        assert_eq!(report[PAYMENTS], json!([]));
        let status = staff.call("retrieve_payment_status", json!({"booking_number": "BK-0001"})).await;
        let status = status.data();
        let back = if disputed { 0 } else { 5_000 };
        assert_eq!((&status["disputed"], &status["refunded_cents"]), (&json!(disputed), &json!(back)));
        assert_eq!(status["warnings"].as_array().map(Vec::len), Some(1), "{status}");
        let text = world.run_staff(&["reconcile"]).await.stdout;
        assert!(text.contains("Payment in question"), "{text}");
    }
}
