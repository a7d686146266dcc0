//! The trial (`tests::trial`) of every saga. `cargo test -p tests trial -- --nocapture` prints its table, and `UPDATE_DOCS=1`
//! writes it into docs/evidence.md; `SCENE=checkout` tries only the scenes whose name says so.

use crate::docs;
use rusqlite::Connection;
use std::collections::BTreeSet;
use tests::Backend;
use tests::scenes::scenes;
use tests::trial::{Fault, Tried, table, try_all, try_one};

/// All but the two that are no tools: `reconcile` runs them.
#[test]
fn every_saga_has_a_scene() {
    let played: BTreeSet<&str> = scenes().iter().map(|scene| scene.call.tool).collect();
    let mut all: BTreeSet<&str> = orchestrators::sagas::names().into_iter().collect();
    assert!(all.remove("finish_paid_checkout") && all.remove("give_back_payment"));
    assert_eq!(played, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn trial_of_every_step_by_every_fault() {
    let only = std::env::var("SCENE").unwrap_or_default();
    let chosen = scenes().into_iter().filter(|scene| scene.name.contains(&only)).collect();
    let backend = Backend::of_this_run();
    let tried = try_all(backend, chosen).await;
    eprintln!("{}", table(&tried));
    no_harm(&tried);
    if only.is_empty() && backend == Backend::Embedded && std::env::var_os("HOTEL_TEST_RESTATE").is_none() {
        docs::holds("docs/evidence.md", "trial", &table(&tried));
    }
}

fn no_harm(tried: &[Tried]) {
    let harm: Vec<String> = tried
        .iter()
        .filter_map(|one| one.harm.as_ref().map(|harm| format!("{}: {}: {harm}", one.scene, one.how)))
        .collect();
    assert!(harm.is_empty(), "{} tries did harm:\n{}", harm.len(), harm.join("\n"));
}

/// What every run has time for; the rest by `tests/on-fakes all`.
#[tokio::test(flavor = "multi_thread")]
async fn the_real_adapters_survive_the_trial_too() {
    let few = ["check_in_guest", "create_case"];
    let chosen = scenes().into_iter().filter(|scene| few.contains(&scene.name.as_str())).collect();
    no_harm(&try_all(Backend::Fakes, chosen).await);
}

/// A trial that notices nothing proves nothing: what a broken program would leave is put there by hand.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_program_leaves_is_noticed() {
    let cases = "INSERT INTO cases (id, number, contact_id, room_id, booking_id, case_type, status, priority, origin, subject, \
                 description, opened_at) SELECT max(id) + 1, '99', contact_id, room_id, booking_id, case_type, status, \
                 priority, origin, subject, description, opened_at FROM cases";
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
            "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, receipt_email, status, next_action_url, \
          charge_id, created_at, charged_at) SELECT id || 'again', customer, amount_cents, currency, guest, booking, receipt_email, status, \
          next_action_url, charge_id, created_at, charged_at FROM intents WHERE booking = 'BK-0001'",
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
