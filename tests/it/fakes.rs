//! The stand-ins behave as the systems they stand for.

mod client;
mod stripe_faults;
mod stripe_keys;
mod stripe_outcomes;
mod stripe_refusals;
mod twilio;
