//! Why a setting cannot be used.

/// A setting is missing, half given or unreadable. Names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct SettingError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

/// The error of a variable.
pub(super) fn wrong(variable: &'static str, problem: impl Into<String>) -> SettingError {
    SettingError { variable, problem: problem.into() }
}
