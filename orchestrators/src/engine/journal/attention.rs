//! Open calls: those that need attention until staff clear them, and the subjects of unfinished ones.

use super::Journal;
use crate::saga::SagaError;
use crate::saga::outcome::{Event, Outcome, outcome_is};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use skills::sqlite::Durability;
use skills::words::stored;
use std::collections::{HashMap, HashSet};

/// A call that needs attention and that staff have not cleared.
#[derive(Debug, Clone)]
pub(crate) struct OpenCall {
    pub(crate) id: i64,
    pub(crate) tool: String,
    pub(crate) caller: String,
    pub(crate) token: String,
    /// Its subject.
    pub(crate) subject: Option<String>,
    pub(crate) started_at: Timestamp,
    /// `details.why` of its answer.
    pub(crate) why: Option<String>,
}

/// How many calls wait for something.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backlog {
    /// Calls that run, rest or wait for a guest.
    pub(crate) unfinished: u32,
    /// When the oldest of them was made.
    pub(crate) oldest: Option<Timestamp>,
    /// Calls that need attention and that staff have not cleared.
    pub(crate) need_attention: u32,
}

impl Journal {
    /// How many calls wait for something.
    pub(crate) fn backlog(&self) -> Result<Backlog, SagaError> {
        let sql = concat!(
            "SELECT count(*), min(started_at), (SELECT count(*) FROM calls WHERE ",
            outcome_is!(needs_attention),
            " AND resolved_at IS NULL) FROM calls WHERE ",
            outcome_is!(unfinished)
        );
        self.read(|c| {
            c.prepare_cached(sql)?.query_row([], |row| {
                Ok(Backlog { unfinished: row.get(0)?, oldest: row.get(1)?, need_attention: row.get(2)? })
            })
        })
    }

    /// Calls that need attention and that staff have not cleared.
    pub(crate) fn need_attention(&self) -> Result<Vec<OpenCall>, SagaError> {
        let sql = concat!(
            "SELECT id, tool, caller, token, booking_number, started_at, json_extract(answer, '$.details.why') FROM calls \
             WHERE ",
            outcome_is!(needs_attention),
            " AND resolved_at IS NULL ORDER BY id DESC"
        );
        self.read(|c| {
            c.prepare_cached(sql)?
                .query_map([], |row| {
                    Ok(OpenCall {
                        id: row.get(0)?,
                        tool: row.get(1)?,
                        caller: row.get(2)?,
                        token: row.get(3)?,
                        subject: row.get(4)?,
                        started_at: row.get(5)?,
                        why: row.get(6)?,
                    })
                })?
                .collect()
        })
    }

    /// The subjects of unfinished calls, and the keys they lock.
    pub(crate) fn in_hand(&self) -> Result<HashSet<String>, SagaError> {
        let sql = concat!(
            "SELECT booking_number FROM calls WHERE ",
            outcome_is!(unfinished),
            " AND booking_number IS NOT NULL UNION SELECT key FROM locks WHERE call IS NOT NULL"
        );
        self.read(|c| c.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect())
    }

    /// Unfinished calls that began on other systems than these, by caller and token, with those systems.
    pub(crate) fn elsewhere(&self, systems: &str) -> Result<HashMap<(String, String), String>, SagaError> {
        let sql = concat!(
            "SELECT caller, token, systems FROM calls WHERE ",
            outcome_is!(unfinished),
            " AND systems <> ? AND token IS NOT NULL"
        );
        self.read(|c| {
            c.prepare_cached(sql)?
                .query_map([systems], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
                .collect()
        })
    }

    /// Records that the program panicked during a call; returns how many times it has, and whether an effect that
    /// binds had been announced.
    pub(crate) async fn note_panic(&self, id: i64) -> Result<(u32, bool), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET panics = panics + 1 WHERE id = ? RETURNING panics, effects";
            c.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .await
    }

    /// Records that staff have cleared a call that needed attention.
    pub(crate) async fn resolve(&self, id: i64) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "SELECT outcome FROM calls WHERE id = ?";
            let outcome: Option<Outcome> =
                c.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            if outcome.is_none_or(|outcome| outcome.next(Event::IsSeenTo).is_err()) {
                return Ok(());
            }
            let sql = "UPDATE calls SET resolved_at = ?2 WHERE id = ?1";
            c.prepare_cached(sql)?.execute(params![id, stored(skills::clock::now())]).map(|_| ())
        })
        .await
    }
}
