//! Forgetting a person: what names them goes from every finished call that concerns them, and the accounts stay.

use super::Journal;
use crate::saga::SagaError;
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use skills::words::{Email, Key};

/// What stands where a person stood.
pub(crate) const FORGOTTEN: &str = "forgotten";
const REDACTED: &str = "[redacted]";

/// What keeps its value in arguments and answers, beside numbers and truth values: it says what was done, not to whom.
const KEPT: [&str; 26] = [
    "arriving_on",
    "booking_number",
    "case_number",
    "code",
    "currency",
    "decline_code",
    "departing_on",
    "error_code",
    "field",
    "filter",
    "outcome",
    "payment_intent_id",
    "previous_room_number",
    "priority",
    "refund_id",
    "room_name",
    "room_number",
    "since",
    "status",
    "step",
    "steps",
    "today",
    "tool",
    "transaction_id",
    "type",
    "undo_of",
];
/// So do names with these endings.
const KEPT_ENDINGS: [&str; 5] = ["_at", "_date", "_filter", "_status", "_type"];

/// A person, as the hotel's records have them: by e-mail, whole name and phone, in lower case.
pub(crate) struct Person {
    names: Vec<String>,
}

impl Person {
    pub(crate) fn new(email: &Email, others: impl IntoIterator<Item = String>) -> Self {
        let names = std::iter::once(email.to_string()).chain(others);
        let names = names.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
        Self { names: names.collect() }
    }

    /// Whether a text, plain or JSON, names the person: joann@x.com is not ann@x.com.
    fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_lowercase().replace("\\n", " ").replace("\\t", " ").replace("\\\"", "\"");
        self.names
            .iter()
            .any(|name| text.match_indices(name).any(|(at, _)| stands_alone(&text, at, name.len())))
    }

    /// Whether somebody looked for the person by a fragment.
    fn is_looked_for(&self, tool: &str, arguments: &str) -> bool {
        let arguments: Value = serde_json::from_str(arguments).unwrap_or_default();
        let fragment = arguments["query"].as_str().unwrap_or_default().to_lowercase();
        tool == "search_contacts"
            && fragment.chars().count() > 2
            && self.names.iter().any(|name| name.contains(&fragment))
    }

    /// The value without what may name somebody.
    fn redact(&self, key: &str, value: Value) -> Value {
        let kept = || KEPT.contains(&key) || KEPT_ENDINGS.iter().any(|ending| key.ends_with(ending));
        match value {
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (key.clone(), self.redact(&key, value))).collect()
            }
            Value::Array(values) => values.into_iter().map(|value| self.redact(key, value)).collect(),
            Value::Null | Value::Bool(_) => value,
            plain if (plain.is_number() || kept()) && !self.is_named_in(&plain.to_string()) => plain,
            _ => REDACTED.into(),
        }
    }

    fn redact_text(&self, json: &str) -> String {
        serde_json::from_str(json)
            .map_or_else(|_| "{}".to_owned(), |value| self.redact("", value).to_string())
    }
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forgotten {
    /// Calls that name the person no longer.
    pub(crate) redacted: usize,
    /// Calls that are unfinished, or whose messages have not left: left alone.
    pub(crate) unfinished: usize,
}

/// What stands for the token of a forgotten call, so that a new call under it is another attempt and not the same
/// effects again.
pub(super) fn forgotten_token(caller: &str, token: &str) -> Key {
    Key::derived(&[FORGOTTEN, caller, token])
}

/// Whether what stands there is not a part of a longer word, address or number.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let mut after = text[at + length..].chars();
    let goes_on = match after.next() {
        Some('.' | '-') => after.next().is_some_and(char::is_alphanumeric), // a full stop ends a sentence
        next => next.is_some_and(char::is_alphanumeric),
    };
    !goes_on && !text[..at].chars().next_back().is_some_and(joins)
}

impl Journal {
    /// Forgets a person; nothing of them stays in the files.
    pub(crate) fn forget(&self, person: &Person) -> Result<Forgotten, SagaError> {
        self.sort_all_reads()?;
        let done = self.db.write_now(|c| forget(c, person)).map_err(|error| self.broken(&error))?;
        if done.redacted > 0 {
            self.db.rewrite().map_err(|error| self.broken(&error))?;
        }
        Ok(done)
    }
}

fn forget(c: &Connection, person: &Person) -> rusqlite::Result<Forgotten> {
    let sql = "SELECT id, (outcome IN ('done', 'refused', 'failed') OR resolved_at IS NOT NULL) AND NOT EXISTS \
               (SELECT 1 FROM outbox WHERE call = calls.id AND state IN ('staged', 'sending')), tool, arguments, \
               concat_ws(' ', answer, token, caller, acting_guest, guest_email, booking_number, \
               (SELECT group_concat(concat_ws(' ', value, undo), ' ') FROM steps WHERE call = calls.id), \
               (SELECT group_concat(message, ' ') FROM outbox WHERE call = calls.id)) FROM calls";
    let mut statement = c.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut concerned: Vec<(i64, bool)> = vec![];
    while let Some(row) = rows.next()? {
        let (tool, arguments, rest): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let named = person.is_named_in(&arguments) || person.is_named_in(&rest);
        if named || person.is_looked_for(&tool, &arguments) {
            concerned.push((row.get(0)?, row.get(1)?));
        }
    }
    let mut done = Forgotten { redacted: 0, unfinished: 0 };
    for (id, finished) in concerned {
        if finished {
            redact_call(c, person, id)?;
            done.redacted += 1;
        } else {
            done.unfinished += 1;
        }
    }
    Ok(done)
}

fn redact_call(c: &Connection, person: &Person, id: i64) -> rusqlite::Result<()> {
    let sql = "SELECT arguments, answer, caller, token, acting_guest, guest_email, booking_number FROM calls WHERE id = ?";
    type Columns = [Option<String>; 7];
    let columns = |row: &Row<'_>| -> rusqlite::Result<Columns> {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?])
    };
    let [arguments, answer, caller, token, acting_guest, guest, booking] =
        c.prepare_cached(sql)?.query_row([id], columns)?;
    let forgotten = |name: String| if person.is_named_in(&name) { FORGOTTEN.to_owned() } else { name };
    let redacted = |json: Option<String>| json.map(|json| person.redact_text(&json));
    let token = token.map(|token| forgotten_token(caller.as_deref().unwrap_or_default(), &token));
    let sql = "UPDATE calls SET arguments = ?2, answer = ?3, caller = ?4, token = ?5, acting_guest = ?6, \
               guest_email = ?7, booking_number = ?8, bound = 0, fingerprint = '' WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![
        id,
        redacted(arguments),
        redacted(answer),
        caller.map(forgotten),
        token,
        acting_guest.map(forgotten),
        guest.map(forgotten),
        booking.map(forgotten), // a refused request's may be anything
    ])?;
    let undos: Vec<(String, Option<String>)> = c
        .prepare_cached("SELECT name, undo FROM steps WHERE call = ?")?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (step, undo) in undos {
        let undo = undo.filter(|undo| !person.is_named_in(undo));
        c.prepare_cached(
            "UPDATE steps SET value = NULL, input = '', undo = ?3 WHERE call = ?1 AND name = ?2",
        )?
        .execute(params![id, step, undo])?;
    }
    let redacted = Value::from(REDACTED).to_string();
    c.prepare_cached("UPDATE outbox SET message = ?2, record_at = NULL WHERE call = ?1")?
        .execute(params![id, redacted])
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_from_who_is_nearly_called_so() {
        let email = Email::new("ann@x.com").unwrap();
        let ann = Person::new(&email, ["Ann O'Hara".to_owned(), "+1555".to_owned()]);
        for text in [
            "ann@x.com",
            r#"{"guest_email":"Ann@X.com"}"#,
            "guest:ann@x.com",
            "Write to ann@x.com.",
            r#"{"text":"Room 101:\nANN O'HARA\t(+1555)"}"#,
            r#"{"text":"\"Ann O'Hara\""}"#,
        ] {
            assert!(ann.is_named_in(text), "{text}");
        }
        for text in
            ["joann@x.com", "mary-ann@x.com", "ann@x.com.au", "ann@x.community", "Joann O'Hara", "+15550", ""]
        {
            assert!(!ann.is_named_in(text), "{text}");
        }
    }
}
