//! `reconcile --resolve TOKEN`: a person has seen to a call, and it holds nothing any more.

use super::{BETH, STAFF, checkout, only, reconcile, with_faults};
use crate::recovery::due;
use serde_json::json;
use tests::World;

/// The key that calls began with is no more: nothing goes on with them here.
fn under_a_dead_key(world: &World) {
    world.alter(
        "journal.db",
        "UPDATE calls SET systems = ? WHERE outcome IN ('running', 'waiting')",
        ["elsewhere"],
    );
}

async fn another_checkout(world: &World) -> serde_json::Value {
    let call = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}).to_string();
    let env = [STAFF, ("HOTEL_CALL_DEADLINE_SECONDS", "1")];
    world.run("staff-server", &["call", "process_guest_checkout", &call], &env, "").await.json()
}

#[tokio::test]
async fn an_unpaid_checkout_under_a_dead_key_lets_its_booking_go() {
    let world = World::new();
    let call = ["call", "process_guest_checkout", &checkout().to_string()];
    with_faults(&world, "confirm_payment=killed_before", &call).await;
    due(&world);
    under_a_dead_key(&world);
    assert_eq!(another_checkout(&world).await["success"], false, "it holds the booking");
    let report = reconcile(&world, &[], 1).await;
    let said = only(&report, "pending")["what_to_do"].as_str().expect("a sentence").to_owned();
    assert!(said.contains("--resolve leaving"), "{said}");
    assert_eq!(world.run_staff(&["reconcile", "--resolve", "leaving"]).await.code, Some(0));
    let report = reconcile(&world, &[], 0).await;
    assert_eq!((&report["pending"], &report["needs_attention"]), (&json!([]), &json!([])));
    assert_eq!(another_checkout(&world).await["success"], true);
    let told = world.run_staff(&call).await.json();
    assert_eq!(told["error_code"], "NEEDS_ATTENTION", "what became of its charge is not known here: {told}");
}

#[tokio::test]
async fn one_that_waits_for_its_guest_lets_go_of_its_token_too() {
    let world = World::new();
    let mut ask = checkout();
    ask["payment_method_id"] = "pm_card_authenticationRequired".into();
    world.run_staff(&["call", "process_guest_checkout", &ask.to_string()]).await;
    under_a_dead_key(&world);
    assert_eq!(world.run_staff(&["reconcile", "--resolve", "leaving"]).await.code, Some(0));
    let told = world.run_staff(&["call", "process_guest_checkout", &checkout().to_string()]).await.json();
    assert_eq!(told["success"], true, "{told}");
}

#[tokio::test]
async fn one_that_took_money_is_not_ended_so() {
    let world = World::new();
    let call = ["call", "process_guest_checkout", &checkout().to_string()];
    with_faults(&world, "close_stay=unreached!", &call).await;
    due(&world);
    under_a_dead_key(&world);
    let ran = world.run_staff(&["reconcile", "--resolve", "leaving"]).await;
    assert!(ran.code == Some(2) && ran.stderr.contains("compensate_checkout_failure"), "{ran:?}");
    only(&reconcile(&world, &[], 1).await, "pending");
}
