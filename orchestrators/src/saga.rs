//! What a saga is: straight-line code over skills.
//!
//! Every remote effect and every read whose result steers the saga is a **step** with a name. A step's outcome is
//! journaled: after a crash the saga is run again from its stored input, and finished steps answer from the
//! journal. So between steps a saga is pure: now, today and keys come from its [`Run`].

pub mod erased;
pub(crate) mod ledger;
pub(crate) mod outcome;
pub(crate) mod pauses;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod way_back;

pub(crate) use run::Described;
pub use run::{Hold, Run, Step, beside, both};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use skills::{Effect, ErrorCode, Outage, Refusal, SkillError};

/// An operation over several skills, finished or undone as a whole. Its fields are the request and its doc comment
/// is the tool's description.
pub trait Saga: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Its name: the same as its file, its struct and its tool. Part of the durable contract.
    const NAME: &'static str;
    /// What it does to the world.
    const EFFECT: Effect;
    /// What its caller is told while it is still being finished.
    const PENDING: ErrorCode = ErrorCode::UpstreamTimeout;
    /// What it answers.
    type Output: Serialize + DeserializeOwned + JsonSchema + Send;

    /// Does it.
    ///
    /// # Errors
    /// Whatever a step fails with; the engine decides what becomes of the call.
    fn run(self, saga: &Run) -> impl Future<Output = Result<Self::Output, SagaError>> + Send;
}

/// Why a saga stops.
#[derive(Debug, Clone)]
pub enum SagaError {
    /// A definite no: what was done is undone, backwards.
    Refused(Refusal),
    /// A system could not be asked. Without an effect so far the call has failed; with one it stays pending.
    Outage(Outage),
    /// A step's effect may have happened: the call stays pending and recovery goes on forward.
    Unknown(Outage),
    /// The guest has something to do first; the same token goes on from here.
    Waiting(Refusal),
    /// The records are otherwise than they were when it was decided what to do: nothing was done by this step. A saga that
    /// has had no effect begins a new round, from a fresh look; the refusal says how the records are now.
    MovedOn(Refusal),
    /// What the saga is about is, or was, held by another call since it was read: it begins again, having done nothing.
    Again,
    /// The call is in other hands now; this process has no say in it any more.
    LostLease,
    /// An effect stands that can be neither finished nor undone; staff are told.
    Stuck(Refusal),
    /// The journal could not be written: nothing further may be done.
    Journal(Outage),
}

impl SagaError {
    /// The definite no of a step, if it is one: nothing was done by it.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) | Self::MovedOn(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// What cannot happen: a system answered what it never should.
    pub fn bug(what: &str) -> Self {
        Self::Stuck(Refusal::new(ErrorCode::NeedsAttention, format!("Bug: {what}.")))
    }
}

impl From<Refusal> for SagaError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<SkillError> for SagaError {
    fn from(error: SkillError) -> Self {
        match error {
            SkillError::Refused(refusal) => Self::Refused(refusal),
            SkillError::MovedOn(refusal) => Self::MovedOn(refusal),
            SkillError::Outage(outage) => Self::Outage(outage),
        }
    }
}
