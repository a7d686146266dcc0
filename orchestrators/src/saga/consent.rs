//! Asking a person before something that cannot be taken back: the question, and what the person has agreed to.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::words::Key;

/// A question to a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What is about to happen, in words.
    pub says: String,
    /// What a yes is bound to. If any of it is otherwise later, the person is asked anew.
    pub facts: Value,
}

impl Question {
    /// What a yes to this question is kept as.
    pub(crate) fn digest(&self) -> Key {
        Key::written(&self.facts.to_string())
    }
}

/// What the person behind a call has agreed to. It is journaled with the call, so that whoever finishes it does not ask
/// again and does nothing that nobody agreed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Consent {
    /// Nobody is asked.
    #[default]
    NotAsked,
    /// A person is asked, and has said yes to these questions so far.
    Asked(Vec<Key>),
    /// A person would have to be asked, and the client cannot ask.
    CannotAsk,
}

/// A person's answer: which question it is to. It can be used once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Approval {
    pub(crate) question: Key,
    pub(crate) nonce: String,
}
