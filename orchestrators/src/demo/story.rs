//! What a story is made of.

use serde_json::Value;
use std::collections::HashMap;

/// A story: who it is about and what happens, step by step.
pub struct Story {
    /// The persona it is told for.
    pub teller: &'static str,
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// Whom the server acts for.
    pub environment: [(&'static str, &'static str); 1],
    /// What happens.
    pub steps: Vec<Step>,
}

/// One sentence, one call, one answer.
pub struct Step {
    /// What later steps call its answer.
    pub name: &'static str,
    /// Who says it, and what.
    pub said: &'static str,
    /// The tool that is called.
    pub tool: &'static str,
    /// Its arguments, some of them out of earlier answers.
    pub arguments: fn(&Answers) -> Value,
    /// The code it is refused with; none if it succeeds.
    pub refused: Option<&'static str>,
    /// Fields of the answer that must be so for the story to be true.
    pub expected: Vec<(&'static str, Value)>,
    /// What is shown of the answer.
    pub shown: Shown,
    /// What to notice about it; empty if it speaks for itself.
    pub notice: &'static str,
}

/// What is shown of an answer.
pub enum Shown {
    /// Fields of its data, or, if it is a refusal, nothing but the refusal.
    Fields(&'static [&'static str]),
    /// Fields of each row of a list.
    Rows(&'static str, &'static [&'static str]),
}

/// A field of an answer by its path: `/folio_cents` in its data, `/details/…` in a refusal.
pub(super) fn field<'a>(answer: &'a Value, path: &str) -> Option<&'a Value> {
    answer.get("data").unwrap_or(answer).pointer(path)
}

/// The answers so far.
#[derive(Default)]
pub struct Answers(HashMap<&'static str, Value>);

impl Answers {
    /// Keeps the answer of a step.
    pub fn keep(&mut self, step: &'static str, answer: Value) {
        self.0.insert(step, answer);
    }

    /// A field of an earlier answer; null if there is none, which no tool takes for a required argument.
    pub fn get(&self, step: &str, path: &str) -> Value {
        self.0.get(step).and_then(|answer| field(answer, path)).cloned().unwrap_or_default()
    }

    /// The day after a date of an earlier answer.
    pub fn day_after(&self, step: &str, path: &str) -> Value {
        let date = self.get(step, path).as_str().and_then(|text| text.parse::<jiff::civil::Date>().ok());
        date.and_then(|date| date.tomorrow().ok()).map_or(Value::Null, |date| date.to_string().into())
    }
}
