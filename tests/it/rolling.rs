//! A release, on the embedded engine. This version is killed before, inside and after every step of a check-in, a checkout and
//! a refund, and the next version finishes the call on the same folder; and the other way round, when a release is rolled
//! back. The next version (`tests/next`) has one step more at the end of these sagas and one field more in their answers.

mod stage;

use crate::recovery::{a_quarter_of_an_hour_passes, due};
use serde_json::json;
use stage::{ONLY_IN_NEXT, Stage, THIS, without_replayed};
use tests::{Books, NEXT, World};

const CHECK_IN: &str = "check_in_guest";
const CHECKOUT: &str = "process_guest_checkout";
const REFUND: &str = "compensate_checkout_failure: reopening";
const KILLS: [&str; 3] = ["killed_before", "killed_inside", "killed_after"];

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_is_finished_by_the_next_version_whichever_step_it_was_killed_at() {
    Stage::set(CHECK_IN, World::new()).await.killed_at_every_step(THIS, NEXT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_is_finished_by_the_next_version_whichever_step_it_was_killed_at() {
    Stage::set(CHECKOUT, World::new()).await.killed_at_every_step(THIS, NEXT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_finished_by_the_next_version_whichever_step_it_was_killed_at() {
    Stage::set(REFUND, World::new()).await.killed_at_every_step(THIS, NEXT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_is_rolled_back_leaves_nothing_unfinished() {
    for scene in [CHECK_IN, CHECKOUT, REFUND] {
        Stage::set(scene, World::new()).await.killed_at_every_step(NEXT, THIS).await;
    }
}

#[tokio::test]
async fn what_one_version_has_finished_the_other_answers_as_it_was_answered() {
    for (first, other) in [(THIS, NEXT), (NEXT, THIS)] {
        for scene in [CHECK_IN, CHECKOUT, REFUND] {
            let stage = Stage::set(scene, World::new()).await;
            let told = stage.call(first, "").await.json();
            assert_eq!(told["data"].get("follow_up_case").is_some(), first == NEXT, "{told}");
            let again = stage.call(other, "").await.json();
            assert_eq!(again["data"]["replayed"], true, "{again}");
            assert_eq!(without_replayed(&told), without_replayed(&again), "{scene}");
            stage.is_done_once(usize::from(first == NEXT));
        }
    }
}

#[tokio::test]
async fn a_step_that_only_the_next_version_has_is_left_to_it() {
    for (scene, code) in
        [(CHECK_IN, "UPSTREAM_TIMEOUT"), (CHECKOUT, "CHECKOUT_PENDING"), (REFUND, "UPSTREAM_TIMEOUT")]
    {
        for kill in KILLS {
            let stage = Stage::set(scene, World::new()).await;
            assert_eq!(stage.call(NEXT, &format!("{ONLY_IN_NEXT}={kill}")).await.code, None, "killed");
            for _ in 0..2 {
                let found = stage.reconcile(THIS).await;
                assert_eq!(found["needs_attention"], json!([]), "{found}");
                assert_eq!(found["pending"].as_array().map(Vec::len), Some(1), "{found}");
                let told = stage.call(THIS, "").await.json();
                assert_eq!(
                    (&told["error_code"], &told["retry_safe"]),
                    (&json!(code), &json!(true)),
                    "{told}"
                );
            }
            let told = stage.call(NEXT, "").await.json();
            assert!(told["data"]["follow_up_case"].is_string(), "{told}");
            stage.is_done_once(1);
        }
    }
}

#[tokio::test]
async fn a_step_whose_version_never_comes_back_needs_a_person() {
    let stage = Stage::set(CHECKOUT, World::new().in_the_afternoon()).await;
    assert_eq!(stage.call(NEXT, &format!("{ONLY_IN_NEXT}=killed_before")).await.code, None, "killed");
    a_quarter_of_an_hour_passes(&stage.world);
    let found = stage.reconcile(THIS).await;
    let call = &found["needs_attention"][0];
    let journal = call["answer"]["details"]["steps_in_the_journal"].as_array().expect("steps");
    let asked_for = call["answer"]["details"]["steps_asked_for"].as_array().expect("steps");
    assert_eq!(journal.last(), Some(&json!(ONLY_IN_NEXT)));
    assert_eq!(&journal[..journal.len() - 1], asked_for, "all that this version knows is done");
    let standing = call["answer"]["details"]["done_and_standing"].to_string();
    assert!(standing.contains("confirm_payment") && standing.contains("close_stay"), "{standing}");

    let token = stage.scene.call.token();
    assert_eq!(stage.world.run_staff(&["reconcile", "--resolve", token]).await.code, Some(0));
    assert_eq!(stage.reconcile(THIS).await["needs_attention"], json!([]));
    due(&stage.world);
    Books::open(&stage.world).are_in_order();
}
