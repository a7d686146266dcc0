//! What a tool asks the person behind its client, and what the person says. A ticket says which call a question belongs to;
//! whoever hands it to a client must seal it (`mcp/seal.rs`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::words::Key;

/// How long a person has to answer, in milliseconds.
pub(crate) const VALID_MS: i64 = 10 * 60 * 1000;

/// A question for the person, with the ticket that its answer must come with.
#[derive(Debug)]
pub struct ToPerson {
    /// The question, in words.
    pub says: String,
    /// How it is answered.
    pub form: Form,
    /// Which call it belongs to.
    pub(crate) ticket: Ticket,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Yes or no.
    Confirm,
    /// One of several: the value of each, and what the person reads.
    Pick(Vec<(String, String)>),
    /// A page to open, where the person's bank asks.
    Open(String),
}

/// Which call a question belongs to, and what an answer to it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The caller, the tool, the arguments and the caller's own token, as a digest.
    pub(crate) of: Key,
    /// The call's idempotency token.
    pub(crate) token: String,
    /// Makes a yes usable once.
    pub(crate) nonce: String,
    /// Unix milliseconds.
    pub(crate) expires_at: i64,
    pub(crate) asks: Asks,
    /// What the person has picked before: an argument and its value.
    pub(crate) picked: Option<(String, String)>,
}

/// What an answer stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Asks {
    /// A yes to the question with this digest.
    Confirm(Key),
    /// The value of this argument.
    Pick(String),
    /// That the page was opened.
    Open,
}

/// What the person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nothing: the question was sent away.
    Dismissed,
    /// One of several.
    Picked(String),
}

/// A person's answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) ticket: Ticket,
    pub(crate) said: Said,
}

/// Which questions a client can put to its person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CanAsk {
    /// A form with a yes and a no, or a choice.
    pub(crate) forms: bool,
    /// To open a page.
    pub(crate) pages: bool,
}

/// The arguments by which a person tells several bookings apart, the best first.
const TELL_APART: [&str; 2] = ["booking_number", "room_number"];

/// The choice among the candidates of a refusal: the argument to fill, and a line for each.
pub(super) fn choice(
    details: &Value,
    takes: impl Fn(&str) -> bool,
) -> Option<(&'static str, Vec<(String, String)>)> {
    let argument = TELL_APART.into_iter().find(|name| takes(name))?;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let line = |row: &Value| {
        let value = Some(text(row, argument)).filter(|value| !value.is_empty())?;
        let [booking, room, from, to] =
            ["booking_number", "room_number", "check_in_date", "check_out_date"].map(|name| text(row, name));
        Some((value, format!("{booking}: room {room}, {from} to {to}")))
    };
    let lines: Option<Vec<_>> = details["candidates"].as_array()?.iter().map(line).collect();
    lines.filter(|lines| lines.len() > 1).map(|lines| (argument, lines))
}
