//! What servers and workers say to each other, and what the engine stores of a call. Stored forms live longer than a version
//! of this program: fields are only added, with a default.

use crate::engine::NewCall;
use crate::saga::Question;
use crate::saga::consent::Approval;
use crate::saga::live::Progress;
use crate::saga::outcome::Outcome;
use crate::saga::record::{About, Held, StepRow};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::{Key, stored};

/// A call as a server submits it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asking {
    /// Which hotel: the key of its objects.
    pub(crate) hotel: String,
    pub(crate) persona: String,
    /// Whether the client chose the token.
    pub(crate) explicit_token: bool,
    pub(crate) fingerprint: Key,
    /// Whether the person has added to the arguments.
    pub(crate) was_added_to: bool,
    pub(crate) approval: Option<Approval>,
    pub(crate) about: About,
    pub(crate) held: Held,
    /// The systems it was made on.
    #[serde(default)]
    pub(crate) systems: String,
    /// How long the trail keeps it, in days.
    #[serde(default = "ninety")]
    pub(crate) days: u32,
    /// Whether a client waits that wants to be told how far it is.
    #[serde(default)]
    pub(crate) tells: bool,
    /// The client that waits, if it may cancel: the key of its cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<String>,
    /// The faults that strike it, in tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) faults: Option<String>,
}

fn ninety() -> u32 {
    90
}

/// A server's answer from the engine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Told {
    /// The call's answer.
    Answer { answer: Value, replayed: bool, question: Option<Question>, stages: Vec<Progress> },
    /// The token stands for another request of this tool.
    Reused(String),
    /// No worker serves this hotel.
    NotServed(String),
}

/// A call as its object keeps it, one per attempt under its token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) asking: Asking,
    pub(crate) outcome: Outcome,
    /// The token stands for it.
    pub(crate) bound: bool,
    pub(crate) error_code: Option<String>,
    pub(crate) answer: Option<Value>,
    pub(crate) because: Option<String>,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) messages: Vec<MessageOf>,
    pub(crate) about: About,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) replays: i64,
    pub(crate) last_replayed_at: Option<Timestamp>,
    pub(crate) recoveries: i64,
    pub(crate) panics: u32,
    /// How often its saga was played: a timer of an earlier play does nothing.
    pub(crate) plays: i64,
    /// When it is tried next, if it rests.
    pub(crate) next_try_at: Option<Timestamp>,
    /// When staff cleared it.
    pub(crate) resolved_at: Option<Timestamp>,
    /// The key that is held for it while it rests.
    pub(crate) holds: Option<String>,
    /// When its client cancelled it.
    #[serde(default)]
    pub(crate) cancelled_at: Option<Timestamp>,
}

/// A message of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MessageOf {
    pub(crate) key: Key,
    /// `staged`, `sent`, `refused`, `unknown`, or the service's status of the delivery.
    pub(crate) state: String,
    pub(crate) changed_at: Timestamp,
}

impl Entry {
    pub(crate) fn new(asking: Asking) -> Self {
        Self {
            about: asking.about.clone(),
            asking,
            outcome: Outcome::Running,
            bound: true,
            error_code: None,
            answer: None,
            because: None,
            steps: vec![],
            messages: vec![],
            finished_at: None,
            replays: 0,
            last_replayed_at: None,
            recoveries: 0,
            panics: 0,
            plays: 0,
            next_try_at: None,
            resolved_at: None,
            holds: None,
            cancelled_at: None,
        }
    }

    /// Whether a call is the one that is asked for under its token. What the person added must be the same too, if the call
    /// adds anything.
    pub(crate) fn is_asked_by(&self, asking: &Asking) -> bool {
        let held = &self.asking.held;
        held.tool == asking.held.tool
            && self.asking.fingerprint == asking.fingerprint
            && (!asking.was_added_to || held.arguments == asking.held.arguments)
    }

    /// A digest of all that is kept.
    pub(crate) fn digest(&self) -> Key {
        Key::written(&serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether an effect took money that no way back has returned, as its steps show.
    pub(crate) fn has_taken_money(&self) -> bool {
        use crate::saga::record::StepOutcome::Done;
        let is_done =
            |name: &str| self.steps.iter().any(|step| step.name == name && matches!(step.outcome, Done(_)));
        self.steps.iter().any(|step| {
            step.undo.is_some()
                && matches!(&step.outcome, Done(value) if value["status"] == "succeeded")
                && !is_done(&format!("undo {}", step.name))
        })
    }
}

/// A call in the lists of the audit trail. What is long is kept once, with the call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) hotel: String,
    /// The object of the call, and which of its attempts; none for a read, which is whole here.
    pub(crate) call: Option<(String, i64)>,
    pub(crate) tool: String,
    pub(crate) persona: String,
    pub(crate) caller: String,
    pub(crate) token: Option<String>,
    pub(crate) arguments: Value,
    pub(crate) about: About,
    pub(crate) outcome: Outcome,
    pub(crate) error_code: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    /// How many rows a list had.
    pub(crate) rows: Option<i64>,
    /// Whether it is in the list of calls that rest or wait, and in the list of calls that need attention.
    pub(crate) is_open: bool,
    pub(crate) needs_staff: bool,
}

impl Row {
    /// Its place in a list: newest last, as texts sort.
    pub(crate) fn place(&self) -> String {
        place(&stored(self.started_at), self.id)
    }

    /// The part of its hour's list that has it.
    pub(crate) fn part(&self) -> String {
        format!("{}-{}", &stored(self.started_at)[..HOUR], self.id.rem_euclid(PARTS))
    }

    /// The row of a call.
    pub(crate) fn of(entry: &Entry, key: &str, attempt: i64) -> Self {
        let held = &entry.asking.held;
        Self {
            id: held.id,
            hotel: entry.asking.hotel.clone(),
            call: Some((key.to_owned(), attempt)),
            tool: held.tool.clone(),
            persona: entry.asking.persona.clone(),
            caller: held.caller.clone(),
            token: Some(held.token.clone()),
            arguments: Value::Null,
            about: entry.about.clone(),
            outcome: entry.outcome,
            error_code: entry.error_code.clone(),
            started_at: held.started_at,
            finished_at: entry.finished_at,
            rows: None,
            is_open: entry.outcome.is_unfinished(),
            needs_staff: entry.outcome == Outcome::NeedsAttention && entry.resolved_at.is_none(),
        }
    }
}

/// A row with how long the trail keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) row: Row,
    pub(crate) days: u32,
}

/// The filters of a part of a list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ListQuery {
    pub(crate) token: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) tool: Option<String>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) unfinished: bool,
    /// Only places before this one, and from that one on.
    pub(crate) before: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) limit: usize,
}

impl ListQuery {
    pub(crate) fn fits(&self, row: &Row) -> bool {
        let is = |wanted: &Option<String>, value: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| Some(wanted) == value)
        };
        is(&self.token, row.token.as_ref())
            && is(&self.person, row.about.person.as_ref())
            && is(&self.subject, row.about.subject.as_ref())
            && is(&self.tool, Some(&row.tool))
            && self.outcome.is_none_or(|outcome| outcome == row.outcome)
            && (!self.unfinished || row.outcome.is_unfinished())
    }
}

/// A look at a call that rests or waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Look {
    /// By its timer, unless it was played since.
    After(i64),
    /// By a call that waits for the key that is held for it.
    WantsKey(String),
}

/// Staff clear a call; one that is unfinished ends with this answer, if there is one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cleared {
    pub(crate) attempt: i64,
    pub(crate) answer: Option<Value>,
}

/// What became of a call that staff cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WasCleared {
    NothingToClear,
    Cleared,
    TookMoney,
}

/// A call's entry is replaced, because a person in it is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Redacted {
    pub(crate) attempt: i64,
    /// The digest of the entry that it was made from.
    pub(crate) seen: Key,
    pub(crate) entry: Entry,
}

/// What a worker says about itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AboutWorker {
    pub(crate) version: String,
    /// Why it does not serve the hotel; nothing if it does.
    pub(crate) lacks: Option<String>,
}

/// A hotel, and the systems that a server has for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WhichHotel {
    pub(crate) hotel: String,
    pub(crate) systems: String,
}

/// Which hotel settings and systems stand for, on every machine: it is where its records are. It stays the same hotel, with its
/// tokens and its trail, when it gets another key of its processor or another message service. What is embedded is files of one
/// folder.
pub(crate) fn hotel_key(settings: &Settings, hotel: &Hotel) -> String {
    let is_embedded = settings.salesforce.is_none() || settings.processor.is_none();
    let folder = std::fs::canonicalize(&settings.data).unwrap_or_else(|_| settings.data.clone());
    let folder = if is_embedded { folder.to_string_lossy().into_owned() } else { String::new() };
    let key = Key::derived(&["hotel", hotel.crm.runs_on(), &folder]);
    key.as_str()[..16].to_owned()
}

/// The object of a token's calls.
pub(crate) fn call_key(hotel: &str, caller: &str, token: &str) -> String {
    Key::derived(&["call", hotel, caller, token]).to_string()
}

/// The object of a person's answer.
pub(crate) fn approval_key(hotel: &str, nonce: &str) -> String {
    Key::derived(&["approval", hotel, nonce]).to_string()
}

/// The number of a call, for logs and for its place in lists.
pub(crate) fn call_id(key: &str, attempt: i64) -> i64 {
    let digest = Key::derived(&["id", key, &attempt.to_string()]);
    i64::from_str_radix(&digest.as_str()[..15], 16).unwrap_or(0)
}

/// The place of a call in lists; `at` is when it was made, as it is stored.
pub(crate) fn place(at: &str, id: i64) -> String {
    format!("{at} {id:019}")
}

/// How much of a place, and of the name of a part, is the hour.
pub(crate) const HOUR: usize = "2026-11-28T10".len();

/// The list of an hour is kept in so many parts: each enters its calls one after the other.
const PARTS: i64 = 8;

/// The names of a hotel's lists.
pub(crate) fn list(hotel: &str, kind: &str, of: &str) -> String {
    match kind {
        "hour" => format!("{hotel}-hour-{of}"),
        _ if of.is_empty() => format!("{hotel}-{kind}"),
        // Names of people and tokens are no names of objects: those can be read by whoever may look at the engine.
        _ => format!("{hotel}-{kind}-{}", Key::derived(&["list", of])),
    }
}

impl Asking {
    /// A call as it is submitted.
    pub(crate) fn of(call: NewCall, hotel: &str, days: u32) -> Self {
        let fingerprint = call.fingerprint();
        let started_at = crate::engine::as_stored(call.started_at);
        Self {
            hotel: hotel.to_owned(),
            persona: call.persona,
            explicit_token: call.explicit_token,
            fingerprint,
            was_added_to: call.given.is_some(),
            approval: call.approval,
            about: call.about,
            systems: call.systems,
            days,
            tells: false,
            client: None,
            faults: skills::faults::to_hand_on(),
            held: Held {
                id: 0,
                epoch: 0,
                tool: call.tool.to_owned(),
                caller: call.caller,
                acts_for: call.acts_for,
                token: call.token,
                attempt: 0,
                arguments: call.arguments,
                started_at,
                asked_again: 0,
                effects: false,
                turn: 1,
                tries: 0,
                consent: call.consent,
                by_recovery: false,
                died: false,
                trace: call.requested.trace,
            },
        }
    }

    /// The object it is submitted to.
    pub(crate) fn key(&self) -> String {
        call_key(&self.hotel, &self.held.caller, &self.held.token)
    }
}
