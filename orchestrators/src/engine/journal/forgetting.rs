//! Forgetting a person: what names them goes from every finished call that concerns them, and the accounts stay.

use super::Journal;
use crate::saga::SagaError;
use crate::saga::outcome::outcome_is;
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

/// A name or number shorter than this may be part of anything.
const SHORTEST_IN_TOKEN: usize = 5;

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a field's value says what was done, and not to whom.
pub(crate) fn says_what_was_done(key: &str) -> bool {
    KEPT.contains(&key) || KEPT_ENDINGS.iter().any(|ending| key.ends_with(ending))
}

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

    /// Whether a token may name the person. A token is any text without spaces, so nothing tells where a name in it begins
    /// and ends: one that is forgotten for no reason costs less than one that stays.
    fn is_in_token(&self, token: &str) -> bool {
        let token = token.to_lowercase().replace("%40", "@").replace("%2b", "+");
        let squeezed = letters_and_digits(&token);
        self.names.iter().any(|name| {
            let name_squeezed = letters_and_digits(name);
            token.contains(name)
                || (name_squeezed.len() > SHORTEST_IN_TOKEN && squeezed.contains(&name_squeezed))
        })
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
        match value {
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (key.clone(), self.redact(&key, value))).collect()
            }
            Value::Array(values) => values.into_iter().map(|value| self.redact(key, value)).collect(),
            Value::Null | Value::Bool(_) => value,
            plain
                if (plain.is_number() || says_what_was_done(key))
                    && !self.is_named_in(&plain.to_string()) =>
            {
                plain
            }
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
    let sql = concat!(
        "SELECT id, ",
        outcome_is!(finished),
        " AND NOT EXISTS \
               (SELECT 1 FROM outbox WHERE call = calls.id AND state IN ('staged', 'sending')), tool, arguments, \
               concat_ws(' ', answer, because, caller, acting_guest, guest_email, booking_number, \
               (SELECT group_concat(concat_ws(' ', value, undo), ' ') FROM steps WHERE call = calls.id), \
               (SELECT group_concat(message, ' ') FROM outbox WHERE call = calls.id)), ifnull(token, '') FROM calls"
    );
    let mut statement = c.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut concerned: Vec<(i64, bool, bool)> = vec![];
    while let Some(row) = rows.next()? {
        let (tool, arguments, rest): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let token: String = row.get(5)?;
        let whole = person.is_named_in(&arguments)
            || person.is_named_in(&rest)
            || person.is_named_in(&token)
            || person.is_looked_for(&tool, &arguments);
        if whole || person.is_in_token(&token) {
            concerned.push((row.get(0)?, row.get(1)?, whole));
        }
    }
    let mut done = Forgotten { redacted: 0, unfinished: 0 };
    for (id, finished, whole) in concerned {
        if !finished {
            done.unfinished += 1;
            continue;
        }
        if whole {
            redact_call(c, person, id)?;
        } else {
            forget_token(c, id)?;
        }
        done.redacted += 1;
    }
    Ok(done)
}

/// Forgets the token of a call that is about somebody else, or nobody.
fn forget_token(c: &Connection, id: i64) -> rusqlite::Result<()> {
    let (caller, token): (String, String) = c
        .prepare_cached("SELECT caller, token FROM calls WHERE id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    c.prepare_cached("UPDATE calls SET token = ?2, bound = 0 WHERE id = ?1")?
        .execute(params![id, forgotten_token(&caller, &token)])
        .map(|_| ())
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
               guest_email = ?7, booking_number = ?8, because = NULL, bound = 0, fingerprint = '' WHERE id = ?1";
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

    #[test]
    fn a_token_that_may_name_a_person_is_found_however_it_is_made() {
        let email = Email::new("beth.gibbs@email.com").unwrap();
        let beth = Person::new(&email, ["Beth Gibbs".to_owned(), "+15550100001".to_owned()]);
        for token in [
            "booking-beth.gibbs@email.com-1",
            "x_BETH.GIBBS@EMAIL.COM_y",
            "checkout:beth.gibbs%40email.com",
            "1beth.gibbs@email.com2",
            "Beth-Gibbs-2026-11-27",
            "call-from-1-555-010-0001",
        ] {
            assert!(beth.is_in_token(token), "{token}");
        }
        for token in ["leaving", "beth", "0b6f3f5e-2a54-4c37-9d0e-6f1f0c9f1c11", ""] {
            assert!(!beth.is_in_token(token), "{token}");
        }
    }
}
