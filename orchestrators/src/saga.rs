//! A saga: straight-line code over skills.
//!
//! Every remote effect and every read whose result steers the saga is a **step** with a name. A step's outcome is
//! journaled: after a crash the saga is run again from its stored input, and finished steps answer from the
//! journal. So between steps a saga is pure: now, today and keys come from its [`Run`].

pub(crate) mod consent;
pub mod erased;
pub(crate) mod ledger;
pub(crate) mod live;
pub(crate) mod outcome;
pub(crate) mod pauses;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod way_back;

pub use consent::Question;
pub(crate) use run::Described;
pub use run::{Hold, Run, Step, beside, both};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use skills::{Effect, ErrorCode, Outage, Refusal, SkillError};

/// An operation over several skills, finished or undone as a whole. Its fields are the request and its doc comment
/// is the tool's description.
pub trait Saga: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The saga's name, equal to its file's, its struct's and its tool's. Part of the durable contract.
    const NAME: &'static str;
    /// Its effect on the world.
    const EFFECT: Effect;
    /// The error code the caller gets while the saga is unfinished.
    const PENDING: ErrorCode = ErrorCode::UpstreamTimeout;
    /// The answer's type.
    type Output: Serialize + DeserializeOwned + JsonSchema + Send;

    /// Runs the saga.
    ///
    /// # Errors
    /// The error of any step; the engine decides how the call ends.
    fn run(self, saga: &Run) -> impl Future<Output = Result<Self::Output, SagaError>> + Send;
}

/// Why a saga stops.
#[derive(Debug, Clone)]
pub enum SagaError {
    /// A definite no: the steps done so far are undone, last first.
    Refused(Refusal),
    /// A system could not be reached. A call without effects fails; a call with one stays pending.
    Outage(Outage),
    /// A step's effect may have happened: the call stays pending and recovery continues it.
    Unknown(Outage),
    /// The guest must do something first; a retry with the same token continues the call.
    Waiting(Refusal),
    /// A person must agree first: the call ends, having done nothing that binds, and is made again with the person's yes.
    Asks(Box<Question>),
    /// The records changed after the saga decided what to do; this step did nothing. A saga without effects begins a
    /// new round with a fresh read; the refusal describes the records as they are now.
    MovedOn(Refusal),
    /// Another call holds, or has held, the saga's subject since it was read: the saga begins again, having done nothing.
    Again,
    /// Another process has taken the call over: this process may write nothing more of it.
    LostLease,
    /// An effect can be neither finished nor undone; staff must help.
    Stuck(Refusal),
    /// The journal has steps of this call that the saga does not ask for: another version of this program began it. That
    /// version can finish it, and where none does in time, staff must help.
    OfAnotherVersion(Refusal),
    /// The journal could not be written: nothing further may be done.
    Journal(Outage),
}

impl SagaError {
    /// The refusal of a definite no; the step did nothing.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) | Self::MovedOn(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// A bug: a system gave an answer that it never should.
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
