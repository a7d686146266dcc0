//! Deletes calls older than the audit trail's retention. For a token that its caller chose, the number of attempts
//! stays: a later call with it must not get old effects replayed from their keys.

use super::Journal;
use super::forgetting::forgotten_token;
use crate::saga::SagaError;
use crate::saga::outcome::outcome_is;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use skills::sqlite::Durability;
use skills::words::stored;

impl Journal {
    /// Deletes finished calls made before `moment`, one batch; returns how many. Calls that still need somebody stay.
    pub(crate) async fn forget_before(&self, moment: Timestamp) -> Result<usize, SagaError> {
        self.sort_reads().await;
        self.write(Durability::Relaxed, move |c| forget(c, &stored(moment))).await
    }
}

fn forget(c: &Connection, before: &str) -> rusqlite::Result<usize> {
    let sql = concat!(
        "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE started_at < ? AND ",
        outcome_is!(finished),
        " LIMIT 500) RETURNING caller, token, explicit_token"
    );
    let mut statement = c.prepare_cached(sql)?;
    let gone = statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let gone: Vec<(String, Option<String>, bool)> = gone.collect::<rusqlite::Result<_>>()?;
    for (caller, token, explicit) in &gone {
        let Some(token) = token.as_ref().filter(|_| *explicit) else { continue };
        let sql = "INSERT INTO spent_tokens (token, attempts) VALUES (?, 1) \
                   ON CONFLICT (token) DO UPDATE SET attempts = attempts + 1";
        c.prepare_cached(sql)?.execute(params![forgotten_token(caller, token)])?;
    }
    Ok(gone.len())
}
