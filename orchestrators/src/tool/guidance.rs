//! What a persona offers beside its tools: prompts for the common jobs.

mod front_matter;
mod prompt;

pub use prompt::{Argument, Prompt};

/// What a persona offers beside its tools. By default nothing.
#[derive(Default)]
pub struct Guidance {
    /// Prompts for the common jobs, in the order in which people see them.
    pub prompts: Vec<Prompt>,
}
