//! Leases: who runs a call, until when, and who may take it over.

use super::calls::held;
use super::locks::release;
use super::steps::put_step;
use super::{Held, Journal, LEASE_MS, Lost, StepRow, now_ms, still_ours};
use crate::persona::Recovers;
use crate::saga::SagaError;
use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use skills::sqlite::Durability;
use skills::words::stored;

/// Of running calls whose lease has expired and waiting ones that are to be looked at, those which began on the systems ?2
/// and which a server with the persona ?3 and the guest ?4 may take over.
macro_rules! abandoned {
    ($select:literal, $rest:literal) => {
        concat!(
            $select,
            " FROM calls WHERE outcome IN ('running', 'waiting') AND outcome <> 'done' AND lease_until < ?1 \
             AND systems = ?2 AND (?3 IS NULL OR persona = ?3) AND (?4 IS NULL OR acting_guest = ?4) ",
            $rest
        )
    };
}

impl Journal {
    /// Takes over a running call whose lease has expired, or one that waits for its guest and is to be looked at; nobody
    /// else gets it.
    pub(crate) async fn claim(&self, id: i64, owner: String) -> Result<Option<Held>, SagaError> {
        self.write(Durability::Relaxed, move |c| {
            // To look whether a guest has come back is no recovery.
            let sql = "UPDATE calls SET outcome = 'running', epoch = epoch + 1, \
                       recoveries = recoveries + (outcome = 'running'), owner = ?2, lease_until = ?3 \
                       WHERE id = ?1 AND outcome IN ('running', 'waiting') AND lease_until < ?4";
            let now = now_ms();
            let taken = c.prepare_cached(sql)?.execute(params![id, owner, now + LEASE_MS, now])?;
            if taken == 1 { held(c, id, 0).map(Some) } else { Ok(None) }
        })
        .await
    }

    /// The calls that this server may take over, the oldest first.
    pub(crate) fn abandoned(&self, recovers: Recovers<'_>, systems: &str) -> Result<Vec<i64>, SagaError> {
        let (persona, guest) = recovers;
        self.read(|c| {
            c.prepare_cached(abandoned!("SELECT id", "ORDER BY id LIMIT 50"))?
                .query_map(params![now_ms(), systems, persona, guest], |row| row.get(0))?
                .collect()
        })
    }

    /// Whether this call is one that this server may take over.
    pub(crate) fn is_abandoned(
        &self,
        id: i64,
        recovers: Recovers<'_>,
        systems: &str,
    ) -> Result<bool, SagaError> {
        let (persona, guest) = recovers;
        self.read(|c| {
            c.prepare_cached(abandoned!("SELECT 1", "AND id = ?5"))?.exists(params![
                now_ms(),
                systems,
                persona,
                guest,
                id
            ])
        })
    }

    /// Renews the leases of the calls this process runs.
    pub(crate) async fn renew(&self, owner: String, calls: Vec<i64>) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let mut renew = c.prepare_cached(
                "UPDATE calls SET lease_until = ?3 WHERE id = ?1 AND owner = ?2 AND outcome = 'running'",
            )?;
            for id in calls {
                renew.execute(params![id, owner, now_ms() + LEASE_MS])?;
            }
            Ok(())
        })
        .await
    }

    /// Lets go of a call that is to be taken up again later, by whoever comes first.
    pub(crate) async fn suspend(
        &self,
        call: &Held,
        learned: Vec<StepRow>,
        for_ms: i64,
        told: Value,
    ) -> Result<(), SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET owner = NULL, lease_until = ?3, answer = ?4 \
                       WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            still_ours(c.prepare_cached(sql)?.execute(params![
                id,
                epoch,
                now_ms() + for_ms,
                told.to_string()
            ])?)?;
            for row in &learned {
                put_step(c, id, row)?;
            }
            Ok(())
        });
        done.await.map_err(|lost: Lost| lost.into())
    }

    /// Whether a call that holds a lock is dead, and whether it had begun an effect.
    pub(crate) fn is_dead(&self, id: i64) -> Result<Option<bool>, SagaError> {
        let sql = "SELECT effects FROM calls WHERE id = ? AND (outcome <> 'running' OR lease_until < ?)";
        self.read(|c| c.prepare_cached(sql)?.query_row(params![id, now_ms()], |row| row.get(0)).optional())
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
            let sql = "UPDATE calls SET outcome = 'failed', error_code = 'INTERNAL_ERROR', answer = ?2, bound = 0, \
                       epoch = epoch + 1, finished_at = ?3 \
                       WHERE id = ?1 AND outcome = 'running' AND effects = 0 AND lease_until < ?4";
            let now = stored(skills::clock::now());
            c.prepare_cached(sql)?.execute(params![id, answer.to_string(), now, now_ms()])?;
            let ended = "call = ?1 AND NOT EXISTS (SELECT 1 FROM calls WHERE id = ?1 AND outcome = 'running')";
            release(c, ended, [id])
        })
        .await
    }
}
