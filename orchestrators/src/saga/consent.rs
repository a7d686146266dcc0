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
    /// What a yes to this question was bound to in an earlier release. A call that was agreed to then goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Value>,
}

impl Question {
    /// What a yes to this question is kept as.
    pub(crate) fn digest(&self) -> Key {
        Key::written(&self.facts.to_string())
    }

    /// Which of these yeses is one to this question.
    pub(crate) fn agreed(&self, yes: &[Key]) -> Option<Key> {
        let once = self.once.as_ref().map(|facts| Key::written(&facts.to_string()));
        [Some(self.digest()), once].into_iter().flatten().find(|digest| yes.contains(digest))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A server of this release finishes what a person agreed to before it, and asks about what is otherwise now.
    #[test]
    fn a_yes_of_an_earlier_release_is_one_to_the_same_question_only() {
        let asked = |amount: u32, nights: u32| Question {
            says: "Refund it?".to_owned(),
            facts: json!({"amount_cents": amount, "nights": nights}),
            once: Some(json!({"amount_cents": amount})),
        };
        let then = Key::written(&json!({"amount_cents": 100}).to_string());
        assert_eq!(asked(100, 2).agreed(std::slice::from_ref(&then)), Some(then.clone()));
        assert_eq!(asked(200, 2).agreed(&[then]), None);
        let now = asked(100, 2).digest();
        assert_eq!(asked(100, 2).agreed(std::slice::from_ref(&now)), Some(now.clone()));
        assert_eq!(asked(100, 3).agreed(&[now]), None, "a fact that is new is bound too");
    }
}
