//! Outcomes nobody knows are settled by asking again, or by reading; what cannot be finished or undone says what stands.

use super::{BETH, call, checkout, leave, outcome, paid_and_closed_once, recover, with_faults, write};
use serde_json::json;
use tests::{Books, World};

#[tokio::test]
async fn paid_but_not_closed_is_pending_and_the_same_token_gets_the_final_answer() {
    let world = World::new();
    let told = leave(&world, "close_stay=answer_lost!").await.json();
    assert_eq!(told["error_code"], "CHECKOUT_PENDING");
    assert_eq!((told["http_status"].as_i64(), told["retry_safe"].as_bool()), (Some(202), Some(true)));
    assert_eq!(told["details"]["idempotency_token"], "leaving");
    let pending =
        call(&world, "search_tool_calls", &json!({"outcome": "pending", "booking_number": "BK-0001"})).await;
    assert_eq!(pending["data"]["count"], 1, "staff find it by the booking it turned out to be about");
    let told = call(&world, "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!(told["data"]["already_checked_out"], false, "it is that very checkout: {told}");
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_closing_that_could_not_be_sent_is_finished_by_recovery() {
    let world = World::new();
    assert_eq!(leave(&world, "close_stay=unreached!").await.json()["error_code"], "CHECKOUT_PENDING");
    assert_eq!(world.booking_status("BK-0001"), "Checked In");
    assert_eq!(recover(&world).await["finished"], 1);
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_processor_that_cannot_be_reached_is_an_outage_and_frees_the_token() {
    let world = World::new();
    let told = leave(&world, "create_customer=unreached!").await.json();
    assert_eq!(told["retry_safe"], true);
    assert_eq!(outcome(&world), "failed");
    let told = call(&world, "process_guest_checkout", &checkout("pm_card_mastercard")).await;
    assert_eq!(told["data"]["replayed"], false, "the same token with another card is a new request");
}

#[tokio::test]
async fn an_unpaid_intent_whose_fate_is_unknown_binds_nothing() {
    let world = World::new();
    let told = leave(&world, "create_payment_intent=answer_lost!").await.json();
    assert_eq!(
        (told["error_code"].as_str(), told["retry_safe"].as_bool()),
        (Some("STRIPE_UNAVAILABLE"), Some(true))
    );
    assert_eq!(outcome(&world), "failed");
    assert_eq!(leave(&world, "").await.json()["data"]["replayed"], false);
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_payment_answered_with_a_server_error_is_settled_by_reading() {
    for fault in
        ["confirm_payment=fails_after", "confirm_payment=fails_before", "create_payment_intent=fails_after"]
    {
        let world = World::new();
        assert_eq!(leave(&world, fault).await.json()["success"], true, "{fault}");
        paid_and_closed_once(&world);
    }
}

/// The charge began so long ago that the processor has forgotten its key.
async fn a_day_after(fault: &str) -> World {
    let world = World::new();
    assert_eq!(leave(&world, fault).await.code, None, "killed");
    let then = skills::words::stored(jiff::Timestamp::now() - jiff::SignedDuration::from_hours(21));
    write(&world, "journal.db", "UPDATE steps SET started_at = ?", [&then]);
    write(&world, "payments.db", "DELETE FROM idempotency_keys", []);
    recover(&world).await;
    world
}

#[tokio::test]
async fn a_charge_too_old_to_be_sent_again_that_took_place_is_found_by_reading() {
    let world = a_day_after("confirm_payment=killed_after").await;
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_charge_too_old_to_be_sent_again_that_did_not_take_place_is_not_sent() {
    let world = a_day_after("confirm_payment=killed_before").await;
    assert_eq!((outcome(&world).as_str(), world.payments_taken("BK-0001")), ("refused", 0));
    Books::open(&world).are_in_order();
    let told = call(&world, "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!(told["data"]["replayed"], false, "nothing was done, so the token is free");
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_refusal_after_the_money_moved_gives_it_back() {
    let world = World::new();
    let told = leave(&world, "close_stay=refused").await.json();
    assert_eq!(
        (told["error_code"].as_str(), told["details"]["undone"].as_bool()),
        (Some("INVALID_TRANSITION"), Some(true))
    );
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 0));
    let again = call(&world, "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!(again["error_code"], told["error_code"], "the token stands for what it led to");
    let anew = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    assert_eq!(call(&world, "process_guest_checkout", &anew).await["success"], true);
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

/// Whichever version of the program finds the call runs the way back that the journal has, not the one it would have written.
#[tokio::test]
async fn the_way_back_that_was_journaled_is_the_one_that_is_run() {
    let world = World::new();
    assert_eq!(leave(&world, "confirm_payment=killed_after").await.code, None, "killed");
    let other =
        "UPDATE steps SET undo = json_set(undo, '$.input.why', 'as the journal says') WHERE undo IS NOT NULL";
    assert_eq!(super::write(&world, "journal.db", other, []), 1);
    super::due(&world);
    with_faults(&world, "close_stay=refused", "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 0));
    let why = "SELECT why FROM refunds ORDER BY rowid DESC LIMIT 1";
    assert_eq!(Books::open(&world).texts(why), ["as the journal says"]);
}

/// A way back that no version knows is a person's.
#[tokio::test]
async fn a_way_back_that_nobody_knows_needs_a_person() {
    let world = World::new();
    assert_eq!(leave(&world, "confirm_payment=killed_after").await.code, None, "killed");
    let unknown =
        "UPDATE steps SET undo = json_set(undo, '$.skill', 'give_a_voucher') WHERE undo IS NOT NULL";
    assert_eq!(super::write(&world, "journal.db", unknown, []), 1);
    super::due(&world);
    with_faults(&world, "close_stay=refused", "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!(outcome(&world), "needs_attention");
    assert_eq!(world.payments_kept("BK-0001"), 1, "nothing was guessed");
}

#[tokio::test]
async fn a_refund_that_cannot_be_sent_is_sent_by_recovery() {
    let world = World::new();
    let told = leave(&world, "close_stay=refused; undo confirm_payment=unreached!").await.json();
    assert_eq!(told["retry_safe"], true);
    assert_ne!(told["error_code"], "CHECKOUT_PENDING", "it is being undone, not finished");
    recover(&world).await;
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 0));
    assert_eq!(outcome(&world), "refused");
}

#[tokio::test]
async fn a_refund_that_is_refused_needs_attention_and_staff_can_mend_it() {
    let world = World::new();
    let told = leave(&world, "close_stay=refused; undo confirm_payment=refused").await.json();
    assert_eq!(
        (told["error_code"].as_str(), told["retry_safe"].as_bool()),
        (Some("NEEDS_ATTENTION"), Some(false))
    );
    let stands = &told["details"]["done_and_standing"][0];
    assert_eq!(
        (stands["system"].as_str(), stands["result"]["status"].as_str()),
        (Some("the payment processor"), Some("succeeded"))
    );
    let found = call(&world, "search_tool_calls", &json!({"outcome": "needs_attention"})).await;
    assert_eq!(found["data"]["tool_calls"][0]["booking_number"], "BK-0001");
    let day = call(&world, "hotel_today", &json!({})).await;
    let needs = &day["data"]["calls"][0];
    assert_eq!(
        (&needs["booking_number"], &needs["idempotency_token"]),
        (&json!("BK-0001"), &json!("leaving"))
    );
    let undo = json!({"payment_intent_id": stands["result"]["id"], "guest_email": BETH});
    assert_eq!(call(&world, "compensate_checkout_failure", &undo).await["success"], true);
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 0));
}

#[tokio::test]
async fn an_effect_without_a_way_back_is_never_said_to_be_undone() {
    let world = World::new();
    let refund = json!({"payment_intent_id": "pi_seed_0009", "guest_email": "rthompson@example.com"});
    let told =
        with_faults(&world, "record_refund=refused", "compensate_checkout_failure", &refund).await.json();
    assert_eq!(told["error_code"], "NEEDS_ATTENTION");
    assert_eq!(told["details"]["done_and_standing"][0]["step"], "refund_payment");
}

#[tokio::test]
async fn a_panic_after_an_effect_is_tried_once_more() {
    let world = World::new();
    assert_eq!(leave(&world, "close_stay=panics").await.json()["retry_safe"], true);
    recover(&world).await;
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_second_panic_needs_a_person() {
    let world = World::new();
    leave(&world, "close_stay=panics").await;
    super::due(&world);
    let env = [("HOTEL_FAULTS", "close_stay=panics")];
    let ran = world.run("staff-server", &["reconcile", "--json"], &env, "").await;
    assert_eq!(ran.code, Some(1), "something needs a person");
    assert_eq!(outcome(&world), "needs_attention");
}
