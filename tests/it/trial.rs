//! The trial (`tests::trial`) of every saga. `cargo test -p tests trial -- --nocapture` prints its table, and `UPDATE_DOCS=1`
//! writes it into README.md; `SCENE=checkout` tries only the scenes whose name says so.

use crate::docs;
use rusqlite::Connection;
use std::collections::BTreeSet;
use tests::scenes::scenes;
use tests::trial::{Fault, Tried, table, try_all, try_one};

/// What is known to do harm: how the scene's name begins, how the try ends, and what comes of it. To be empty.
const KNOWN: &[(&str, &str, &str)] = &[
    ("process_guest_checkout", "close_stay=fails_after", OTHER_KEY),
    ("compensate_checkout_failure", "reopen_stay=fails_after", OTHER_KEY),
    ("check_in_guest", "move_in=fails_after", OTHER_KEY),
    ("manage_booking", "change=fails_after", OTHER_KEY),
    ("cancel_booking", "cancel=fails_after", OTHER_KEY),
    ("assign_room", "move_room=fails_after", OTHER_KEY),
    ("submit_maintenance_request", "open_case=fails_after", OTHER_KEY),
    ("manage_case", "change=fails_after", OTHER_KEY),
    ("create_contact_if_not_found", "create=fails_after", OTHER_KEY),
    ("update_room_status", "move_room=fails_after", OTHER_KEY),
    (
        "process_guest_checkout: back from 3-D Secure",
        "=panics",
        "the first panic of a call that had waited counts as two",
    ),
    ("process_guest_checkout: back from 3-D Secure", "=panics!", "the same"),
    ("compensate_checkout_failure: pending, still open", "refund_payment=refused", NOT_REFUNDED),
    ("compensate_checkout_failure: pending, still open", "refund_payment=refused!", NOT_REFUNDED),
    ("compensate_checkout_failure: pending, still open", "refund_payment=unreached!", NOT_REFUNDED),
];
const OTHER_KEY: &str = "a commit whose key is taken for spent is made again under another key";
const NOT_REFUNDED: &str = "the checkout was ended as refunded, and the money was not given back";

fn is_known(one: &Tried, (scene, try_of, _): &(&str, &str, &str)) -> bool {
    one.harm.is_some() && one.scene.starts_with(scene) && one.how.ends_with(try_of)
}

#[test]
fn every_saga_has_a_scene() {
    let played: BTreeSet<&str> = scenes().iter().map(|scene| scene.call.tool).collect();
    assert_eq!(played, orchestrators::saga_names().into_iter().collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn trial_of_every_step_by_every_fault() {
    let only = std::env::var("SCENE").unwrap_or_default();
    let chosen = scenes().into_iter().filter(|scene| scene.name.contains(&only)).collect();
    let tried = try_all(chosen).await;
    eprintln!("{}", table(&tried));
    let unknown = tried.iter().filter(|one| !KNOWN.iter().any(|known| is_known(one, known)));
    let harm: Vec<String> = unknown
        .filter_map(|one| one.harm.as_ref().map(|harm| format!("{}: {}: {harm}", one.scene, one.how)))
        .collect();
    assert!(harm.is_empty(), "{} tries did harm:\n{}", harm.len(), harm.join("\n"));
    if only.is_empty() {
        for known in KNOWN {
            assert!(tried.iter().any(|one| is_known(one, known)), "does no harm any more: {known:?}");
        }
        docs::holds("trial", &table(&tried));
    }
}

/// A trial that notices nothing proves nothing: what a broken program would leave is put there by hand.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_program_leaves_is_noticed() {
    let cases = "INSERT INTO cases SELECT max(id) + 1, '99', NULL, contact_id, room_id, booking_id, case_type, status, \
                 priority, origin, subject, description, opened_at, closed_at FROM cases";
    let texts = "INSERT INTO messages SELECT 99, 'another key', to_number, body, sent_at FROM messages";
    let broken = [
        (
            "a way back that does nothing",
            "process_guest_checkout",
            "close_stay",
            "refused",
            "payments.db",
            "DELETE FROM refunds",
        ),
        (
            "a charge twice",
            "process_guest_checkout",
            "confirm_payment",
            "answer_lost",
            "payments.db",
            "INSERT INTO intents SELECT id || 'again', customer, amount_cents, currency, guest, booking, receipt_email, status, \
          next_action_url, charge_id, created_at FROM intents WHERE booking = 'BK-0001'",
        ),
        (
            "an effect that is lost",
            "create_case",
            "open_case",
            "answer_lost",
            "hotel.db",
            "DELETE FROM cases WHERE number > '00001003'",
        ),
        ("an effect twice", "create_case", "open_case", "answer_lost", "hotel.db", cases),
        ("a text twice", "check_in_guest", "move_in", "answer_lost", "messages.db", texts),
        (
            "half an effect",
            "check_in_guest",
            "move_in",
            "answer_lost",
            "hotel.db",
            "UPDATE rooms SET status = 'Vacant' WHERE number = '205'",
        ),
    ];
    for (what, name, step, fault, file, sql) in broken {
        let scene = || scenes().into_iter().find(|scene| scene.name == name).expect("the scene");
        try_one(scene(), step, Fault::Fails(fault), |_| ()).await.expect("it survives as it is");
        let meddled = try_one(scene(), step, Fault::Fails(fault), |world| {
            let changed = Connection::open(world.data().join(file)).unwrap().execute(sql, []).unwrap();
            assert!(changed > 0, "{what} changes nothing");
        });
        let harm = meddled.await.expect_err(what);
        eprintln!("{what}: {harm}");
    }
}
