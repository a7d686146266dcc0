//! Leases: which process runs a call, until when, and which may take it over.

use super::calls::held;
use super::locks::release;
use super::step_rows::put_step;
use super::{Journal, LEASE_MS, Lost, Recovers, in_ms, is_over, moved, now_ms};
use crate::saga::SagaError;
use crate::saga::outcome::{Event, Outcome, outcome_is};
use crate::saga::record::{Held, StepRow};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use skills::sqlite::Durability;
use skills::words::stored;

/// A rest: how long a call that cannot be finished now waits for its next try.
pub(crate) struct Rest {
    pub(crate) long: std::time::Duration,
    /// Why.
    pub(crate) because: String,
    /// Its caller's answer meanwhile.
    pub(crate) told: Value,
}

/// The state of the call that holds a lock.
pub(crate) struct Holder {
    /// No process works on it: it rests, or its process has died.
    pub(crate) idle: bool,
    /// Its process has died, or its rest is over.
    pub(crate) dead: bool,
    /// It has begun an effect, or a person has agreed to it.
    pub(crate) begun: bool,
}

impl Journal {
    /// Takes over a running call whose lease has expired, or a waiting one that is due for a check; only one process
    /// gets it. A resting call is taken only if `even_resting`.
    pub(crate) async fn claim(
        &self,
        id: i64,
        owner: String,
        even_resting: bool,
    ) -> Result<Option<Held>, SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let now = now_ms();
            let sql = concat!("SELECT outcome, ", is_over!("?2"), ", owner IS NULL FROM calls WHERE id = ?1");
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let found: Option<(Outcome, bool, bool)> =
                c.prepare_cached(sql)?.query_row(params![id, now], row).optional()?;
            let Some((outcome, over, rests)) = found else { return Ok(None) };
            let to_be_had = over || even_resting && rests && outcome == Outcome::Running;
            let Some(resumed) = outcome.next(Event::Resumes).ok().filter(|_| to_be_had) else {
                return Ok(None);
            };
            // Checking whether a guest has come back is no recovery.
            let recovered = outcome == Outcome::Running;
            let sql = "UPDATE calls SET outcome = ?5, epoch = epoch + 1, recoveries = recoveries + ?6, \
                       owner = ?2, lease_until = ?3, lease_ms = ?4 WHERE id = ?1";
            let row = params![id, owner, now + LEASE_MS, LEASE_MS, resumed, recovered];
            c.prepare_cached(sql)?.execute(row)?;
            held(c, id, true, recovered && !rests).map(Some)
        })
        .await
    }

    /// The calls this server may take over, oldest first: running ones whose lease or rest is over, and waiting ones
    /// that are due for a check.
    pub(crate) fn abandoned(&self, recovers: &Recovers, systems: &str) -> Result<Vec<i64>, SagaError> {
        self.read(|c| {
            let sql = concat!(
                "SELECT id FROM calls WHERE ",
                outcome_is!(unfinished),
                " AND ",
                is_over!("?1"),
                " AND systems = ?2 AND (?3 IS NULL OR persona = ?3) AND (?4 IS NULL OR acting_guest = ?4) \
                 ORDER BY id LIMIT 50"
            );
            c.prepare_cached(sql)?
                .query_map(params![now_ms(), systems, recovers.persona, recovers.acts_for], |row| row.get(0))?
                .collect()
        })
    }

    /// Whether this server may continue this unfinished call, once its lease is over.
    pub(crate) fn is_recoverable(
        &self,
        id: i64,
        recovers: &Recovers,
        systems: &str,
    ) -> Result<bool, SagaError> {
        let sql = concat!(
            "SELECT 1 FROM calls WHERE id = ?1 AND ",
            outcome_is!(unfinished),
            " AND systems = ?2 AND (?3 IS NULL OR persona = ?3) AND (?4 IS NULL OR acting_guest = ?4)"
        );
        self.read(|c| {
            c.prepare_cached(sql)?.exists(params![id, systems, recovers.persona, recovers.acts_for])
        })
    }

    /// Renews the leases of the calls this process runs.
    pub(crate) async fn renew(&self, owner: String, calls: Vec<i64>) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let mut renew = c.prepare_cached(concat!(
                "UPDATE calls SET lease_until = ?3, lease_ms = ?4 WHERE id = ?1 AND owner = ?2 AND ",
                outcome_is!(running)
            ))?;
            for id in calls {
                renew.execute(params![id, owner, now_ms() + LEASE_MS, LEASE_MS])?;
            }
            Ok(())
        })
        .await
    }

    /// Ends the lease of a call that is to be continued later, by any process, after its rest.
    pub(crate) async fn suspend(
        &self,
        call: &Held,
        learned: Vec<StepRow>,
        rest: Rest,
    ) -> Result<(), SagaError> {
        let (id, epoch, tries) = (call.id, call.epoch, call.tries + u32::from(call.by_recovery));
        let done = self.db.write_within(self.patience, Durability::Relaxed, move |c| {
            let outcome = moved(c, id, epoch, Event::Rests)?;
            let sql = "UPDATE calls SET owner = NULL, lease_until = ?3, lease_ms = ?4, answer = ?5, because = ?6, tries = ?7, \
                       outcome = ?8 WHERE id = ?1 AND epoch = ?2";
            let rests = in_ms(rest.long);
            let told = rest.told.to_string();
            let row = params![id, epoch, now_ms() + rests, rests, told, rest.because, tries, outcome];
            c.prepare_cached(sql)?.execute(row)?;
            for row in &learned {
                put_step(c, id, row)?;
            }
            Ok(())
        });
        done.await.map_err(|lost: Lost| self.lost(lost))
    }

    /// The state of the call that holds a lock.
    pub(crate) fn holder(&self, id: i64) -> Result<Option<Holder>, SagaError> {
        let sql = concat!(
            "SELECT owner IS NULL OR ",
            is_over!("?2"),
            ", NOT ",
            outcome_is!(running),
            " OR ",
            is_over!("?2"),
            ", effects OR ifnull(json_array_length(consent, '$.Asked'), 0) > 0 FROM calls WHERE id = ?1"
        );
        let row =
            |row: &rusqlite::Row<'_>| Ok(Holder { idle: row.get(0)?, dead: row.get(1)?, begun: row.get(2)? });
        self.read(|c| c.prepare_cached(sql)?.query_row(params![id, now_ms()], row).optional())
    }

    /// Whether a call has ended.
    pub(crate) fn has_ended(&self, id: i64) -> Result<bool, SagaError> {
        let sql = "SELECT outcome FROM calls WHERE id = ?";
        let found = self.read(|c| c.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional());
        Ok(found?.is_some_and(|outcome: Outcome| !outcome.is_unfinished()))
    }

    /// Ends a dead call of any process that had begun no effect, so that its locks are free.
    pub(crate) async fn bury(&self, id: i64, answer: Value) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = concat!("SELECT outcome FROM calls WHERE id = ?1 AND effects = 0 AND ", is_over!("?2"));
            let found: Option<Outcome> =
                c.prepare_cached(sql)?.query_row([id, now_ms()], |row| row.get(0)).optional()?;
            if let Some(outcome) = found.and_then(|outcome| outcome.next(Event::NeverBegan).ok()) {
                let sql = "UPDATE calls SET outcome = ?4, error_code = 'INTERNAL_ERROR', answer = ?2, bound = 0, \
                           epoch = epoch + 1, finished_at = ?3 WHERE id = ?1";
                let now = stored(skills::clock::now());
                c.prepare_cached(sql)?.execute(params![id, answer.to_string(), now, outcome])?;
            }
            let ended = concat!(
                "call = ?1 AND NOT EXISTS (SELECT 1 FROM calls WHERE id = ?1 AND ",
                outcome_is!(running),
                ")"
            );
            release(c, ended, [id])
        })
        .await
    }
}
