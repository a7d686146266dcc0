//! What is not sent again: what was done meanwhile, what a person must agree to, what a later decision has replaced, what
//! staff have cleared and what was forgotten.

use super::super::{FOLIO, checkout, with_faults};
use super::{
    BETH, OUTAGE, SARAH, STAFF, arriving, guest_in_vain, in_vain, replay, replay_under, standings, towels,
};
use crate::asking::can_ask;
use serde_json::{Value, json};
use tests::{Told, World, clock, day, with, with_capabilities};

#[tokio::test]
async fn what_its_caller_has_done_since_is_said_to_be_done() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    world.staff().done("check_in_guest", arriving("another")).await;
    let found = replay(&world, &["--yes"], 0).await;
    assert_eq!(standings(&found), [("arriving", "already_done")]);
    assert!(found[0]["message"].as_str().unwrap().contains("the token another"), "{}", found[0]);
    assert_eq!(world.texted().len(), 1);
}

#[tokio::test]
async fn what_others_have_done_since_is_answered_from_the_hotel() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    world.guest(SARAH).done("check_in_guest", json!({})).await;
    let sent = replay(&world, &["--yes"], 0).await;
    assert_eq!(sent[0]["answer"]["data"]["already_checked_in"], true, "{}", sent[0]);
    assert_eq!(world.texted().len(), 1);
}

/// The client of this call can ask its person, who has not been asked when the outage ends the call.
async fn asked_in_vain(world: &World, tool: &str, arguments: &Value) {
    let faults = [STAFF, ("HOTEL_FAULTS", OUTAGE)];
    let server = world.start("staff-server", &[], &faults);
    let params = with_capabilities(json!({"name": tool, "arguments": arguments}), can_ask());
    let told = Told::of(&server.request_as_is("tools/call", params).await.unwrap());
    assert_eq!(told.0["retry_safe"], true, "{}", told.0);
}

#[tokio::test]
async fn what_a_person_must_agree_to_is_not_sent_without() {
    let world = World::new();
    asked_in_vain(&world, "process_guest_checkout", &checkout()).await;
    asked_in_vain(&world, "check_in_guest", &arriving("arriving")).await;
    let found = replay(&world, &["--yes"], 1).await;
    let mut standings = standings(&found);
    standings.sort_unstable();
    assert_eq!(standings, [("arriving", "done"), ("leaving", "ask_again")], "a check-in asks nobody");
    assert_eq!((world.payments_kept("BK-0001"), world.booking_status("BK-0001").as_str()), (0, "Checked In"));
}

#[tokio::test]
async fn where_a_person_must_always_be_asked_no_checkout_is_sent() {
    let world = World::new();
    in_vain(&world, "process_guest_checkout", checkout()).await;
    let world = world.with_env("HOTEL_CONFIRM", "always");
    assert_eq!(standings(&replay(&world, &["--yes"], 1).await), [("leaving", "ask_again")]);
    assert_eq!(world.payments_kept("BK-0001"), 0);
}

#[tokio::test]
async fn a_checkout_of_yesterday_is_sent_only_at_the_amount_that_it_names() {
    let world = World::new();
    for (token, more) in [("nights", json!({})), ("amount", json!({"amount_cents": FOLIO}))] {
        let arguments = with(checkout(), with(more, json!({"idempotency_token": token})));
        in_vain(&world, "process_guest_checkout", arguments).await;
    }
    // The hotel is worked in, so it is not dated anew.
    world.staff().done("check_in_guest", arriving("arriving")).await;
    let tomorrow = clock(1, "12:00");
    let sent = replay_under(&world, &["--yes"], &[("HOTEL_CLOCK", &tomorrow)], 1).await;
    assert_eq!(standings(&sent), [("nights", "ask_again"), ("amount", "refused")]);
    assert_eq!(sent[1]["error_code"], "AMOUNT_MISMATCH", "the rules of today: {}", sent[1]);
    assert_eq!(world.payments_kept("BK-0001"), 0);
}

#[tokio::test]
async fn an_older_decision_does_not_replace_a_newer_one() {
    let world = World::new();
    let longer = |days| json!({"booking_number": "BK-0007", "check_out_date": day(days)});
    in_vain(&world, "manage_booking", with(longer(12), json!({"idempotency_token": "older"}))).await;
    in_vain(
        &world,
        "update_room_status",
        json!({"room_number": "201", "status": "Vacant", "idempotency_token": "clean"}),
    )
    .await;
    let staff = world.staff();
    staff.done("manage_booking", longer(11)).await;
    // Beth leaves, and her room is to be cleaned.
    staff
        .done("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}))
        .await;
    let found = replay(&world, &["--yes"], 1).await;
    assert_eq!(standings(&found), [("older", "ask_again"), ("clean", "ask_again")]);
    assert_eq!(world.room("201").status, "Cleaning");
}

#[tokio::test]
async fn a_token_that_stands_for_another_call_by_now_is_not_sent() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("mine")).await;
    let other = json!({"room_number": "106", "status": "Vacant", "idempotency_token": "mine"});
    world.staff().done("update_room_status", other).await;
    assert_eq!(standings(&replay(&world, &["--yes"], 1).await), [("mine", "ask_again")]);
}

#[tokio::test]
async fn what_staff_have_cleared_is_not_listed_any_more() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    assert_eq!(world.run_staff(&["reconcile", "--resolve", "arriving"]).await.code, Some(0));
    assert_eq!(replay(&world, &["--yes"], 0).await, [Value::Null; 0]);
}

#[tokio::test]
async fn what_was_forgotten_is_not_sent() {
    let world = World::new();
    guest_in_vain(&world, BETH, "submit_guest_service_request", towels("towels")).await;
    assert_eq!(world.run_staff(&["forget", BETH]).await.code, Some(0));
    assert_eq!(replay(&world, &["--yes"], 0).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_call_on_other_systems_is_not_sent_here() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    world.alter("journal.db", "UPDATE calls SET systems = ?", ["elsewhere"]);
    assert_eq!(standings(&replay(&world, &["--yes"], 1).await), [("arriving", "ask_again")]);
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
}

/// The processor's key was rolled during the outage: the rooms are the same, the money is another account's.
#[tokio::test]
async fn after_another_key_what_moves_no_money_is_sent() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    in_vain(&world, "process_guest_checkout", checkout()).await;
    let rolled = "UPDATE calls SET systems = substr(systems, 1, instr(systems, ', ') - 1) || ?";
    world.alter("journal.db", rolled, [", Stripe with a key that was rolled"]);
    let sent = replay(&world, &["--yes"], 1).await;
    assert_eq!(standings(&sent), [("arriving", "done"), ("leaving", "ask_again")]);
    assert_eq!(world.payments_kept("BK-0001"), 0);
}

#[tokio::test]
async fn a_server_that_only_reads_sends_nothing() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    let world = world.with_env("HOTEL_READ_ONLY", "true");
    assert_eq!(standings(&replay(&world, &["--yes"], 1).await), [("arriving", "ask_again")]);
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
}

#[tokio::test]
async fn a_definite_no_and_an_unfinished_call_are_not_sent() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    in_vain(&world, "process_guest_checkout", checkout()).await;
    let staff = world.staff();
    staff.done("cancel_booking", json!({"booking_number": "BK-0003"})).await;
    staff.refused("check_in_guest", arriving("arriving"), "RESERVATION_NOT_FOUND").await;
    staff.close().await;
    let call = ["call", "process_guest_checkout", &checkout().to_string()];
    with_faults(&world, "close_stay=unreached!", &call).await;
    assert_eq!(standings(&replay(&world, &["--yes"], 1).await), [("leaving", "in_hand")]);
    assert_eq!(world.payments_kept("BK-0001"), 1);
}
