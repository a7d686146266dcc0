//! One test binary over the public surface.
#![allow(clippy::unwrap_used)] // helpers of tests are tests: what they unwrap fails the test with its line

mod books;
mod card_numbers;
mod cli;
mod concurrency;
mod demo;
mod docs;
mod fakes;
mod guest_isolation;
mod hostile;
mod hostile_input;
mod idempotency;
mod kills;
mod kills_scenes;
mod one_at_a_time;
mod personas;
mod recovery;
mod refusals;
mod sagas;
mod salesforce;
mod skills;
mod skills_library;
mod stdio;
