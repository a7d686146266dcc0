//! A fix that meets an outage, a kill or another one: what is not done is done by the next, and nothing twice.

use super::{PAYMENTS, came_to_nothing, nothing_is_left, only, paid_and_stuck, reconcile, with_faults};
use serde_json::json;
use tests::trial::{FAULTS, Fault};
use tests::{Books, World};

#[tokio::test]
async fn two_who_fix_at_once_do_it_once() {
    let world = paid_and_stuck().await;
    let fix = || world.run_staff(&["reconcile", "--json", "--fix"]);
    let (a, b, c) = tokio::join!(fix(), fix(), fix());
    for ran in [a, b, c] {
        assert!(ran.code.is_some_and(|code| code <= 1), "{ran:?}");
    }
    let books = Books::open(&world);
    let done = "SELECT count(*) FROM calls WHERE tool = 'finish_paid_checkout' AND outcome = 'done'";
    assert_eq!((books.count(done), world.texted().len()), (1, 1));
    assert_eq!(world.payments_kept("BK-0001"), 1);
    reconcile(&world, &["--fix"], 0).await;
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_fix_that_is_killed_in_the_middle_is_finished_by_the_next() {
    for fault in ["killed_before", "killed_inside", "killed_after"] {
        let world = paid_and_stuck().await;
        let ran = with_faults(&world, &format!("close_stay={fault}"), &["reconcile", "--fix"]).await;
        assert_eq!(ran.code, None, "{fault}: {ran:?}");
        let report = reconcile(&world, &["--fix"], 1).await;
        assert_eq!(report[PAYMENTS], json!([]), "{fault}: a booking in hand is left alone");
        only(&report, "pending");
        world.alter("journal.db", "UPDATE calls SET lease_until = 0 WHERE outcome = ?", ["running"]);
        let report = reconcile(&world, &["--fix"], 0).await;
        assert_eq!((&report["finished"], &report[PAYMENTS]), (&json!(1), &json!([])), "{fault}: {report}");
        nothing_is_left(&world).await;
    }
}

/// That the report cannot be had, and why; with `--fix` too.
async fn says_that_it_cannot_see(world: &World, faults: &str, system: &str) {
    for arguments in [&["reconcile", "--json"][..], &["reconcile", "--fix"]] {
        let ran = with_faults(world, faults, arguments).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.starts_with(&format!("error: {system}: ")), "{ran:?}");
    }
}

#[tokio::test]
async fn an_outage_is_said_and_never_looks_like_order() {
    let world = paid_and_stuck().await;
    let (records, processor) = ("the hotel's records", "the payment processor");
    let points = [
        ("find_payments_since", processor),
        ("find_stays_ended_since", records),
        ("look_up", records),
        ("retrieve_payment", processor),
    ];
    for (point, system) in points {
        says_that_it_cannot_see(&world, &format!("{point}=unreached"), system).await;
    }
    // What a file holds cannot be read.
    let storage = "the storage of the hotel's own machine";
    let world = paid_and_stuck().await;
    world.alter("payments.db", "UPDATE intents SET created_at = ? WHERE booking = 'BK-0001'", ["some day"]);
    says_that_it_cannot_see(&world, "", storage).await;
    let world = paid_and_stuck().await;
    world.alter("hotel.db", "UPDATE bookings SET check_in = ? WHERE number = 'BK-0001'", ["some day"]);
    says_that_it_cannot_see(&world, "", storage).await;
    let world = paid_and_stuck().await;
    world.alter("journal.db", "UPDATE calls SET started_at = ? WHERE token = 'leaving'", ["some day"]);
    says_that_it_cannot_see(&world, "", "journal.db").await;
}

#[tokio::test]
async fn what_does_not_get_through_is_tried_again_by_the_next() {
    let world = paid_and_stuck().await;
    let carl =
        json!({"guest_email": "carl.smith@example.com", "payment_method_id": "pm_card_visa"}).to_string();
    let faults = "close_stay=refused; undo confirm_payment=refused";
    with_faults(&world, faults, &["call", "process_guest_checkout", &carl]).await;
    came_to_nothing(&world);
    let ran = with_faults(&world, "refund_payment=unreached!", &["reconcile", "--json", "--fix"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let outcomes: Vec<_> = (0..2).map(|at| ran.json()[PAYMENTS][at]["outcome"].clone()).collect();
    assert_eq!(
        outcomes,
        ["STRIPE_UNAVAILABLE", "to_do"],
        "who waits for one system does not wait for it twice"
    );
    assert_eq!((world.payments_kept("BK-0001"), world.payments_kept("BK-0002")), (1, 1));
    assert_eq!(reconcile(&world, &["--fix"], 0).await["fixed"], 2);
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn a_refund_that_is_killed_in_the_middle_is_finished_by_the_next() {
    for fault in
        ["refund_payment=killed_before", "refund_payment=killed_inside", "record_refund=killed_after"]
    {
        let world = paid_and_stuck().await;
        came_to_nothing(&world);
        assert_eq!(with_faults(&world, fault, &["reconcile", "--fix"]).await.code, None, "{fault}");
        world.alter("journal.db", "UPDATE calls SET lease_until = 0 WHERE outcome = ?", ["running"]);
        let report = reconcile(&world, &["--fix"], 0).await;
        assert_eq!(report["finished"], 1, "{fault}: {report}");
        assert_eq!(world.refunds("BK-0001"), 1, "{fault}");
        nothing_is_left(&world).await;
    }
}

/// The saga behind `--fix` is no tool, so the trial of all sagas does not meet it: its steps are tried here.
#[tokio::test]
async fn every_step_of_a_fix_by_every_fault() {
    let stuck = paid_and_stuck().await;
    for step in ["retrieve_payment", "look_up", "retrieve_payment_held", "close_stay"] {
        for fault in FAULTS.iter().filter(|fault| **fault != Fault::Cut) {
            let (world, faults) = (stuck.copy(), format!("{step}={}", fault.word()));
            with_faults(&world, &faults, &["reconcile", "--fix"]).await;
            world.alter("journal.db", "UPDATE calls SET lease_until = ?", [0]);
            world.run_staff(&["reconcile", "--fix"]).await;
            // Whatever strikes, the stay that was paid is closed in the end, and no money moves.
            let stands = (world.payments_kept("BK-0001"), world.booking_status("BK-0001"));
            assert_eq!((stands.0, stands.1.as_str()), (1, "Checked Out"), "{faults}");
            nothing_is_left(&world).await;
        }
    }
}
