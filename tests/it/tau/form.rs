//! Each task has what a task must have, and an attempt at one is judged.

use tests::tau::{all, attempt};

#[test]
fn every_task_says_who_asks_for_what_and_has_a_name_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for task in all() {
        assert!(seen.insert(task.id().to_owned()), "{} is there twice", task.id());
        let instructions = &task.scenario()["instructions"];
        for field in ["domain", "reason_for_call", "known_info", "task_instructions"] {
            assert!(
                instructions[field].as_str().is_some_and(|text| !text.is_empty()),
                "{}: {field}",
                task.id()
            );
        }
        assert!(task.scenario()["persona"].is_string(), "{}: persona", task.id());
        assert!(!task.actions().is_empty(), "{}: no calls", task.id());
        for sentence in task.policies() {
            let known = super::sentences();
            assert!(known.iter().any(|known| known == sentence), "{}: no sentence {sentence}", task.id());
        }
    }
}

/// An agent that does nothing, and one that says the right thing without having done it, get nothing.
#[tokio::test]
async fn an_attempt_that_changes_nothing_earns_nothing() {
    let task = all().into_iter().find(|task| task.id() == "beth-leaves").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let told = attempt::begin(&task, folder.path()).await;
    assert_eq!(told["env"]["GUEST_EMAIL"], "beth.gibbs@email.com");
    let found = attempt::end(&task, folder.path(), "It costs 299.98. You are checked out.");
    assert_eq!((found["reward"].as_f64(), &found["untold"]), (Some(0.0), &serde_json::json!([])), "{found}");
    assert_eq!(found["changed"], serde_json::json!({}));
}
