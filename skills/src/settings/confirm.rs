//! Whether a person is asked before money moves, and the key that seals the questions.

use super::error::{SettingError, wrong};
use super::values::Get;
use secrecy::SecretString;

/// The shortest key that seals questions, in bytes.
const SHORTEST_KEY: usize = 32;

/// Whether a person is asked before money moves, or before something that cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// Where the client can ask. The hosts of other clients ask by themselves before such tools.
    Auto,
    /// Never.
    Off,
    /// Always: a client that cannot ask is refused.
    Always,
}

impl Confirm {
    pub(super) fn read(get: &impl Get) -> Result<Self, SettingError> {
        match get("HOTEL_CONFIRM").as_deref() {
            None | Some("auto") => Ok(Self::Auto),
            Some("off") => Ok(Self::Off),
            Some("always") => Ok(Self::Always),
            Some(_) => Err(wrong("HOTEL_CONFIRM", "give auto, off or always")),
        }
    }
}

/// The key that seals questions, if it is given.
pub(super) fn seal_key(get: &impl Get) -> Result<Option<SecretString>, SettingError> {
    match get("HOTEL_SEAL_KEY") {
        Some(key) if key.len() < SHORTEST_KEY => Err(wrong(
            "HOTEL_SEAL_KEY",
            format!("give at least {SHORTEST_KEY} characters, the same on every server"),
        )),
        key => Ok(key.map(SecretString::from)),
    }
}
