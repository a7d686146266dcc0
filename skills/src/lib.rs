//! Atomic operations of a hotel.
//!
//! A **skill** is a value that can run: its fields are the request, its doc comment the description. Each lives in
//! a file of its own, named for what it does, in the folder of what it is about. Skills know the hotel's words
//! ([`words`]) and its systems ([`systems`]); they know nothing of sagas or MCP, and no skill calls another.

pub mod bookings;
mod calendar;
pub mod cases;
pub mod clock;
pub mod contacts;
mod error;
pub mod faults;
mod look_up;
pub mod messages;
pub mod opportunities;
pub mod payments;
pub mod refusals;
pub mod requests;
pub mod rooms;
pub mod settings;
mod skill;
pub mod sqlite;
pub mod stay_rules;
pub mod systems;
mod texts;
pub mod words;

pub use calendar::Calendar;
pub use error::{BadFile, ErrorCode, Kind, Outage, Refusal, SkillError, System};
pub use look_up::LookUp;
pub use skill::{Call, Commit, Effect, Rehearse, Settled, Skill};
