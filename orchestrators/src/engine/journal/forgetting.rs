//! Forgetting a person: their personal data is removed from every finished call that concerns them; the accounts stay.

use super::Journal;
use crate::saga::SagaError;
use crate::saga::outcome::outcome_is;
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use skills::words::Key;

/// Replaces a person's name or key.
pub(crate) const FORGOTTEN: &str = "forgotten";
/// Replaces a forgotten value.
pub(crate) const REDACTED: &str = "[redacted]";

/// The person to forget, as matching rules from outside the journal.
pub(crate) trait Forget: Sync {
    /// Which part of a call concerns the person.
    fn concern(&self, call: &MayConcern<'_>) -> Concern;
    /// Whether a text names the person.
    fn is_named_in(&self, text: &str) -> bool;
    /// Arguments or an answer, as JSON, without values that may name anybody.
    fn redacted(&self, json: &str) -> String;
}

/// A call that may concern the person.
pub(crate) struct MayConcern<'a> {
    pub(crate) tool: &'a str,
    pub(crate) arguments: &'a str,
    /// Its answer, steps and messages, and the person it acted for.
    pub(crate) rest: &'a str,
    pub(crate) token: &'a str,
}

/// Which part of a call concerns a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concern {
    Nothing,
    /// Its token alone.
    Token,
    Call,
}

/// The result of forgetting.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forgotten {
    /// Calls from which the person was removed.
    pub(crate) redacted: usize,
    /// Calls left alone, because they are unfinished or their messages are not sent yet.
    pub(crate) unfinished: usize,
}

/// Replaces the token of a forgotten call, so that a new call under the old token is a new attempt and does not
/// replay the old effects.
pub(crate) fn forgotten_token(caller: &str, token: &str) -> Key {
    Key::derived(&[FORGOTTEN, caller, token])
}

impl Journal {
    /// Forgets a person; nothing of them stays in the files.
    pub(crate) fn forget(&self, person: &dyn Forget) -> Result<Forgotten, SagaError> {
        self.sort_all_reads()?;
        let done = self.db.write_now(|c| forget(c, person)).map_err(|error| self.broken(&error))?;
        if done.redacted > 0 {
            self.db.rewrite().map_err(|error| self.broken(&error))?;
        }
        Ok(done)
    }
}

fn forget(c: &Connection, person: &dyn Forget) -> rusqlite::Result<Forgotten> {
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
        let call = MayConcern { tool: &tool, arguments: &arguments, rest: &rest, token: &token };
        match person.concern(&call) {
            Concern::Nothing => {}
            concern => concerned.push((row.get(0)?, row.get(1)?, concern == Concern::Call)),
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

/// Forgets the token of a call that concerns somebody else, or nobody.
fn forget_token(c: &Connection, id: i64) -> rusqlite::Result<()> {
    let (caller, token): (String, String) = c
        .prepare_cached("SELECT caller, token FROM calls WHERE id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    c.prepare_cached("UPDATE calls SET token = ?2, bound = 0 WHERE id = ?1")?
        .execute(params![id, forgotten_token(&caller, &token)])
        .map(|_| ())
}

fn redact_call(c: &Connection, person: &dyn Forget, id: i64) -> rusqlite::Result<()> {
    let sql = "SELECT arguments, answer, caller, token, acting_guest, guest_email, booking_number FROM calls WHERE id = ?";
    type Columns = [Option<String>; 7];
    let columns = |row: &Row<'_>| -> rusqlite::Result<Columns> {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?])
    };
    let [arguments, answer, caller, token, acting_guest, guest, booking] =
        c.prepare_cached(sql)?.query_row([id], columns)?;
    let forgotten = |name: String| if person.is_named_in(&name) { FORGOTTEN.to_owned() } else { name };
    let redacted = |json: Option<String>| json.map(|json| person.redacted(&json));
    let token = token.map(|token| forgotten_token(caller.as_deref().unwrap_or_default(), &token));
    let sql = "UPDATE calls SET arguments = ?2, answer = ?3, caller = ?4, token = ?5, acting_guest = ?6, \
               guest_email = ?7, booking_number = ?8, because = NULL, trace = NULL, bound = 0, fingerprint = '' WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![
        id,
        redacted(arguments),
        redacted(answer),
        caller.map(forgotten),
        token,
        acting_guest.map(forgotten),
        guest.map(forgotten),
        booking.map(forgotten), // a refused request may have any text here
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
