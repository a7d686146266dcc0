//! Locks: one write at a time per booking, across processes.

use super::step_rows::put_step;
use super::{Journal, Lost, held_outcome, is_over, now_ms};
use crate::saga::SagaError;
use crate::saga::ledger::TakeOver;
use crate::saga::outcome::{Event, Outcome, outcome_is};
use crate::saga::record::Held;
use crate::tool::answer::Answer;
use rusqlite::{Connection, OptionalExtension, params};
use skills::sqlite::Durability;
use skills::words::stored;

/// A lock to be taken.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) key: String,
    /// The turn of locks before the call's reads: they are not older.
    pub(crate) since: i64,
}

/// The result of asking for a lock.
pub(crate) enum Lock {
    /// Taken, and no other call has held it since the reads.
    Fresh,
    /// Another call has held it since the reads, last at this turn.
    Stale(i64),
    /// This other call holds it.
    Busy(i64),
}

impl Journal {
    /// Takes a lock if it is free, even if another call has held it since the reads.
    pub(crate) async fn lock(&self, call: &Held, key: String, since: i64) -> Result<Lock, SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write_within(self.patience, Durability::Relaxed, move |c| {
            if held_outcome(c, id, epoch)? != Outcome::Running {
                return Err(Lost::Lease);
            }
            Ok(take(c, id, &key, since, true)?)
        });
        done.await.map_err(|lost: Lost| self.lost(lost))
    }

    /// Ends the holder of a lock, if it is a call that may be taken over and no process works on it, and gives the
    /// lock to `call`. From then on `call` must go forward: it never expires, and a journaled step records the takeover.
    pub(crate) async fn take_over(
        &self,
        call: &Held,
        key: String,
        ends: &TakeOver,
    ) -> Result<bool, SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let code = ends.ended_as.error_code.as_str();
        let answer = Answer::failure(&ends.ended_as).json().to_string();
        let step = ends.step.clone();
        let tools = serde_json::to_string(ends.tools).unwrap_or_default();
        let done = self.db.write_within(self.patience, Durability::Forced, move |c| {
            let sql = concat!(
                "SELECT calls.id, outcome FROM locks JOIN calls ON calls.id = locks.call WHERE key = ?1 AND call <> ?2 \
                 AND tool IN (SELECT value FROM json_each(?4)) AND effects = 1 AND (owner IS NULL OR ",
                is_over!("?3"),
                ")"
            );
            let holder: Option<(i64, Outcome)> = c
                .prepare_cached(sql)?
                .query_row(params![key, id, now_ms(), tools], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((holder, outcome)) = holder else { return Ok(false) };
            let Ok(ended) = outcome.next(Event::IsTakenOver) else { return Ok(false) };
            if held_outcome(c, id, epoch)? != Outcome::Running {
                return Err(Lost::Lease);
            }
            let sql = "UPDATE calls SET outcome = ?5, error_code = ?2, answer = ?3, finished_at = ?4, because = NULL, \
                       epoch = epoch + 1, recoveries = recoveries + 1, bound = 1 WHERE id = ?1";
            let row = params![holder, code, answer, stored(skills::clock::now()), ended];
            c.prepare_cached(sql)?.execute(row)?;
            c.prepare_cached("UPDATE calls SET effects = 1 WHERE id = ?1")?.execute([id])?;
            let sql = "UPDATE locks SET call = ?2, turn = (SELECT last FROM turns) WHERE key = ?1";
            c.prepare_cached(sql)?.execute(params![key, id])?;
            put_step(c, id, &step)?;
            Ok(true)
        });
        done.await.map_err(|lost: Lost| self.lost(lost))
    }

    /// The turn of locks (a counter): whatever is read from now on is not older.
    pub(crate) fn turn(&self) -> Result<i64, SagaError> {
        self.read(|c| c.prepare_cached("SELECT last FROM turns")?.query_row([], |row| row.get(0)))
    }

    /// Whether a lock is available: it is free, or its holder's process has died.
    pub(crate) fn is_to_be_had(&self, key: &str) -> Result<bool, SagaError> {
        let sql = concat!(
            "SELECT NOT EXISTS (SELECT 1 FROM locks JOIN calls ON calls.id = locks.call WHERE key = ?1 AND ",
            outcome_is!(running),
            " AND NOT ",
            is_over!("?2"),
            ")"
        );
        self.read(|c| c.prepare_cached(sql)?.query_row(params![key, now_ms()], |row| row.get(0)))
    }

    /// Releases a lock.
    pub(crate) async fn unlock(&self, call: &Held, key: String) -> Result<(), SagaError> {
        let id = call.id;
        self.write(Durability::Relaxed, move |c| release(c, "key = ? AND call = ?", params![key, id])).await
    }
}

/// Takes a lock and counts a turn; if another call has held it since `since`, only if `even_so`.
pub(super) fn take(
    c: &Connection,
    call: i64,
    key: &str,
    since: i64,
    even_so: bool,
) -> rusqlite::Result<Lock> {
    let row: Option<(Option<i64>, i64)> = c
        .prepare_cached("SELECT call, turn FROM locks WHERE key = ?")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let stale = match row {
        Some((Some(holder), _)) if holder == call => return Ok(Lock::Fresh),
        Some((Some(holder), _)) => return Ok(Lock::Busy(holder)),
        Some((None, last)) if last > since && !even_so => return Ok(Lock::Stale(last)),
        row => row.is_some_and(|(_, last)| last > since),
    };
    let turn = c
        .prepare_cached("UPDATE turns SET last = last + 1 RETURNING last")?
        .query_row([], |row| row.get(0))?;
    c.prepare_cached(
        "INSERT INTO locks (key, call, turn) VALUES (?1, ?2, ?3) \
         ON CONFLICT (key) DO UPDATE SET call = ?2, turn = ?3",
    )?
    .execute(params![key, call, turn])?;
    Ok(if stale { Lock::Stale(turn) } else { Lock::Fresh })
}

/// Releases locks. That counts a turn too: a call that read while another held the lock must read again.
pub(super) fn release(
    c: &Connection,
    which: &'static str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<()> {
    let sql = format!("UPDATE locks SET call = NULL, turn = (SELECT last + 1 FROM turns) WHERE {which}");
    if c.prepare_cached(&sql)?.execute(values)? > 0 {
        c.prepare_cached("UPDATE turns SET last = last + 1")?.execute([])?;
    }
    Ok(())
}
