//! Follow-ups: things calls started that end later (refunds), and when to check them next. The table is named after
//! the first kind, refunds.

use super::{Journal, in_ms, now_ms};
use crate::saga::SagaError;
use rusqlite::{Connection, OptionalExtension, params};
use skills::FollowUp;
use skills::sqlite::Durability;
use std::time::Duration;

/// How long after one check the next one is due.
pub(crate) const LOOK_AFTER_FOLLOW_UP: Duration = Duration::from_secs(60 * 60);

/// Records the follow-ups of a call; those already recorded stay as they are.
pub(super) fn follow(c: &Connection, call: i64, follow_ups: &[FollowUp]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO refunds_on_their_way (refund, payment, systems, look_at) \
               SELECT ?2, ?3, systems, ?4 FROM calls WHERE id = ?1 ON CONFLICT (refund) DO NOTHING";
    for one in follow_ups {
        c.prepare_cached(sql)?.execute(params![
            call,
            one.id,
            one.of,
            now_ms() + in_ms(LOOK_AFTER_FOLLOW_UP)
        ])?;
    }
    Ok(())
}

impl Journal {
    /// The next follow-up to check on these systems. Claiming it moves its next check, so that two processes do not
    /// check the same one.
    pub(crate) async fn next_follow_up(&self, systems: &str) -> Result<Option<FollowUp>, SagaError> {
        const DUE: &str = "SELECT refund, payment FROM refunds_on_their_way WHERE look_at <= ?1 AND systems = ?2 \
                           ORDER BY look_at LIMIT 1";
        let due = self.read(|c| c.prepare_cached(DUE)?.exists(params![now_ms(), systems]))?;
        if !due {
            return Ok(None);
        }
        let systems = systems.to_owned();
        self.write(Durability::Relaxed, move |c| {
            let read = |row: &rusqlite::Row<'_>| Ok(FollowUp { id: row.get(0)?, of: row.get(1)? });
            let due = c.prepare_cached(DUE)?.query_row(params![now_ms(), systems], read).optional()?;
            if let Some(due) = &due {
                c.prepare_cached("UPDATE refunds_on_their_way SET look_at = ?2 WHERE refund = ?1")?
                    .execute(params![due.id, now_ms() + in_ms(LOOK_AFTER_FOLLOW_UP)])?;
            }
            Ok(due)
        })
        .await
    }

    /// Ends a follow-up: it is not checked any more.
    pub(crate) async fn end_follow_up(&self, id: String) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            c.prepare_cached("DELETE FROM refunds_on_their_way WHERE refund = ?")?.execute([id]).map(|_| ())
        })
        .await
    }
}
