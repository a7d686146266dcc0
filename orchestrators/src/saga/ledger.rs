//! Makes a run durable: the only interface between sagas and engines. Sagas and skills never see it.

use super::SagaError;
use super::erased::Boxed;
use super::record::{Announcement, Held, StepOutcome, StepRow};
use jiff::Timestamp;
use skills::{ErrorCode, Outage, Refusal, System};
use std::time::Instant;

/// A run's durable side, one per engine. It belongs to one run of one call.
pub(crate) trait Ledger: Send + Sync {
    /// Journals that an effect begins, and takes the lock it still needs. Without the lock nothing is journaled, and
    /// the saga begins again.
    fn announce<'a>(&'a self, call: &'a Held, new: Announcement) -> Boxed<'a, Result<(), SagaError>>;

    /// Runs a step's work so that its definite outcome outlives this process.
    fn perform(&self, work: Work) -> Boxed<'_, Performed>;

    /// Locks a key for this call: waits for the holder, recovers a dead holder, or ends the holder's call and takes over.
    fn acquire<'a>(&'a self, call: &'a Held, wish: Wish<'a>) -> Boxed<'a, Result<Acquired, SagaError>>;

    /// Takes the lock that was left to the first announcement. If another call has it or had it since the reads, the saga
    /// begins again.
    fn acquire_now<'a>(&'a self, call: &'a Held) -> Boxed<'a, Result<(), SagaError>>;

    /// Releases a key that turned out to be the wrong one.
    fn release<'a>(&'a self, call: &'a Held, key: String) -> Boxed<'a, Result<(), SagaError>>;

    /// Whether the call's client has cancelled it, as an engine knows that plays it elsewhere; asked before an effect. `binds`: the
    /// effect must not be done again.
    fn is_cancelled(&self, binds: bool) -> Boxed<'_, bool> {
        let _ = binds;
        Box::pin(std::future::ready(false))
    }

    /// Facts that earlier calls about a subject recorded.
    fn history(&self) -> &dyn History;

    /// The time a saga may steer by.
    fn now(&self) -> Timestamp;
}

/// Facts that earlier calls about the same subject recorded; only facts that never change.
pub(crate) trait History: Send + Sync {
    /// When a call about the subject was first refused with this code, since one of the `settling` tools last succeeded.
    fn first_refused(
        &self,
        subject: &str,
        error_code: &str,
        settling: &[&str],
    ) -> Result<Option<Timestamp>, SagaError>;

    /// Whether staff have cleared every call of a tool about the subject that needed attention, one of them after
    /// this moment.
    fn were_seen_to(&self, subject: &str, tool: &str, after: Timestamp) -> Result<bool, SagaError>;
}

/// A step's work.
pub(crate) struct Work {
    /// The step's name: durable.
    pub(crate) name: String,
    /// It changes nothing, so an engine may run it beside others.
    #[cfg_attr(not(feature = "restate"), allow(dead_code))]
    pub(crate) reads: bool,
    /// It must not be done twice.
    #[cfg_attr(not(feature = "restate"), allow(dead_code))]
    pub(crate) binds: bool,
    /// Runs it. The argument is when an earlier attempt began, if the engine knows of one.
    pub(crate) run: Box<dyn FnOnce(Option<Timestamp>) -> Boxed<'static, WorkResult> + Send>,
}

/// What a step's work came to. Definite outcomes are values; only an outage and an unknown outcome are errors.
pub(crate) struct WorkResult {
    pub(crate) outcome: Result<StepOutcome, SagaError>,
    /// For how many idempotency keys of the step the system has stored a failure as the answer by now.
    pub(crate) spent_keys: u32,
}

/// What a step's work came to, when the step began, and how long it took.
pub(crate) struct Performed {
    pub(crate) result: WorkResult,
    pub(crate) began_at: Timestamp,
    pub(crate) duration_ms: i64,
}

/// A key that a call wants to hold.
pub(crate) struct Wish<'a> {
    pub(crate) key: &'a str,
    /// If nobody is working on the holder's call, it is ended rather than waited for.
    pub(crate) ends: Option<&'a TakeOver>,
    /// The wait ends then.
    pub(crate) deadline: Instant,
}

/// Which calls may be taken over, and how they end.
pub(crate) struct TakeOver {
    /// Unfinished calls of these tools.
    pub(crate) tools: &'static [&'static str],
    /// The answer to their tokens from then on.
    pub(crate) ended_as: Refusal,
    /// The step that records the takeover in the journal of the call that takes over.
    pub(crate) step: StepRow,
}

/// The result of locking a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acquired {
    /// The key is locked, or will be with the first announcement; what was read before is still valid.
    Fresh,
    /// Another call has held the key since: what was read before must be read again.
    Stale,
    /// The holder's call was ended: what it did until then must be read.
    TookOver,
}

/// Another call held a key for as long as this one could wait.
pub(crate) fn held_for_too_long() -> Outage {
    Outage {
        error_code: ErrorCode::UpstreamTimeout,
        held_by_another: true,
        ..Outage::unreached(System::Crm, "another call holds this booking")
    }
}
