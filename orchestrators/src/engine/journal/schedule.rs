//! The schedule of reconciling: the election of the process that runs it, its mark, and its budget.

use super::{Journal, LEASE_MS, now_ms};
use crate::saga::SagaError;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use skills::sqlite::Durability;
use skills::words::Date;

/// A run further ahead than this was set before the clock was set back: it is due.
const FURTHEST_MS: i64 = 2 * 24 * 60 * 60 * 1_000;

/// SQL: a run is due and no process has it. `?2` is now, `?3` the furthest that a run may be ahead.
const DUE: &str = "systems = ?1 AND (next_at <= ?2 OR next_at > ?2 + ?3) \
                   AND (owner IS NULL OR lease_until < ?2 OR lease_until > ?2 + ?4 + 1000)";

/// What the journal knows of the schedule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    /// When the last clean run began.
    pub(crate) clean_at: Option<Timestamp>,
    /// The hotel's day of the last clean run over the whole 30 days.
    pub(crate) whole_on: Option<String>,
    /// The hotel's day that `spent` counts.
    day: Option<String>,
    spent: u32,
    /// Findings of the last run that need a person.
    pub(crate) for_person: u32,
    /// Why the last run was not clean.
    pub(crate) problem: Option<String>,
}

impl Schedule {
    /// The requests to Salesforce that it has made on this day of the hotel.
    pub(crate) fn spent_on(&self, day: &Date) -> u32 {
        if self.day == Some(day.to_string()) { self.spent } else { 0 }
    }

    /// The schedule after a run on a day, with the requests that were made on it by then.
    #[cfg(feature = "restate")]
    pub(crate) fn after(self, run: &AfterRun, day: &Date, spent: u32) -> Self {
        Self {
            clean_at: run.clean_at.or(self.clean_at),
            whole_on: run.whole_on.clone().or(self.whole_on),
            day: Some(day.to_string()),
            spent,
            for_person: run.for_person,
            problem: run.problem.clone(),
        }
    }
}

/// What a run leaves for the next.
#[derive(Debug)]
pub(crate) struct AfterRun {
    /// When the next run is due.
    pub(crate) next_at: Timestamp,
    /// When it began, if it was clean.
    pub(crate) clean_at: Option<Timestamp>,
    /// The hotel's day, if it was clean and over the whole 30 days.
    pub(crate) whole_on: Option<String>,
    /// Its findings that need a person.
    pub(crate) for_person: u32,
    /// Why it was not clean.
    pub(crate) problem: Option<String>,
}

impl Journal {
    /// What is known of the schedule on these systems; none if it never ran.
    pub(crate) fn schedule(&self, systems: &str) -> Result<Option<Schedule>, SagaError> {
        let sql =
            "SELECT clean_at, whole_on, day, spent, for_person, problem FROM schedule WHERE systems = ?";
        self.read(|c| c.prepare_cached(sql)?.query_row([systems], schedule).optional())
    }

    /// Elects this process to run the schedule now: none if no run is due, or if another process has it.
    pub(crate) async fn elect(&self, systems: String, owner: String) -> Result<Option<Schedule>, SagaError> {
        let due = format!(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM schedule WHERE systems = ?1) \
             OR EXISTS (SELECT 1 FROM schedule WHERE {DUE})"
        );
        let is_due =
            self.read(|c| c.prepare_cached(&due)?.exists(params![systems, now_ms(), FURTHEST_MS, LEASE_MS]))?;
        if !is_due {
            return Ok(None);
        }
        self.write(Durability::Relaxed, move |c| {
            c.prepare_cached("INSERT INTO schedule (systems) VALUES (?) ON CONFLICT DO NOTHING")?
                .execute([&systems])?;
            let sql = format!(
                "UPDATE schedule SET owner = ?5, lease_until = ?2 + ?4 WHERE {DUE} \
                 RETURNING clean_at, whole_on, day, spent, for_person, problem"
            );
            let row = params![systems, now_ms(), FURTHEST_MS, LEASE_MS, owner];
            c.prepare_cached(&sql)?.query_row(row, schedule).optional()
        })
        .await
    }

    /// Renews the lease and counts requests to Salesforce; returns whether this process still has the run.
    pub(crate) async fn keep_schedule(
        &self,
        systems: String,
        owner: String,
        day: Date,
        sent: u32,
    ) -> Result<bool, SagaError> {
        self.write(Durability::Relaxed, move |c| {
            // What was sent counts, whoever has the run by now.
            let sql = "UPDATE schedule SET spent = IIF(day = ?2, spent, 0) + ?3, day = ?2 WHERE systems = ?1";
            c.prepare_cached(sql)?.execute(params![systems, day.to_string(), sent])?;
            let sql = "UPDATE schedule SET lease_until = ?3 WHERE systems = ?1 AND owner = ?2";
            let row = params![systems, owner, now_ms() + LEASE_MS];
            Ok(c.prepare_cached(sql)?.execute(row)? == 1)
        })
        .await
    }

    /// Ends a run: the next one is another election.
    pub(crate) async fn end_run(
        &self,
        systems: String,
        owner: String,
        after: AfterRun,
    ) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE schedule SET owner = NULL, lease_until = 0, next_at = ?3, \
                       clean_at = coalesce(?4, clean_at), whole_on = coalesce(?5, whole_on), for_person = ?6, \
                       problem = ?7 WHERE systems = ?1 AND owner = ?2";
            let clean_at = after.clean_at.map(Timestamp::as_millisecond);
            let next_at = after.next_at.as_millisecond();
            let row =
                params![systems, owner, next_at, clean_at, after.whole_on, after.for_person, after.problem];
            c.prepare_cached(sql)?.execute(row).map(|_| ())
        })
        .await
    }
}

fn schedule(row: &Row<'_>) -> rusqlite::Result<Schedule> {
    let clean_at: Option<i64> = row.get(0)?;
    Ok(Schedule {
        clean_at: clean_at.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
        whole_on: row.get(1)?,
        day: row.get(2)?,
        spent: row.get(3)?,
        for_person: row.get(4)?,
        problem: row.get(5)?,
    })
}
