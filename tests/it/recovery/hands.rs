//! A call is in one hand at a time: claimed by exactly one, and let go of by whoever lost it.

use super::{checkout, due, leave, outcome, paid_and_closed_once, recover, write};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{Books, World};

#[tokio::test]
async fn a_dead_call_is_claimed_by_exactly_one_of_many() {
    let world = World::new();
    assert_eq!(leave(&world, "close_stay=killed_before").await.code, None, "killed");
    due(&world);
    let one = || world.run_staff(&["reconcile", "--json"]);
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    let finished: i64 =
        [a, b, c, d].iter().map(|ran| ran.json()["finished"].as_i64().expect("a number")).sum();
    assert_eq!(finished, 1);
    assert_eq!(Books::open(&world).count("SELECT epoch FROM calls"), 1, "it changed hands once");
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn who_holds_a_booking_is_taken_over_however_many_others_lie_about() {
    let world = World::new();
    assert_eq!(leave(&world, "close_stay=killed_before").await.code, None, "killed");
    let older = "WITH RECURSIVE older(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM older WHERE n < 60) \
                 INSERT INTO calls (id, tool, persona, caller, explicit_token, attempt, fingerprint, arguments, systems, \
                                    started_at, outcome, bound, effects) \
                 SELECT -n, tool, persona, caller, 0, 0, fingerprint, arguments, systems, started_at, outcome, 0, 1 \
                 FROM calls, older";
    assert_eq!(write(&world, "journal.db", older, []), 60);
    due(&world);
    let arguments = json!({"guest_email": super::BETH, "payment_method_id": "pm_card_visa"});
    let told = super::call(&world, "process_guest_checkout", &arguments).await;
    assert_eq!(told["data"]["already_checked_out"], true, "{told}");
    assert_eq!(world.payments_taken("BK-0001"), 1);
    let held = "SELECT outcome FROM calls WHERE token = 'leaving'";
    assert_eq!(Books::open(&world).texts(held), ["done"]);
}

#[tokio::test]
async fn a_call_killed_before_its_first_effect_is_finished_all_the_same() {
    let world = World::new();
    assert_eq!(leave(&world, "create_customer=killed_before").await.code, None, "killed");
    assert_eq!(recover(&world).await["finished"], 1);
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_quarter_of_an_hour_later_it_has_expired_and_its_token_is_free() {
    let world = World::new().in_the_afternoon();
    assert_eq!(leave(&world, "create_customer=killed_before").await.code, None, "killed");
    let then = skills::words::stored(jiff::Timestamp::now() - jiff::SignedDuration::from_mins(16));
    write(&world, "journal.db", "UPDATE calls SET started_at = ?", [then]);
    recover(&world).await;
    assert_eq!((outcome(&world).as_str(), world.payments_taken("BK-0001")), ("failed", 0));
    let told = super::call(&world, "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!(told["data"]["replayed"], false);
    paid_and_closed_once(&world);
}

/// A process that is stopped where it stands wakes up after its call was finished by another one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_that_wakes_after_its_call_was_taken_over_does_nothing_more() {
    let world = World::new();
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "confirm_payment=stopped_before")];
    let arguments = checkout("pm_card_visa").to_string();
    let mut command = world.command("staff-server", &["call", "process_guest_checkout", &arguments], &env);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().expect("it starts");
    let pid = child.id().expect("running");
    let begun = Instant::now();
    while !std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("alive").contains(") T ") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never came to the step");
        tokio::task::yield_now().await;
    }
    assert_eq!(recover(&world).await["finished"], 1, "another process has finished it");
    paid_and_closed_once(&world);
    let woken = std::process::Command::new("kill").args(["-CONT", &pid.to_string()]).status();
    assert!(woken.expect("kill").success());
    let said = child.wait_with_output().await.expect("it ends");
    let told: serde_json::Value = serde_json::from_slice(&said.stdout).expect("an answer");
    assert_eq!(told["data"]["replayed"], true, "it answers what the other one stored: {told}");
    paid_and_closed_once(&world);
}
