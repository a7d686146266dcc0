//! The trial (`tests::trial`) of every saga. `cargo test -p tests trial -- --nocapture` prints its table; `SCENE=checkout`
//! tries only the scenes whose name says so.

use std::collections::BTreeSet;
use tests::scenes::scenes;
use tests::trial::{table, try_all};

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
    println!("{}", table(&tried));
    let harm: Vec<String> = tried
        .iter()
        .filter_map(|one| one.harm.as_ref().map(|harm| format!("{}: {}: {harm}", one.scene, one.how)))
        .collect();
    assert!(harm.is_empty(), "{} tries did harm:\n{}", harm.len(), harm.join("\n"));
}
