//! Secrets from files, as systemd and containers give them: `STRIPE_SECRET_KEY_FILE` names the file that holds what
//! `STRIPE_SECRET_KEY` would. An error names the variable and the file, never what the file holds.

use super::error::{SettingError, wrong};
use super::unexpanded;
use super::values::Get;
use std::collections::HashMap;
use std::path::Path;

/// Every secret, and the variable that names a file with it.
pub const SECRETS: [(&str, &str); 5] = [
    ("HOTEL_SEAL_KEY", "HOTEL_SEAL_KEY_FILE"),
    ("SALESFORCE_ACCESS_TOKEN", "SALESFORCE_ACCESS_TOKEN_FILE"),
    ("SALESFORCE_CLIENT_SECRET", "SALESFORCE_CLIENT_SECRET_FILE"),
    ("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY_FILE"),
    ("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_FILE"),
];

/// The secrets that were read from files, by variable.
pub(super) struct FromFiles(HashMap<&'static str, String>);

impl FromFiles {
    /// Reads each file that is named.
    ///
    /// # Errors
    /// A secret that is given in both ways; a file that cannot be read, is empty or holds more than one line.
    pub(super) fn read(get: &impl Get) -> Result<Self, SettingError> {
        let mut read = HashMap::new();
        for (secret, variable) in SECRETS {
            let Some(file) = get(variable) else { continue };
            if get(secret).is_some() {
                return Err(wrong(variable, format!("given beside {secret}; give one of the two")));
            }
            read.insert(secret, content(variable, &file)?);
        }
        Ok(Self(read))
    }

    /// The secret of this variable.
    pub(super) fn get(&self, variable: &str) -> Option<String> {
        self.0.get(variable).cloned()
    }

    /// An error about a secret, under the variable that was given.
    pub(super) fn named(&self, error: SettingError) -> SettingError {
        let given =
            SECRETS.iter().find(|(secret, _)| *secret == error.variable && self.0.contains_key(secret));
        given.map(|(_, variable)| wrong(variable, error.problem.clone())).unwrap_or(error)
    }
}

fn content(variable: &'static str, file: &str) -> Result<String, SettingError> {
    // What is no whole path may be the secret itself, so it is not repeated.
    if !(file.starts_with("~/") || file.starts_with("${") || Path::new(file).is_absolute()) {
        return Err(wrong(
            variable,
            "give the whole path of a file that holds the secret, not the secret itself",
        ));
    }
    let path = unexpanded::folder(variable, file)?;
    let shown = path.display();
    let unread = |error| wrong(variable, format!("{shown} cannot be read: {error}"));
    if !std::fs::metadata(&path).map_err(unread)?.is_file() {
        return Err(wrong(variable, format!("{shown} is no regular file")));
    }
    let text = std::fs::read_to_string(&path).map_err(unread)?;
    let secret = text.trim_start_matches('\u{feff}').trim();
    if secret.is_empty() {
        return Err(wrong(variable, format!("{shown} is empty")));
    }
    if secret.lines().nth(1).is_some() {
        return Err(wrong(
            variable,
            format!("{shown} has more than one line; it must hold the secret alone"),
        ));
    }
    Ok(secret.to_owned())
}
