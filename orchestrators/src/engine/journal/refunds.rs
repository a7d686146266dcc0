//! Refunds that are on their way, and when to look after them.

use super::{Journal, now_ms};
use crate::saga::SagaError;
use rusqlite::{Connection, OptionalExtension, params};
use skills::sqlite::Durability;
use skills::words::PaymentIntentId;

/// How long after the last look the next one is.
const LOOK_AFTER_MS: i64 = 60 * 60 * 1_000;

/// A refund to look after.
#[derive(Debug, Clone)]
pub(crate) struct OnItsWay {
    pub(crate) refund: String,
    pub(crate) payment: PaymentIntentId,
}

/// Notes what a call has put on its way; one that is known stays as it is.
pub(super) fn follow(c: &Connection, call: i64, refunds: &[OnItsWay]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO refunds_on_their_way (refund, payment, systems, look_at) \
               SELECT ?2, ?3, systems, ?4 FROM calls WHERE id = ?1 ON CONFLICT (refund) DO NOTHING";
    for one in refunds {
        c.prepare_cached(sql)?.execute(params![call, one.refund, one.payment, now_ms() + LOOK_AFTER_MS])?;
    }
    Ok(())
}

impl Journal {
    /// The next refund to look after on these systems. Its look counts from here on, so that two processes do not ask the
    /// same.
    pub(crate) async fn next_refund(&self, systems: &str) -> Result<Option<OnItsWay>, SagaError> {
        const DUE: &str = "SELECT refund, payment FROM refunds_on_their_way WHERE look_at <= ?1 AND systems = ?2 \
                           ORDER BY look_at LIMIT 1";
        let due = self.read(|c| c.prepare_cached(DUE)?.exists(params![now_ms(), systems]))?;
        if !due {
            return Ok(None);
        }
        let systems = systems.to_owned();
        self.write(Durability::Relaxed, move |c| {
            let read = |row: &rusqlite::Row<'_>| Ok(OnItsWay { refund: row.get(0)?, payment: row.get(1)? });
            let due = c.prepare_cached(DUE)?.query_row(params![now_ms(), systems], read).optional()?;
            if let Some(due) = &due {
                c.prepare_cached("UPDATE refunds_on_their_way SET look_at = ?2 WHERE refund = ?1")?
                    .execute(params![due.refund, now_ms() + LOOK_AFTER_MS])?;
            }
            Ok(due)
        })
        .await
    }

    /// A refund has arrived or will not: nobody looks after it any more.
    pub(crate) async fn forget_refund(&self, refund: String) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            c.prepare_cached("DELETE FROM refunds_on_their_way WHERE refund = ?")?
                .execute([refund])
                .map(|_| ())
        })
        .await
    }
}
