//! Tasks in the form of τ-bench (`tests/tau`), played without a model: the golden calls of each task bring the hotel to the
//! state it expects.
//!
//! `cargo test -p tests tau:: -- --nocapture` prints the figures.

mod forbidden;
mod play;
mod state;
mod task;
mod words;

use super::docs::{file, holds};
use serde_json::Value;

/// A file of `tests/tau`.
fn data(name: &str) -> Value {
    serde_json::from_str(&file(&format!("tests/tau/{name}")))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The numbers of the policy's sentences. Each sentence is a line of the form `- **A1** …`.
fn sentences() -> Vec<String> {
    let policy = file("tests/tau/policy.md");
    let numbered = policy.lines().filter_map(|line| line.strip_prefix("- **")?.split_once("** "));
    numbered.map(|(number, _)| number.to_owned()).collect()
}
