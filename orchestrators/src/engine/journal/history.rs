//! Facts that earlier calls about the same subject recorded.

use super::Journal;
use crate::saga::SagaError;
use crate::saga::ledger::History;
use crate::saga::outcome::outcome_is;
use jiff::Timestamp;
use rusqlite::params;
use skills::words::stored;

impl History for Journal {
    fn first_refused(
        &self,
        subject: &str,
        error_code: &str,
        settling: &[&str],
    ) -> Result<Option<Timestamp>, SagaError> {
        let settling = serde_json::to_string(settling).unwrap_or_default();
        // The + keeps SQLite from looking through all calls that are done.
        let sql = concat!(
            "SELECT min(started_at) FROM calls WHERE booking_number = ?1 AND error_code = ?2 \
             AND id > ifnull((SELECT max(id) FROM calls WHERE booking_number = ?1 AND +",
            outcome_is!(done),
            " AND tool IN (SELECT value FROM json_each(?3))), 0)"
        );
        self.read(|c| c.prepare_cached(sql)?.query_row([subject, error_code, &settling], |row| row.get(0)))
    }

    fn were_seen_to(&self, subject: &str, tool: &str, after: Timestamp) -> Result<bool, SagaError> {
        let sql = concat!(
            "SELECT ifnull(max(resolved_at) >= ?3, 0) AND count(*) = count(resolved_at) FROM calls \
             WHERE booking_number = ?1 AND tool = ?2 AND ",
            outcome_is!(needs_attention)
        );
        self.read(|c| {
            c.prepare_cached(sql)?.query_row(params![subject, tool, stored(after)], |row| row.get(0))
        })
    }
}
