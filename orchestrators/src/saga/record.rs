//! The stored state of a running call: the same on every engine.

use super::consent::Consent;
use super::outcome::Ending;
use crate::telemetry::{Resumed, Step, Trace};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::FollowUp;
use skills::systems::messages::Sms;
use skills::words::{Email, Key};

/// A call whose first effect has not begun this long after it was made expires.
const EXPIRES_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// A call that this process is working on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) id: i64,
    /// Fencing token: grows each time the call changes hands; a process with an older one can write nothing of the call.
    pub(crate) epoch: i64,
    pub(crate) tool: String,
    pub(crate) caller: String,
    /// The one person it acts for, if any.
    pub(crate) acts_for: Option<Email>,
    pub(crate) token: String,
    pub(crate) attempt: i64,
    pub(crate) arguments: Value,
    pub(crate) started_at: Timestamp,
    /// How often its caller retried while it waited for the guest.
    pub(crate) asked_again: i64,
    /// An earlier process announced an effect that binds the token.
    pub(crate) effects: bool,
    /// The turn of locks when the call began; 0 for a call that changed hands.
    pub(crate) turn: i64,
    /// How many tries by recovery have failed.
    pub(crate) tries: u32,
    /// What the person behind it has agreed to.
    #[serde(default)]
    pub(crate) consent: Consent,
    /// Recovery runs it, and no caller waits.
    pub(crate) by_recovery: bool,
    /// The process that ran it last has died.
    #[serde(default)]
    pub(crate) died: bool,
    /// Where its trace goes on.
    #[serde(default)]
    pub(crate) trace: Option<Trace>,
}

impl Held {
    /// The call as the span of a run that goes on with it has it.
    pub(crate) fn resumed(&self) -> Resumed<'_> {
        Resumed {
            trace: self.trace.as_ref(),
            tool: &self.tool,
            started_at: self.started_at,
            run: self.epoch,
            place: "",
            by_recovery: self.by_recovery,
            died: self.died,
        }
    }

    /// Whether it expires: its first effect has not begun for so long that nobody waits for it any more.
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        !self.effects && now.duration_since(self.started_at) > EXPIRES_AFTER
    }

    /// Whether no other process had it before: then it has no steps yet.
    pub(crate) const fn is_first_hand(&self) -> bool {
        self.turn > 0 && self.epoch == 0
    }
}

/// The person and the subject of a call: named by its request, or found while it ran.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct About {
    /// The person's key in the hotel's records.
    pub(crate) person: Option<String>,
    /// What it acts on.
    pub(crate) subject: Option<String>,
}

impl About {
    /// This, and where it says nothing what was known before.
    pub(crate) fn or(self, before: Self) -> Self {
        Self { person: self.person.or(before.person), subject: self.subject.or(before.subject) }
    }
}

/// The state of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum StepOutcome {
    Begun,
    Done(Value),
    Refused(Value),
    /// The records had changed: the step did nothing, and the saga read them again.
    MovedOn(Value),
}

impl StepOutcome {
    /// The same without the value, which may name people.
    pub(crate) fn without_value(&self) -> Self {
        match self {
            Self::Begun => Self::Begun,
            Self::Done(_) => Self::Done(Value::Null),
            Self::Refused(_) => Self::Refused(Value::Null),
            Self::MovedOn(_) => Self::MovedOn(Value::Null),
        }
    }

    /// Its word in the journal and in reports.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
            Self::MovedOn(_) => "moved_on",
        }
    }
}

/// A step as a row of the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StepRow {
    pub(crate) name: String,
    pub(crate) place: i64,
    pub(crate) input: Key,
    /// The way back: a skill by name and input.
    pub(crate) undo: Option<Value>,
    pub(crate) outcome: StepOutcome,
    /// For how many idempotency keys of this step the system has stored a failure as the answer.
    pub(crate) spent_keys: u32,
    pub(crate) started_at: Timestamp,
    pub(crate) duration_ms: Option<i64>,
}

impl StepRow {
    /// The step as a trace has it; none if what became of it is not known.
    pub(crate) fn as_traced(&self) -> Option<Step<'_>> {
        let (outcome, duration_ms) = (self.outcome.word(), self.duration_ms.unwrap_or_default());
        let known = self.outcome != StepOutcome::Begun;
        known.then_some(Step { name: &self.name, outcome, began_at: self.started_at, duration_ms })
    }

    /// Whether what became of it is not known.
    #[cfg_attr(not(feature = "restate"), allow(dead_code))]
    pub(crate) fn has_no_outcome(&self) -> bool {
        self.outcome == StepOutcome::Begun
    }
}

/// The journal entry written before an effect.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    /// Outcomes learned since the last announcement.
    pub(crate) learned: Vec<StepRow>,
    /// The step that begins now.
    pub(crate) step: StepRow,
    /// Its effect binds the token, so the entry is forced to disk.
    pub(crate) binds: bool,
    /// The person and subject the call turned out to be about, so that an unfinished call is found by them.
    pub(crate) about: About,
}

/// How a call ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) ending: Ending,
    pub(crate) error_code: Option<String>,
    pub(crate) answer: Value,
    /// The token stays bound, because the call has had an effect.
    pub(crate) bound: bool,
    pub(crate) messages: Vec<(Key, Sms)>,
    /// What the call started that must be followed up.
    pub(crate) follow_ups: Vec<FollowUp>,
    pub(crate) about: About,
    /// What the call waits for, or the message of the system that refused it.
    pub(crate) because: Option<String>,
}
