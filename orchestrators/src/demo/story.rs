//! The parts of a story.

use serde_json::Value;
use std::collections::HashMap;

/// A story: its persona and its steps.
pub struct Story {
    /// The persona that tells it.
    pub teller: &'static str,
    /// Its subject, in a sentence.
    pub about: &'static str,
    /// The setting with the person the server acts for.
    pub environment: [(&'static str, &'static str); 1],
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// One sentence, one call, one answer.
pub struct Step {
    /// The name by which later steps refer to its answer.
    pub name: &'static str,
    /// The sentence of the story: who asks, and for what.
    pub said: &'static str,
    /// The tool that is called.
    pub tool: &'static str,
    /// Its arguments, some taken from earlier answers.
    pub arguments: fn(&Answers) -> Value,
    /// The expected error code; none if it succeeds.
    pub refused: Option<&'static str>,
    /// The expected values of fields of the answer.
    pub expected: Vec<(&'static str, Value)>,
    /// The part of the answer to print.
    pub shown: Shown,
    /// A remark about the answer; may be empty.
    pub notice: &'static str,
}

/// The part of an answer to print.
pub enum Shown {
    /// Fields of its data; of a refusal, only the refusal.
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
    /// Stores the answer of a step.
    pub fn keep(&mut self, step: &'static str, answer: Value) {
        self.0.insert(step, answer);
    }

    /// A field of an earlier answer; null if absent, which no tool accepts for a required argument.
    pub fn get(&self, step: &str, path: &str) -> Value {
        self.0.get(step).and_then(|answer| field(answer, path)).cloned().unwrap_or_default()
    }

    /// The day after a date of an earlier answer.
    pub fn day_after(&self, step: &str, path: &str) -> Value {
        let date = self.get(step, path).as_str().and_then(|text| text.parse::<jiff::civil::Date>().ok());
        date.and_then(|date| date.tomorrow().ok()).map_or(Value::Null, |date| date.to_string().into())
    }
}
