//! One attempt at a task by whoever: the hotel is made in a folder, an agent works on it through a server, and then it is
//! looked at. docs/playing-tasks.md describes what is printed.

use super::{Task, state};
use crate::{Backend, Books, World, binary, day};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What the hotel held when the attempt began, and on which day that was.
const BEFORE: &str = "before.json";

/// Makes the hotel of a task in a folder, and says all that an agent needs: the server to start, what the person wants, the policy.
///
/// # Panics
/// When the folder holds a hotel already, or cannot be written.
pub async fn begin(task: &Task, folder: &Path) -> Value {
    let data = folder.join("data");
    assert!(
        !data.exists(),
        "{} holds a hotel already: each attempt has a folder of its own",
        folder.display()
    );
    let seeded = World::on(Backend::Embedded).in_the_afternoon();
    let seed = seeded.staff();
    assert!(seed.close().await.success(), "the hotel is made");
    let world = task.hotel(&seeded).await;
    std::fs::create_dir_all(folder).expect("a folder");
    crate::copy_files(&world.data(), &data);
    let before = json!({"today": day(0), "hotel": state::of(&Books::open(&world))});
    std::fs::write(folder.join(BEFORE), before.to_string()).expect("a file");

    let mut env: Map<String, Value> = Map::new();
    env.insert("HOTEL_DATA".to_owned(), data.to_str().expect("a path").into());
    for (name, value) in [("HOTEL_CURRENCY", "usd"), ("HOTEL_RECONCILE_MINUTES", "0"), ("RUST_LOG", "warn")] {
        env.insert(name.to_owned(), value.into());
    }
    let (server, setting, acts_for) = task.server();
    env.extend(world.env.iter().map(|(name, value)| (name.clone(), value.as_str().into())));
    env.insert(setting.to_owned(), acts_for.into());
    let golden = task.actions().into_iter().map(|action| {
        let arguments = action.with_payments(&Books::open(&world));
        json!({"name": action.tool, "arguments": arguments, "refused": action.refused})
    });
    json!({
        "id": task.id(),
        "command": binary(server).canonicalize().expect("the server"),
        "env": env,
        "policy": include_str!("../../tau/policy.md"),
        "user_scenario": task.scenario(),
        "golden": golden.collect::<Vec<_>>(),
    })
}

/// Looks at the hotel after an attempt. `said` is all that the agent has said to the person.
///
/// # Panics
/// When no attempt has begun in the folder, or it began on another day.
#[must_use]
pub fn end(task: &Task, folder: &Path, said: &str) -> Value {
    let text =
        std::fs::read_to_string(folder.join(BEFORE)).expect("an attempt that has begun in this folder");
    let before: Value = serde_json::from_str(&text).expect("what `begin` has written");
    assert_eq!(before["today"], day(0), "it began on another day; dates have moved on since");
    let now = state::of(&Books::at(&folder.join("data")));
    let changed = state::changes(before["hotel"].as_object().expect("a hotel"), &now);
    let said = plain(said);
    let untold: Vec<String> = task.told().into_iter().filter(|told| !said.contains(&plain(told))).collect();
    let right = changed == task.changes() && untold.is_empty();
    json!({
        "id": task.id(),
        "reward": if right { 1.0 } else { 0.0 },
        "changed": changed,
        "expected": task.changes(),
        "untold": untold,
    })
}

/// As τ-bench compares what was said: without case and without the commas of numbers.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(',', "")
}
