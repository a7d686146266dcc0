//! Leases: who runs a call, until when, and who may take it over.

use super::calls::held;
use super::locks::release;
use super::steps::put_step;
use super::{Held, Journal, LEASE_MS, Lost, Recovers, StepRow, in_ms, is_over, now_ms, still_ours};
use crate::saga::SagaError;
use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use skills::sqlite::Durability;
use skills::words::stored;

/// How a call rests that nobody can finish at the moment.
pub(crate) struct Rest {
    pub(crate) long: std::time::Duration,
    /// Why.
    pub(crate) because: String,
    /// What its caller is told meanwhile.
    pub(crate) told: Value,
}

/// How a call stands that holds a lock.
pub(crate) struct Holder {
    /// Nobody is at it: it rests, or its process has died.
    pub(crate) idle: bool,
    /// Its process has died, or it has rested long enough.
    pub(crate) dead: bool,
    /// It has begun an effect.
    pub(crate) begun: bool,
}

impl Journal {
    /// Takes over a running call whose lease has expired, or one that waits for its guest and is to be looked at; nobody
    /// else gets it. One that rests is only taken `even_resting`.
    pub(crate) async fn claim(
        &self,
        id: i64,
        owner: String,
        even_resting: bool,
    ) -> Result<Option<Held>, SagaError> {
        self.write(Durability::Relaxed, move |c| {
            // To look whether a guest has come back is no recovery.
            let sql = concat!(
                "UPDATE calls SET outcome = 'running', epoch = epoch + 1, recoveries = recoveries + (outcome = 'running'), \
                 owner = ?2, lease_until = ?3, lease_ms = ?5 WHERE id = ?1 AND (outcome IN ('running', 'waiting') AND ",
                is_over!("?4"),
                " OR ?6 AND outcome = 'running' AND owner IS NULL)"
            );
            let now = now_ms();
            let row = params![id, owner, now + LEASE_MS, now, LEASE_MS, even_resting];
            let taken = c.prepare_cached(sql)?.execute(row)?;
            if taken == 1 { held(c, id, true).map(Some) } else { Ok(None) }
        })
        .await
    }

    /// Of running calls whose lease or rest is over and waiting ones that are to be looked at, those that this server may
    /// take over: the oldest first.
    pub(crate) fn abandoned(&self, recovers: &Recovers, systems: &str) -> Result<Vec<i64>, SagaError> {
        self.read(|c| {
            let sql = concat!(
                "SELECT id FROM calls WHERE outcome IN ('running', 'waiting') AND outcome <> 'done' AND ",
                is_over!("?1"),
                " AND systems = ?2 AND (?3 IS NULL OR persona = ?3) AND (?4 IS NULL OR acting_guest = ?4) \
                 ORDER BY id LIMIT 50"
            );
            c.prepare_cached(sql)?
                .query_map(params![now_ms(), systems, recovers.persona, recovers.acts_for], |row| row.get(0))?
                .collect()
        })
    }

    /// Whether this unfinished call is one that this server may go on with, once it is to be had.
    pub(crate) fn is_recoverable(
        &self,
        id: i64,
        recovers: &Recovers,
        systems: &str,
    ) -> Result<bool, SagaError> {
        let sql = "SELECT 1 FROM calls WHERE id = ?1 AND outcome IN ('running', 'waiting') AND systems = ?2 \
                   AND (?3 IS NULL OR persona = ?3) AND (?4 IS NULL OR acting_guest = ?4)";
        self.read(|c| {
            c.prepare_cached(sql)?.exists(params![id, systems, recovers.persona, recovers.acts_for])
        })
    }

    /// Renews the leases of the calls this process runs.
    pub(crate) async fn renew(&self, owner: String, calls: Vec<i64>) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let mut renew = c.prepare_cached(
                "UPDATE calls SET lease_until = ?3, lease_ms = ?4 WHERE id = ?1 AND owner = ?2 AND outcome = 'running'",
            )?;
            for id in calls {
                renew.execute(params![id, owner, now_ms() + LEASE_MS, LEASE_MS])?;
            }
            Ok(())
        })
        .await
    }

    /// Lets go of a call that is to be taken up again later, by whoever comes first after it has rested.
    pub(crate) async fn suspend(
        &self,
        call: &Held,
        learned: Vec<StepRow>,
        rest: Rest,
    ) -> Result<(), SagaError> {
        let (id, epoch, tries) = (call.id, call.epoch, call.tries + u32::from(call.by_recovery));
        let done = self.db.write_within(self.patience, Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET owner = NULL, lease_until = ?3, lease_ms = ?4, answer = ?5, because = ?6, tries = ?7 \
                       WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            let rests = in_ms(rest.long);
            let told = rest.told.to_string();
            let row = params![id, epoch, now_ms() + rests, rests, told, rest.because, tries];
            still_ours(c.prepare_cached(sql)?.execute(row)?)?;
            for row in &learned {
                put_step(c, id, row)?;
            }
            Ok(())
        });
        done.await.map_err(|lost: Lost| self.lost(lost))
    }

    /// How the call stands that holds a lock.
    pub(crate) fn holder(&self, id: i64) -> Result<Option<Holder>, SagaError> {
        let sql = concat!(
            "SELECT owner IS NULL OR ",
            is_over!("?2"),
            ", outcome <> 'running' OR ",
            is_over!("?2"),
            ", effects FROM calls WHERE id = ?1"
        );
        let row =
            |row: &rusqlite::Row<'_>| Ok(Holder { idle: row.get(0)?, dead: row.get(1)?, begun: row.get(2)? });
        self.read(|c| c.prepare_cached(sql)?.query_row(params![id, now_ms()], row).optional())
    }

    /// Whether a call has come to its end.
    pub(crate) fn has_ended(&self, id: i64) -> Result<bool, SagaError> {
        let sql = "SELECT count(*) FROM calls WHERE id = ? AND outcome NOT IN ('running', 'waiting')";
        self.read(|c| {
            c.prepare_cached(sql)?.query_row([id], |row| row.get::<_, i64>(0)).map(|ended| ended > 0)
        })
    }

    /// Ends a dead call that had begun no effect, whoever's it was, so that its locks are free.
    pub(crate) async fn bury(&self, id: i64, answer: Value) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = concat!(
                "UPDATE calls SET outcome = 'failed', error_code = 'INTERNAL_ERROR', answer = ?2, bound = 0, \
                 epoch = epoch + 1, finished_at = ?3 WHERE id = ?1 AND outcome = 'running' AND effects = 0 AND ",
                is_over!("?4")
            );
            let now = stored(skills::clock::now());
            c.prepare_cached(sql)?.execute(params![id, answer.to_string(), now, now_ms()])?;
            let ended = "call = ?1 AND NOT EXISTS (SELECT 1 FROM calls WHERE id = ?1 AND outcome = 'running')";
            release(c, ended, [id])
        })
        .await
    }
}
