//! What is kept of a call while it runs: the same on every engine.

use super::outcome::Ending;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::FollowUp;
use skills::systems::messages::Sms;
use skills::words::{Email, Key};

/// A call that a process has in hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) id: i64,
    /// Grows whenever the call changes hands: who holds it under an older one writes nothing of it any more.
    pub(crate) epoch: i64,
    pub(crate) tool: String,
    pub(crate) caller: String,
    /// The one person it acts for, if it acts for one.
    pub(crate) acts_for: Option<Email>,
    pub(crate) token: String,
    pub(crate) attempt: i64,
    pub(crate) arguments: Value,
    pub(crate) started_at: Timestamp,
    /// How often its caller came back while it waited for the guest.
    pub(crate) asked_again: i64,
    /// An effect that binds its token was announced, by whoever had it before.
    pub(crate) effects: bool,
    /// The turn of locks when it began; 0 for a call that changed hands.
    pub(crate) turn: i64,
    /// How often recovery has tried it in vain.
    pub(crate) tries: u32,
    /// Recovery has it, and no caller waits.
    pub(crate) by_recovery: bool,
}

impl Held {
    /// Whether nobody had it before: then it has no steps yet.
    pub(crate) const fn is_first_hand(&self) -> bool {
        self.turn > 0 && self.epoch == 0
    }
}

/// Whom and what a call is about: named by its request, or found out while it ran.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct About {
    /// A person, as their key in the hotel's records.
    pub(crate) person: Option<String>,
    /// What it acts on.
    pub(crate) subject: Option<String>,
}

/// How far a step came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum StepOutcome {
    Begun,
    Done(Value),
    Refused(Value),
    /// The records had moved on: nothing was done, and the saga looked again.
    MovedOn(Value),
}

impl StepOutcome {
    /// As the journal and its readers call it.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
            Self::MovedOn(_) => "moved_on",
        }
    }
}

/// A step as the journal has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StepRow {
    pub(crate) name: String,
    pub(crate) place: i64,
    pub(crate) input: Key,
    /// The way back: a skill by name and input.
    pub(crate) undo: Option<Value>,
    pub(crate) outcome: StepOutcome,
    /// How many keys of it its system answers with a failure it keeps.
    pub(crate) spent_keys: u32,
    pub(crate) started_at: Timestamp,
    pub(crate) duration_ms: Option<i64>,
}

/// What is written before an effect.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    /// What was learned since the last one.
    pub(crate) learned: Vec<StepRow>,
    /// The step that begins now.
    pub(crate) step: StepRow,
    /// Its effect binds the token, and is forced to disk.
    pub(crate) binds: bool,
    /// Whom and what the call turned out to be about, so that an unfinished call is found by it.
    pub(crate) about: About,
}

/// How a call ends.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) ending: Ending,
    pub(crate) error_code: Option<String>,
    pub(crate) answer: Value,
    /// The token stands: the call has had an effect.
    pub(crate) bound: bool,
    pub(crate) messages: Vec<(Key, Sms)>,
    /// What it has set going that must be looked after.
    pub(crate) follow_ups: Vec<FollowUp>,
    pub(crate) about: About,
    /// What it waits for, or what a system said that refused it.
    pub(crate) because: Option<String>,
}
