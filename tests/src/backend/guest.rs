//! Plays the guest of a checkout that waits for 3-D Secure. The embedded processor takes a repeated call as proof that the
//! guest has authenticated; with the fakes somebody has to do it.

use super::Systems;
use rusqlite::Connection;
use serde_json::Value;
use std::path::Path;
use tokio::process::Command;

/// The caller as the journal names it, from the program and the identity it is started with.
pub(crate) fn caller_of(command: &Command) -> String {
    let program = Path::new(command.as_std().get_program()).file_stem().unwrap_or_default().to_string_lossy();
    let persona = program.trim_end_matches("-server");
    let setting = format!("{}_EMAIL", persona.to_uppercase());
    let set = command.as_std().get_envs().filter(|(name, _)| *name == setting.as_str()).last();
    match set.and_then(|(_, value)| value) {
        Some(email) => format!("{persona}:{}", email.to_string_lossy()),
        None => persona.to_owned(),
    }
}

impl Systems {
    /// If this call repeats a checkout of its caller, authenticates its guest first.
    pub(crate) fn guest_was_at_the_bank(&self, data: &Path, caller: &str, tool: &str, arguments: &Value) {
        let journal = data.join("journal.db");
        let (Some(token), true) = (arguments["idempotency_token"].as_str(), journal.exists()) else { return };
        if tool != "process_guest_checkout" {
            return;
        }
        let journal = Connection::open(journal).expect("the journal");
        let sql =
            "SELECT answer, arguments FROM calls WHERE token = ?1 AND caller = ?2 AND outcome = 'waiting'";
        let waiting = journal.query_row(sql, [token, caller], |row| Ok((row.get(0)?, row.get(1)?)));
        let Ok((answer, asked)): rusqlite::Result<(String, String)> = waiting else { return };
        let asked: Value = serde_json::from_str(&asked).expect("arguments");
        // Other arguments are another request, and refused. (Who the guest is, a guest-server adds itself.)
        if ["payment_method_id", "amount_cents", "booking_number", "room_number"]
            .iter()
            .any(|name| asked[name] != arguments[name])
        {
            return;
        }
        for intent in self.stripe.intents() {
            let id = intent["id"].as_str().unwrap_or_default();
            if intent["status"] == "requires_action" && answer.contains(id) {
                self.stripe.authenticate(id);
            }
        }
    }
}
