//! `reconcile --replay SINCE`: what an outage ended is shown, and with `--yes` sent again, for its own caller.

mod left_alone;
mod told;

use super::{BETH, STAFF, checkout};
use serde_json::{Value, json};
use tests::{Books, Ran, World, day, with};

const SARAH: &str = "sarah@example.com";
/// Nothing of the hotel's records can be read.
const OUTAGE: &str = "look_up=unreached!";

/// The staff call a tool while the records do not answer.
async fn in_vain(world: &World, tool: &str, arguments: Value) {
    let call = ["call", tool, &arguments.to_string()];
    ended_by_outage(&world.run("staff-server", &call, &[STAFF, ("HOTEL_FAULTS", OUTAGE)], "").await);
}

/// A guest calls a tool while the records do not answer.
async fn guest_in_vain(world: &World, guest: &str, tool: &str, arguments: Value) {
    let (call, env) =
        (["call", tool, &arguments.to_string()], [("GUEST_EMAIL", guest), ("HOTEL_FAULTS", OUTAGE)]);
    ended_by_outage(&world.run("guest-server", &call, &env, "").await);
}

fn ended_by_outage(ran: &Ran) {
    assert_eq!(ran.json()["retry_safe"], true, "{ran:?}");
}

/// What is found since yesterday, with the command's exit code.
async fn replay(world: &World, more: &[&str], code: i32) -> Vec<Value> {
    replay_under(world, more, &[], code).await
}

async fn replay_under(world: &World, more: &[&str], env: &[(&str, &str)], code: i32) -> Vec<Value> {
    let since = day(-1);
    let command = [&["reconcile", "--json", "--replay", &since], more].concat();
    let ran = world.run("staff-server", &command, &[&[STAFF], env].concat(), "").await;
    assert_eq!(ran.code, Some(code), "{ran:?}");
    ran.json()["writes"].as_array().expect("a list").clone()
}

/// What is found, as the token and the standing of each.
fn standings(writes: &[Value]) -> Vec<(&str, &str)> {
    writes.iter().map(|write| (text(write, "idempotency_token"), text(write, "standing"))).collect()
}

fn text<'a>(write: &'a Value, field: &str) -> &'a str {
    write[field].as_str().unwrap_or_else(|| panic!("{field} is missing: {write}"))
}

fn arriving(token: &str) -> Value {
    json!({"guest_email": SARAH, "idempotency_token": token})
}

fn towels(token: &str) -> Value {
    json!({"description": "Two towels, please.", "idempotency_token": token})
}

fn calls(world: &World) -> i64 {
    Books::open(world).count("SELECT count(*) FROM calls")
}

#[tokio::test]
async fn it_shows_first_and_sends_nothing() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    let before = calls(&world);
    let found = replay(&world, &[], 1).await;
    assert_eq!(standings(&found), [("arriving", "to_send")]);
    assert_eq!(found[0]["arguments"]["guest_email"], SARAH);
    assert_eq!((calls(&world), world.booking_status("BK-0003").as_str()), (before, "Reserved"));
}

#[tokio::test]
async fn with_a_yes_each_is_sent_once_under_its_token_and_the_second_time_nothing() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    in_vain(&world, "update_room_status", json!({"room_number": "106", "status": "Vacant"})).await;
    let sent = replay(&world, &["--yes"], 0).await;
    assert_eq!(standings(&sent)[0], ("arriving", "done"));
    assert_eq!((sent.len(), &sent[1]["standing"]), (2, &json!("done")), "its token was made by the server");
    assert_eq!(sent[0]["answer"]["data"]["booking_number"], "BK-0003", "{}", sent[0]);
    assert_eq!(world.booking_status("BK-0003"), "Checked In");
    let before = calls(&world);
    let again = replay(&world, &["--yes"], 0).await;
    assert!(again.iter().all(|write| write["standing"] == "already_done"), "{again:?}");
    assert_eq!((calls(&world), world.texted().len()), (before, 1));
    // Who comes back with the token gets the answer.
    let told = world.staff().call("check_in_guest", arriving("arriving")).await;
    assert_eq!((&told.data()["replayed"], calls(&world)), (&json!(true), before));
}

#[tokio::test]
async fn a_guests_call_stays_that_guests() {
    let world = World::new();
    guest_in_vain(&world, BETH, "submit_guest_service_request", towels("towels")).await;
    assert_eq!(standings(&replay(&world, &["--yes"], 0).await), [("towels", "done")]);
    let told = world.guest(BETH).call("submit_guest_service_request", towels("towels")).await;
    assert_eq!(told.data()["replayed"], true, "the guest's own token: {}", told.0);
    let bound = "SELECT persona || ' ' || caller || ' ' || acting_guest FROM calls WHERE outcome = 'done' AND token = 'towels'";
    assert_eq!(Books::open(&world).texts(bound), [format!("guest guest:{BETH} {BETH}")]);
}

#[tokio::test]
async fn a_guest_gets_no_further_by_an_outage_than_without() {
    let world = World::new();
    let foreign = json!({"booking_number": "BK-0003", "idempotency_token": "foreign"});
    guest_in_vain(&world, BETH, "cancel_booking", foreign).await;
    let sent = replay(&world, &["--yes"], 1).await;
    assert_eq!(standings(&sent), [("foreign", "refused")]);
    assert_eq!(sent[0]["error_code"], "BOOKING_NOT_FOUND", "Sarah's booking does not exist for Beth");
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
    assert_eq!(replay(&world, &[], 0).await, [Value::Null; 0], "its caller has a definite answer now");
}

#[tokio::test]
async fn what_was_asked_for_many_times_is_sent_once() {
    let world = World::new();
    for token in ["first", "second", "third"] {
        guest_in_vain(&world, BETH, "submit_guest_service_request", towels(token)).await;
    }
    let found = replay(&world, &[], 1).await;
    assert_eq!((standings(&found), &found[0]["times_asked"]), (vec![("third", "to_send")], &json!(3)));
    replay(&world, &["--yes"], 0).await;
    let made = "SELECT count(*) FROM calls WHERE outcome = 'done' AND tool = 'submit_guest_service_request'";
    assert_eq!(Books::open(&world).count(made), 1);
}

#[tokio::test]
async fn at_a_kiosk_it_stays_the_call_of_the_guest_who_was_named() {
    let world = World::new();
    let call = with(towels("towels"), json!({"guest_email": BETH})).to_string();
    let command = ["call", "submit_guest_service_request", &call];
    ended_by_outage(&world.run("guest-server", &command, &[("HOTEL_FAULTS", OUTAGE)], "").await);
    assert_eq!(standings(&replay(&world, &["--yes"], 0).await), [("towels", "done")]);
    let bound = "SELECT caller || ' ' || acting_guest FROM calls WHERE outcome = 'done' AND token = 'towels'";
    assert_eq!(Books::open(&world).texts(bound), [format!("guest {BETH}")]);
}

#[tokio::test]
async fn two_who_send_at_once_send_each_call_once() {
    let world = World::new();
    in_vain(&world, "process_guest_checkout", checkout()).await;
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    let since = day(-1);
    let command = ["reconcile", "--json", "--replay", &since, "--yes"];
    let (a, b) = tokio::join!(world.run_staff(&command), world.run_staff(&command));
    for ran in [a, b] {
        assert!(ran.code.is_some_and(|code| code <= 1), "one may find what the other is at: {ran:?}");
    }
    let done = "SELECT count(*) FROM calls WHERE outcome = 'done'";
    assert_eq!((Books::open(&world).count(done), world.payments_taken("BK-0001")), (2, 1));
    assert_eq!(world.texted().len(), 2, "a receipt and a welcome");
}

#[tokio::test]
async fn a_checkout_is_charged_once_and_only_on_a_yes() {
    let world = World::new();
    in_vain(&world, "process_guest_checkout", checkout()).await;
    assert_eq!(standings(&replay(&world, &[], 1).await), [("leaving", "to_send")]);
    assert_eq!(world.payments_kept("BK-0001"), 0);
    replay(&world, &["--yes"], 0).await;
    replay(&world, &["--yes"], 0).await;
    assert_eq!(world.payments_kept("BK-0001"), 1);
    Books::open(&world).are_in_order();
}

#[tokio::test]
async fn while_the_outage_lasts_the_first_call_finds_out_and_the_others_wait() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    guest_in_vain(&world, BETH, "submit_guest_service_request", towels("towels")).await;
    let writes = replay_under(&world, &["--yes"], &[("HOTEL_FAULTS", OUTAGE)], 1).await;
    assert_eq!(standings(&writes), [("arriving", "failed"), ("towels", "to_send")]);
    let sent = replay(&world, &["--yes"], 0).await;
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|write| write["standing"] == "done"), "{sent:?}");
}
