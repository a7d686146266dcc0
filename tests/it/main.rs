//! One test binary over the public surface.
#![allow(clippy::unwrap_used)] // helpers of tests are tests: what they unwrap fails the test with its line

mod cli;
mod demo;
mod docs;
mod idempotency;
mod personas;
mod refusals;
mod sagas;
mod skills;
mod skills_library;
mod stdio;
