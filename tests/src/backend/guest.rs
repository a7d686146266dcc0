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
        // With another card it is another request, and refused.
        let sql = "SELECT answer FROM calls WHERE token = ?1 AND outcome = 'waiting' \
                   AND json_extract(arguments, '$.payment_method_id') = ?2";
        let card = arguments["payment_method_id"].as_str();
        let answer = journal.query_row(sql, rusqlite::params![token, card], |row| row.get::<_, String>(0));
        let Ok(answer) = answer else { return };
        for intent in self.stripe.intents() {
            let id = intent["id"].as_str().unwrap_or_default();
            if intent["status"] == "requires_action" && answer.contains(id) {
                self.stripe.authenticate(id);
            }
        }
    }
}
