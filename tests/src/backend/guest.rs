//! The guest of a checkout that waits for 3-D Secure. The embedded processor takes it that whoever makes the call again
//! has been to the bank; here somebody has to go there.

use super::Systems;
use rusqlite::Connection;
use serde_json::Value;
use std::path::Path;

impl Systems {
    /// If this is a checkout called again, its guest has authenticated meanwhile.
    pub(crate) fn guest_was_at_the_bank(&self, data: &Path, tool: &str, arguments: &Value) {
        let journal = data.join("journal.db");
        let (Some(token), true) = (arguments["idempotency_token"].as_str(), journal.exists()) else { return };
        if tool != "process_guest_checkout" {
            return;
        }
        let journal = Connection::open(journal).expect("the journal");
        let sql = "SELECT answer, arguments FROM calls WHERE token = ?1 AND outcome = 'waiting'";
        let waiting = journal.query_row(sql, [token], |row| Ok((row.get(0)?, row.get(1)?)));
        let Ok((answer, asked)): rusqlite::Result<(String, String)> = waiting else { return };
        let asked: Value = serde_json::from_str(&asked).expect("arguments");
        // What differs is another request, and refused. (Who the guest is, a guest-server says itself.)
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
