//! Calls that their clients cancelled while they ran.

use super::Journal;
use crate::saga::SagaError;
use rusqlite::params;
use skills::ErrorCode;
use skills::sqlite::Durability;
use skills::words::stored;

impl Journal {
    /// Records when the client cancelled a call that has not ended, or that ended because of it. A call past its first effect goes on all the same.
    pub(crate) async fn note_cancelled(&self, id: i64) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET cancelled_at = ifnull(cancelled_at, ?2) \
                       WHERE id = ?1 AND (finished_at IS NULL OR error_code = ?3)";
            let ended_by_it = ErrorCode::Cancelled.as_str();
            c.prepare_cached(sql)?.execute(params![id, stored(skills::clock::now()), ended_by_it]).map(|_| ())
        })
        .await
    }
}
