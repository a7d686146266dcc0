//! Tasks in the form of τ-bench (`tests/tau`), played without a model: the golden calls of each task bring the hotel to the
//! state it expects.
//!
//! `cargo test -p tests tau:: -- --nocapture` prints the figures.

mod forbidden;
mod form;
mod play;

use super::docs::{file, holds};

/// The numbers of the policy's sentences. Each sentence is a line of the form `- **A1** …`.
fn sentences() -> Vec<String> {
    let policy = file("tests/tau/policy.md");
    let numbered = policy.lines().filter_map(|line| line.strip_prefix("- **")?.split_once("** "));
    numbered.map(|(number, _)| number.to_owned()).collect()
}
