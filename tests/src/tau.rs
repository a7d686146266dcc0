//! Tasks in the form of τ-bench (`tests/tau`): what they say, the hotel that each begins in, and what has become of it.

pub mod attempt;
pub mod state;
mod task;
mod words;

pub use task::{Action, Task, all};
