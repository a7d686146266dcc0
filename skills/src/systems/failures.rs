//! What each failure of a system means. Only here is it decided who can mend it ([`Kind`]), and from that follow the
//! answer, whether the call is retried, and what the log says. Each system has a table of its codes in a file of its own.

pub(crate) mod salesforce;
pub(crate) mod stripe;
pub(crate) mod twilio;
mod unnamed;

use crate::error::{Kind, Refusal, System};
use crate::refusals;

/// The longest text of a system that is passed on.
const LONGEST: usize = 1_000;

/// A refusal by a system, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Its code.
    pub code: String,
    /// Its sentence.
    pub message: String,
    /// What it concerns: an object, a permission.
    pub object: Option<String>,
    /// Which part of it: a field, or several separated by commas.
    pub field: Option<String>,
}

impl Said {
    /// A code with its sentence.
    pub(crate) fn new(code: impl Into<String>, message: &str) -> Self {
        let message = unnamed::without_keys(message).chars().take(LONGEST).collect();
        Self { code: code.into(), message, object: None, field: None }
    }
}

/// Turns a system's no into a refusal, with a line in the log. Not for an argument's fault, which is worded where the
/// argument is known, nor for an outage, which is no refusal.
pub(crate) fn refusal(system: System, kind: Kind, said: &Said) -> Refusal {
    let (object, field) = (said.object.as_deref(), said.field.as_deref());
    let (code, message) = (said.code.as_str(), unnamed::for_the_log(&said.message));
    let what = match kind {
        Kind::SetUp => "the system is not set up as it is used; doctor tells more",
        _ => "the system refuses this",
    };
    tracing::warn!(system = system.name(), code, message, object, field, "{what}");
    match kind {
        Kind::SetUp => refusals::not_set_up(system, said),
        _ => refusals::records_refused(system, said),
    }
}

/// The kind of an HTTP status that decides by itself, whatever its code: an outage. None for other statuses.
pub(crate) const fn of_status(status: u16) -> Option<Kind> {
    match status {
        400..=499 if !matches!(status, 408 | 429) => None,
        _ => Some(Kind::Outage),
    }
}
