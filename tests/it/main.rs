//! One test binary over the public surface.
#![allow(clippy::unwrap_used)] // helpers of tests are tests: what they unwrap fails the test with its line

mod audit;
mod books;
mod card_numbers;
mod cli;
mod concurrency;
mod demo;
mod docs;
mod doctor;
mod fakes;
mod forget;
mod guest_isolation;
mod hostile;
mod hostile_input;
mod idempotency;
mod kills;
mod model;
mod one_at_a_time;
mod personas;
mod processes;
mod reconcile;
mod recorded_reads;
mod recovery;
mod refusals;
mod round_trips;
mod sagas;
mod salesforce;
mod setup;
mod skills;
mod skills_library;
mod starts;
mod stdio;
mod stripe;
mod trial;
mod twilio;
