//! The table of texts, from Twilio's messages.

use super::put;
use crate::backend::Systems;
use rusqlite::{Connection, params};
use std::collections::HashMap;

impl Systems {
    /// Twilio has no idempotency keys and keeps only the digits of a number. So a message belongs to the staged text with the
    /// same words and the same number; the second such message belongs to the second such text.
    pub(super) fn texts(&self, all: &Connection) {
        let staged = staged(all);
        let mut seen: HashMap<(String, String), usize> = HashMap::new();
        for (id, it) in (1_i64..).zip(self.twilio.messages()) {
            let part = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
            let (to, body) = (part("to"), part("body"));
            let nth = seen.entry((to.clone(), body.clone())).or_default();
            let same =
                staged.iter().filter(|(_, number, words)| digits(number) == to && *words == body).nth(*nth);
            *nth += 1;
            let (key, number) = same.map_or_else(
                || (format!("nobody staged {id}"), to.clone()),
                |(key, number, _)| (key.clone(), number.clone()),
            );
            put(
                all,
                "messages.messages",
                "id, key, to_number, body, sent_at",
                params![id, key, number, body, part("date_created")],
            );
        }
    }
}

/// The texts that calls have staged: key, number and words.
fn staged(all: &Connection) -> Vec<(String, String, String)> {
    let sql = "SELECT key, json_extract(message, '$.to'), json_extract(message, '$.body') FROM journal.outbox ORDER BY id";
    let Ok(mut statement) = all.prepare(sql) else { return vec![] }; // no journal yet
    let read = |row: &rusqlite::Row<'_>| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        Ok((text(0)?, text(1)?, text(2)?))
    };
    statement.query_map([], read).expect("texts").collect::<Result<_, _>>().expect("texts")
}

fn digits(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}
