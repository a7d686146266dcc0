//! What each failure of a system means. Only here is it decided who can mend it ([`Kind`]), and from that follow the
//! answer, whether the call is retried, and what the log says. Each system has a table of its codes in a file of its own.

pub(crate) mod salesforce;
pub(crate) mod stripe;
pub(crate) mod twilio;
pub(super) mod unnamed;

pub use super::said::Said;
use crate::error::{Kind, Refusal, System};
use crate::refusals;

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
