//! What a system says of a request that it does not do.

use super::failures::unnamed::without_keys;

/// The longest text of a system that is passed on.
const LONGEST: usize = 1_000;

/// A refusal by a system, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Its code.
    pub code: String,
    /// Its sentence.
    pub message: String,
    /// What it concerns: an object, a permission.
    pub object: Option<String>,
    /// Which part of it: a field, or several separated by commas.
    pub field: Option<String>,
}

impl Said {
    /// A code with its sentence.
    pub(crate) fn new(code: impl Into<String>, message: &str) -> Self {
        let message = without_keys(message).chars().take(LONGEST).collect();
        Self { code: code.into(), message, object: None, field: None }
    }
}
