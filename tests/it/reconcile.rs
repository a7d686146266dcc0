//! `staff-server reconcile`: money and stays that do not agree are found, and with `--fix` brought together or given
//! back, each once.

mod interrupted;
mod payments;
mod replay;
mod resolving;
mod stays;

use serde_json::{Value, json};
use tests::{Books, Ran, World};

const BETH: &str = "beth.gibbs@email.com";
const STAFF: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");
/// Beth has been here for two nights at 149.99.
const FOLIO: i64 = 29_998;

fn checkout() -> Value {
    json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": "leaving"})
}

async fn with_faults(world: &World, faults: &str, arguments: &[&str]) -> Ran {
    world.run("staff-server", arguments, &[STAFF, ("HOTEL_FAULTS", faults)], "").await
}

/// A hotel where Beth's card was charged, and her stay could be neither closed nor the money given back.
async fn paid_and_stuck() -> World {
    let world = World::new();
    let faults = "close_stay=refused; undo confirm_payment=refused";
    let call = ["call", "process_guest_checkout", &checkout().to_string()];
    let ran = with_faults(&world, faults, &call).await;
    assert_eq!(ran.json()["error_code"], "NEEDS_ATTENTION", "{ran:?}");
    assert_eq!((world.payments_kept("BK-0001"), world.booking_status("BK-0001").as_str()), (1, "Checked In"));
    world
}

/// The rate of every stay is another one than was paid.
fn priced_anew(world: &World) {
    world.alter("hotel.db", "UPDATE bookings SET prices = ? WHERE status = 'Checked In'", ["10.00x9"]);
}

/// Whoever was here never came: their bookings are cancelled, and their rooms vacant.
fn came_to_nothing(world: &World) {
    world.alter("hotel.db", "UPDATE bookings SET status = ? WHERE status = 'Checked In'", ["Cancelled"]);
    let leave = "UPDATE rooms SET status = 'Vacant', current_guest = NULL WHERE current_guest IS NOT NULL";
    world.alter("hotel.db", leave, []);
    world.alter("hotel.db", "UPDATE opportunities SET stage = ? WHERE stage = 'Checked In'", ["Closed Lost"]);
}

async fn reconcile(world: &World, arguments: &[&str], code: i32) -> Value {
    let ran = world.run_staff(&[&["reconcile", "--json"], arguments].concat()).await;
    assert_eq!(ran.code, Some(code), "{ran:?}");
    ran.json()
}

async fn nothing_is_left(world: &World) {
    let report = reconcile(world, &[], 0).await;
    let nothing = json!({"finished": 0, "pending": [], "needs_attention": [], "payments_without_closed_stay": [],
                         "stays_closed_without_payment": [], "fixed": 0});
    assert_eq!(report, nothing);
    Books::open(world).are_in_order();
}

/// What the one payment that was found says.
fn only<'a>(report: &'a Value, list: &str) -> &'a Value {
    assert_eq!(report[list].as_array().map(Vec::len), Some(1), "{report}");
    &report[list][0]
}

const PAYMENTS: &str = "payments_without_closed_stay";
const STAYS: &str = "stays_closed_without_payment";

#[tokio::test]
async fn a_fresh_hotel_and_one_after_a_day_of_work_are_in_order() {
    let world = World::new();
    let staff = world.staff();
    nothing_is_left(&world).await;
    let paid = staff.call("process_guest_checkout", checkout()).await;
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    nothing_is_left(&world).await;
    let undo = json!({"guest_email": BETH, "payment_intent_id": paid.data()["payment_intent_id"]});
    staff.done("compensate_checkout_failure", undo).await;
    nothing_is_left(&world).await;
    staff
        .done("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}))
        .await;
    nothing_is_left(&world).await;
    assert_eq!(reconcile(&world, &["--days", "1"], 0).await["fixed"], 0);
}

#[tokio::test]
async fn a_stay_that_was_compensated_but_not_reopened_is_in_order() {
    let world = World::new();
    let staff = world.staff();
    let paid = staff.call("process_guest_checkout", checkout()).await;
    staff.done("update_room_status", json!({"room_number": "201", "status": "Maintenance"})).await;
    let undo = json!({"guest_email": BETH, "payment_intent_id": paid.data()["payment_intent_id"]});
    assert_eq!(staff.call("compensate_checkout_failure", undo).await.data()["stay_reopened"], false);
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_checkout_that_waits_for_the_guest_is_left_alone() {
    let world = World::new();
    let staff = world.staff();
    let ask = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    staff.refused("process_guest_checkout", ask, "PAYMENT_ACTION_REQUIRED").await;
    // The bank has told the processor, and the guest has not come back yet.
    let paid = "UPDATE intents SET status = 'succeeded', charge_id = 'ch_1' WHERE booking = ?";
    world.alter("payments.db", paid, ["BK-0001"]);
    let report = reconcile(&world, &["--fix"], 0).await;
    assert_eq!(report[PAYMENTS], json!([]));
    assert_eq!(only(&report, "pending")["waits_for_guest"], true);
}

/// A guest at the bank is expected; a system that does not answer is a fault. Cron can tell them apart.
#[tokio::test]
async fn a_guest_at_the_bank_is_told_from_a_fault() {
    let world = World::new();
    let ask = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    world.staff().refused("process_guest_checkout", ask, "PAYMENT_ACTION_REQUIRED").await;
    let ran = world.run_staff(&["reconcile"]).await;
    let says = [
        "Waiting for the guest: process_guest_checkout",
        "given up after an hour",
        "Nothing needs a person.",
    ];
    assert!(ran.code == Some(0) && says.iter().all(|part| ran.stdout.contains(part)), "{ran:?}");
    // Another guest's checkout meets an outage after the charge.
    let carl =
        json!({"guest_email": "carl.smith@example.com", "payment_method_id": "pm_card_visa"}).to_string();
    with_faults(&world, "close_stay=unreached!", &["call", "process_guest_checkout", &carl]).await;
    let report = reconcile_under(&world, "close_stay=unreached!").await;
    let waits: Vec<_> =
        report["pending"].as_array().unwrap().iter().map(|call| &call["waits_for_guest"]).collect();
    assert_eq!(waits, [&Value::Null, &Value::Bool(true)], "{report}");
}

/// What is found while systems fail; something is left.
async fn reconcile_under(world: &World, faults: &str) -> Value {
    let ran = with_faults(world, faults, &["reconcile", "--json"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.json()
}

#[tokio::test]
async fn what_a_person_has_seen_to_is_not_listed_any_more() {
    let world = paid_and_stuck().await;
    let ran = world.run_staff(&["reconcile", "--resolve", "nobodys"]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(world.run_staff(&["reconcile", "--resolve", "leaving"]).await.code, Some(0));
    assert_eq!(world.run_staff(&["reconcile", "--resolve", "leaving"]).await.code, Some(0), "it stays so");
    let report = reconcile(&world, &[], 1).await;
    assert_eq!(report["needs_attention"], json!([]));
    only(&report, PAYMENTS);
    let attention = world.staff().call("search_tool_calls", json!({"outcome": "needs_attention"})).await;
    assert_eq!(attention.data()["count"], 1);
}

#[tokio::test]
async fn what_agrees_again_needs_nobody() {
    let world = paid_and_stuck().await;
    let payment = Books::open(&world).texts("SELECT id FROM intents WHERE booking = 'BK-0001'").remove(0);
    let undo = json!({"guest_email": BETH, "payment_intent_id": payment});
    world.staff().done("compensate_checkout_failure", undo).await;
    assert_eq!(only(&reconcile(&world, &[], 1).await, "needs_attention")["tool"], "process_guest_checkout");
    reconcile(&world, &["--fix"], 0).await;
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn it_is_for_staff_and_takes_only_what_makes_sense() {
    let world = World::new();
    for misuse in [&["--days", "0"][..], &["--days", "x"], &["--resolve"], &["--fix", "--resolve", "t"]] {
        let ran = world.run_staff(&[&["reconcile"], misuse].concat()).await;
        assert_eq!(ran.code, Some(2), "{misuse:?}: {ran:?}");
    }
    for arguments in [&["reconcile", "--fix"][..], &["reconcile", "--resolve", "t"]] {
        let ran = world.run("guest-server", arguments, &[], "").await;
        assert!(ran.code == Some(2) && ran.stderr.contains("staff-server"), "{ran:?}");
    }
}
