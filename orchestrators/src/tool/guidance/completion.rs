//! A completion: a read that suggests values for an argument while a person is typing it.

use crate::tool::{Tool, skill};
use schemars::JsonSchema;
use skills::Skill;
use skills::operations::Suggestions;

/// What completes an argument.
pub struct Completion {
    /// The argument's name, in prompts and in the addresses of resources.
    pub argument: &'static str,
    /// The tool that shows these values to the persona. Without it there are no suggestions: a completion shows nothing
    /// that no tool shows.
    pub shown_by: &'static str,
    /// The read. It is prepared, recorded and filtered as a tool's is, but no client can call it.
    pub(crate) read: Tool,
}

/// A read as the completion of an argument. It takes what was typed as `query`, and may take other arguments of the
/// prompt.
pub fn completion<S>(argument: &'static str, shown_by: &'static str) -> Completion
where
    S: Skill<Output = Suggestions> + JsonSchema,
{
    Completion { argument, shown_by, read: skill::<S>() }
}

impl Completion {
    /// Whether its read takes this argument.
    pub(crate) fn takes(&self, argument: &str) -> bool {
        self.read.input_schema["properties"].get(argument).is_some()
    }
}
