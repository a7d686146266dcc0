//! What a persona offers beside its tools: prompts for the common jobs, completions of what a person types into them, and
//! a manual for the agent.

mod completion;
mod front_matter;
mod manual;
mod prompt;

pub use completion::{Completion, completion};
pub use manual::Manual;
pub use prompt::{Argument, Prompt};

/// What a persona offers beside its tools. By default nothing.
#[derive(Default)]
pub struct Guidance {
    /// Prompts for the common jobs, in the order in which people see them.
    pub prompts: Vec<Prompt>,
    /// What completes which argument.
    pub completions: Vec<Completion>,
    /// How an agent works well with its tools.
    pub manual: Option<Manual>,
}
