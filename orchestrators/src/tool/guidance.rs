//! What a persona offers beside its tools: prompts for the common jobs, and completions of what
//! a person types into them.

mod completion;
mod front_matter;
mod prompt;

pub use completion::{Completion, completion};
pub use prompt::{Argument, Prompt};

/// What a persona offers beside its tools. By default nothing.
#[derive(Default)]
pub struct Guidance {
    /// Prompts for the common jobs, in the order in which people see them.
    pub prompts: Vec<Prompt>,
    /// What completes which argument.
    pub completions: Vec<Completion>,
}
