//! Forgetting a person: what names them goes from every finished call that concerns them, and the accounts stay.

use super::{Journal, broken};
use crate::saga::SagaError;
use rusqlite::{Connection, params};
use serde_json::Value;
use skills::words::{Email, Key};

/// What stands where a person stood.
pub(crate) const FORGOTTEN: &str = "forgotten";
const REDACTED: &str = "[redacted]";

/// What keeps its value in arguments and answers, beside truth values: it says what was done, not to whom. So do names
/// that end in `_cents` or `_date`.
const KEPT: [&str; 57] = [
    "arriving_on",
    "booking_number",
    "booking_status",
    "case_number",
    "case_type_filter",
    "closed_at",
    "code",
    "contact_type",
    "count",
    "currency",
    "current_status",
    "decline_code",
    "departing_on",
    "duration_ms",
    "error_code",
    "field",
    "filter",
    "finished_at",
    "floor",
    "floor_filter",
    "http_status",
    "limit",
    "max_occupancy",
    "number_of_guests",
    "opened_at",
    "outcome",
    "payment_intent_id",
    "payment_status",
    "persona",
    "previous_room_number",
    "previous_room_status",
    "previous_status",
    "priority",
    "priority_filter",
    "refund_id",
    "refund_status",
    "required_contact_type",
    "retry_after_seconds",
    "room_number",
    "room_status",
    "room_type",
    "room_type_filter",
    "rows",
    "since",
    "started_at",
    "status",
    "status_filter",
    "step",
    "steps",
    "today",
    "tool",
    "total",
    "total_nights",
    "transaction_id",
    "type",
    "type_filter",
    "undo_of",
];

/// A person, as the hotel's records have them.
pub(crate) struct Person {
    email: Email,
    /// Texts that name them, in lower case and as JSON writes them: the e-mail, the whole name, the phone.
    names: Vec<String>,
}

impl Person {
    pub(crate) fn new(email: Email, others: impl IntoIterator<Item = String>) -> Self {
        let others = others.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let names = std::iter::once(email.to_string()).chain(others);
        let names = names.map(|name| {
            let quoted = Value::from(name.to_ascii_lowercase()).to_string();
            quoted.trim_matches('"').to_owned()
        });
        Self { names: names.collect(), email }
    }

    fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.names.iter().any(|name| text.contains(name))
    }

    /// The value without what may name somebody.
    fn redact(&self, key: &str, value: Value) -> Value {
        let kept = || KEPT.contains(&key) || key.ends_with("_cents") || key.ends_with("_date");
        match value {
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (key.clone(), self.redact(&key, value))).collect()
            }
            Value::Array(values) => values.into_iter().map(|value| self.redact(key, value)).collect(),
            Value::Null | Value::Bool(_) => value,
            plain if kept() && !self.is_named_in(&plain.to_string()) => plain,
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

impl Journal {
    /// Forgets a person; nothing of them stays in the files.
    pub(crate) fn forget(&self, person: &Person) -> Result<Forgotten, SagaError> {
        self.sort_all_reads()?;
        let done = self.db.write_now(|c| forget(c, person)).map_err(|error| broken(&error))?;
        if done.redacted > 0 {
            self.db.rewrite().map_err(|error| broken(&error))?;
        }
        Ok(done)
    }
}

fn forget(c: &Connection, person: &Person) -> rusqlite::Result<Forgotten> {
    let sql = "SELECT id, outcome IN ('done', 'refused', 'failed') AND NOT EXISTS \
               (SELECT 1 FROM outbox WHERE call = calls.id AND state IN ('staged', 'sending')) FROM calls \
               WHERE guest_email = ?1 OR acting_guest = ?1 OR caller IN ('guest:' || ?1, 'staff:' || ?1) \
               OR EXISTS (SELECT 1 FROM json_each(?2) WHERE \
                          instr(lower(concat_ws(' ', arguments, answer, token)), json_each.value)) \
               OR (tool = 'search_contacts' AND EXISTS (SELECT 1 FROM json_each(?2) WHERE \
                   length(arguments ->> 'query') > 2 AND instr(json_each.value, lower(arguments ->> 'query')))) \
               OR id IN (SELECT call FROM steps, json_each(?2) WHERE instr(lower(concat_ws(' ', steps.value, undo)), json_each.value)) \
               OR id IN (SELECT call FROM outbox, json_each(?2) WHERE instr(lower(message), json_each.value))";
    let names = Value::from(person.names.clone()).to_string();
    let concerned: Vec<(i64, bool)> = c
        .prepare(sql)?
        .query_map(params![person.email, names], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
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
    let sql = "SELECT arguments, answer, caller, token FROM calls WHERE id = ?";
    type Row = (String, Option<String>, String, Option<String>);
    let (arguments, answer, caller, token): Row = c
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let token = token.map(|token| forgotten_token(&caller, &token));
    let sql = "UPDATE calls SET arguments = ?2, answer = ?3, token = ?4, bound = 0, fingerprint = '', \
               guest_email = iif(guest_email = ?5, ?6, guest_email), \
               acting_guest = iif(acting_guest = ?5, ?6, acting_guest), \
               caller = iif(caller IN ('guest:' || ?5, 'staff:' || ?5), ?6, caller) WHERE id = ?1";
    let answer = answer.map(|answer| person.redact_text(&answer));
    let row = params![id, person.redact_text(&arguments), answer, token, person.email, FORGOTTEN];
    c.prepare_cached(sql)?.execute(row)?;
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
    c.prepare_cached("UPDATE outbox SET message = ?2 WHERE call = ?1")?
        .execute(params![id, redacted])
        .map(|_| ())
}
