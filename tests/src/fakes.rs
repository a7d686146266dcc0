//! Stand-ins (fakes) for the remote systems, over HTTP on 127.0.0.1. They are strict (what the real system refuses, they
//! refuse in its own words) and stateful, record every exchange, and fail when told to. Each runs on a thread of its own,
//! so that a test that blocks does not stop it.
//!
//! With `HOTEL_FAKES_RECORD=folder` every exchange is also appended to a file there; `tests/clients` checks them.

mod collector;
mod fake;
pub mod faults;
pub mod form;
pub mod http;
pub mod recording;
mod salesforce;
pub mod stripe;
pub mod twilio;

pub use collector::{Collector, Span};
pub use fake::Fake;
pub use http::{Answer, Request, Service};
pub use recording::Exchange;
pub use salesforce::{
    Data, Deployed, Fault, On, Options, Pause, Recorded, Records, Row, Salesforce, Subrequest, User, When,
    is_protected,
};
pub use stripe::{Holds, Stripe};
pub use twilio::Twilio;
