//! What makes a run durable: the one seam between sagas and engines. Sagas and skills never see it.

use super::SagaError;
use super::erased::Boxed;
use super::record::{Announcement, Held, StepOutcome, StepRow};
use jiff::Timestamp;
use skills::Refusal;
use std::time::Instant;

/// A run's durable side, one per engine. It belongs to one run of one call.
pub(crate) trait Ledger: Send + Sync {
    /// Announces an effect, with the lock it still wants: without the lock nothing is announced, and the saga begins again.
    fn announce<'a>(&'a self, call: &'a Held, new: Announcement) -> Boxed<'a, Result<(), SagaError>>;

    /// Does a step's work so that its definite answer outlives this process.
    fn perform(&self, work: Work) -> Boxed<'_, Result<Performed, SagaError>>;

    /// Holds a key for this call: waits for whoever has it, sees to a dead holder, or ends it and takes over.
    fn acquire<'a>(&'a self, call: &'a Held, wish: Wish<'a>) -> Boxed<'a, Result<Acquired, SagaError>>;

    /// Lets a key go that turned out to be the wrong one.
    fn release<'a>(&'a self, call: &'a Held, key: String) -> Boxed<'a, Result<(), SagaError>>;

    /// What calls about a subject told before this one.
    fn history(&self) -> &dyn History;

    /// The time a saga may steer by.
    fn now(&self) -> Timestamp;
}

/// What earlier calls about the same subject told: only facts that stay as they are.
pub(crate) trait History: Send + Sync {
    /// When a call about it was first refused with this code, since one of the `settling` tools last did what was asked.
    fn first_refused(
        &self,
        subject: &str,
        error_code: &str,
        settling: &[&str],
    ) -> Result<Option<Timestamp>, SagaError>;

    /// Whether every call of a tool about it that needed attention was seen to, one of them after this moment.
    fn were_seen_to(&self, subject: &str, tool: &str, after: Timestamp) -> Result<bool, SagaError>;
}

/// A step's work. Its answer is a value; only an outage and an unknown outcome are errors.
pub(crate) struct Work {
    /// The step's name: durable.
    pub(crate) name: String,
    /// Does it; told when an attempt before this one began, if the engine knows of one.
    #[allow(clippy::type_complexity)]
    pub(crate) run:
        Box<dyn FnOnce(Option<Timestamp>) -> Boxed<'static, Result<StepOutcome, SagaError>> + Send>,
}

/// What it came to, when it began, and how long it took.
pub(crate) struct Performed {
    pub(crate) outcome: StepOutcome,
    pub(crate) began_at: Timestamp,
    pub(crate) duration_ms: i64,
}

/// A key that a call wants to hold.
pub(crate) struct Wish<'a> {
    pub(crate) key: &'a str,
    /// Who still holds it without working on it is ended rather than waited for.
    pub(crate) ends: Option<&'a TakeOver>,
    /// So long it waits.
    pub(crate) deadline: Instant,
}

/// What may be taken over, and what becomes of it.
pub(crate) struct TakeOver {
    /// Unfinished calls of these tools.
    pub(crate) tools: &'static [&'static str],
    /// What their tokens answer from then on.
    pub(crate) ended_as: Refusal,
    /// The step that says so in the journal of whoever takes over.
    pub(crate) step: StepRow,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acquired {
    /// It is held, or will be with the first announcement, and what was read before still counts.
    Fresh,
    /// Others held it since: what was read before must be read again.
    Stale,
    /// Its holder was ended: what it did until then must be read.
    TookOver,
}
