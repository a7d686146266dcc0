//! Payments without a closed stay: the checkout is finished where it can be, else the money goes back.

use super::{
    BETH, FOLIO, PAYMENTS, checkout, nothing_is_left, only, paid_and_stuck, priced_anew, reconcile,
    with_faults,
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
async fn a_payment_whose_stay_cannot_be_closed_is_given_back() {
    for status in ["Reserved", "Cancelled", "No Show"] {
        let world = paid_and_stuck().await;
        let set =
            "UPDATE bookings SET status = ?1, check_out = date(check_out, '1 day') WHERE number = 'BK-0001'";
        world.alter("hotel.db", set, [status]);
        world.alter(
            "hotel.db",
            "UPDATE rooms SET status = 'Vacant', current_guest = NULL WHERE number = ?",
            ["201"],
        );
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

#[tokio::test]
async fn a_payment_that_is_not_what_the_stay_costs_is_given_back() {
    let world = paid_and_stuck().await;
    priced_anew(&world);
    let report = reconcile(&world, &["--fix"], 0).await;
    let found = only(&report, PAYMENTS);
    assert_eq!((&found["action"], &found["outcome"]), (&json!("refund"), &json!("done")));
    assert!(found["message"].as_str().unwrap().contains("costs"), "{found}");
    assert_eq!((world.booking_status("BK-0001").as_str(), world.refunds("BK-0001")), ("Checked In", 1));
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_closing_that_is_refused_when_it_is_tried_gives_the_money_back() {
    let world = paid_and_stuck().await;
    let ran = with_faults(&world, "close_stay=refused", &["reconcile", "--json", "--fix"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(only(&ran.json(), PAYMENTS)["action"], "refund");
    assert_eq!(world.refunds("BK-0001"), 1);
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

#[tokio::test]
async fn a_payment_nobody_can_place_is_left_to_a_person() {
    let world = paid_and_stuck().await;
    world.alter(
        "payments.db",
        "UPDATE intents SET guest = 'carl.smith@example.com' WHERE booking = ?",
        ["BK-0001"],
    );
    let report = reconcile(&world, &["--fix"], 1).await;
    let found = only(&report, PAYMENTS);
    assert_eq!((&found["action"], &found["outcome"]), (&json!("none"), &json!("to_do")));
    world.alter("payments.db", "UPDATE intents SET booking = 'BK-9999' WHERE booking = ?", ["BK-0001"]);
    let report = reconcile(&world, &["--fix"], 1).await;
    assert_eq!(
        (&only(&report, PAYMENTS)["action"], &only(&report, PAYMENTS)["stay_status"]),
        (&json!("none"), &json!(null))
    );
    let text = world.run_staff(&["reconcile"]).await.stdout;
    assert!(text.contains("There is no booking BK-9999. A person must see to it."), "{text}");
}
