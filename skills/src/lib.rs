//! Atomic operations of a hotel.
//!
//! A **skill** is a value that can run: its fields are the request, its doc comment the description. Each lives in
//! a file of its own under [`operations`], named for what it does, in the folder of what it is about. Skills know the
//! hotel's words ([`words`]), its [`records`] and its [`systems`]; they know nothing of sagas or MCP, and no skill calls
//! another.

mod calendar;
pub mod clock;
mod error;
pub mod faults;
pub mod operations;
pub mod records;
pub mod refusals;
pub mod requests;
pub mod settings;
mod skill;
pub mod sqlite;
pub mod stay_rules;
pub mod systems;
pub mod telemetry;
pub mod words;

pub use calendar::Calendar;
pub use error::{BadFile, ErrorCode, Kind, Outage, Refusal, SkillError, System};
pub use skill::{Call, Commit, Effect, FollowUp, Rehearse, Settled, Skill};
