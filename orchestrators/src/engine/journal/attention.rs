//! What is still open: calls that need attention until somebody has seen to them, and bookings that calls in hand are
//! about.

use super::Journal;
use crate::saga::SagaError;
use jiff::Timestamp;
use rusqlite::params;
use skills::sqlite::Durability;
use skills::words::{BookingNumber, stored};
use std::collections::{HashMap, HashSet};

/// A call that needs attention and has not been seen to.
#[derive(Debug, Clone)]
pub(crate) struct OpenCall {
    pub(crate) id: i64,
    pub(crate) tool: String,
    pub(crate) caller: String,
    pub(crate) token: String,
    pub(crate) booking: Option<BookingNumber>,
    pub(crate) started_at: Timestamp,
    /// The hotel's records refused more than once to close a stay that had been charged.
    pub(crate) closing_refused: bool,
}

impl Journal {
    /// Calls that need attention and have not been seen to.
    pub(crate) fn need_attention(&self) -> Result<Vec<OpenCall>, SagaError> {
        let sql = "SELECT id, tool, caller, token, booking_number, started_at, \
                   ifnull(json_extract(answer, '$.details.why') = 'closing_refused', 0) FROM calls \
                   WHERE outcome = 'needs_attention' AND outcome <> 'done' AND resolved_at IS NULL ORDER BY id DESC";
        self.read(|c| {
            c.prepare_cached(sql)?
                .query_map([], |row| {
                    Ok(OpenCall {
                        id: row.get(0)?,
                        tool: row.get(1)?,
                        caller: row.get(2)?,
                        token: row.get(3)?,
                        booking: row.get(4)?,
                        started_at: row.get(5)?,
                        closing_refused: row.get(6)?,
                    })
                })?
                .collect()
        })
    }

    /// When a checkout of this booking was first told to wait for a refund, since its money was last moved.
    pub(crate) fn refund_awaited_since(
        &self,
        booking: &BookingNumber,
    ) -> Result<Option<Timestamp>, SagaError> {
        let sql = "SELECT min(started_at) FROM calls WHERE booking_number = ?1 AND error_code = 'REFUND_PENDING' \
                   AND id > ifnull((SELECT max(id) FROM calls WHERE booking_number = ?1 AND outcome = 'done' \
                   AND tool IN ('process_guest_checkout', 'compensate_checkout_failure', 'finish_paid_checkout')), 0)";
        self.read(|c| c.prepare_cached(sql)?.query_row([booking], |row| row.get(0)))
    }

    /// Whether every checkout of this booking that needed attention was seen to, one of them after this moment.
    pub(crate) fn was_seen_to(&self, booking: &BookingNumber, after: Timestamp) -> Result<bool, SagaError> {
        let sql = "SELECT ifnull(max(resolved_at) >= ?2, 0) AND count(*) = count(resolved_at) FROM calls \
                   WHERE booking_number = ?1 AND tool = 'process_guest_checkout' AND outcome = 'needs_attention'";
        self.read(|c| c.prepare_cached(sql)?.query_row(params![booking, stored(after)], |row| row.get(0)))
    }

    /// The bookings that calls are about which run or wait for a guest: what they named, found or hold.
    pub(crate) fn bookings_in_hand(&self) -> Result<HashSet<BookingNumber>, SagaError> {
        let sql = "SELECT booking_number FROM calls WHERE outcome IN ('running', 'waiting') AND outcome <> 'done' \
                   AND booking_number IS NOT NULL \
                   UNION SELECT substr(key, 9) FROM locks WHERE call IS NOT NULL AND key LIKE 'booking %'";
        self.read(|c| c.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect())
    }

    /// Unfinished calls that began on other systems than these, by caller and token, with what they began on.
    pub(crate) fn elsewhere(&self, systems: &str) -> Result<HashMap<(String, String), String>, SagaError> {
        let sql = "SELECT caller, token, systems FROM calls WHERE outcome IN ('running', 'waiting') \
                   AND outcome <> 'done' AND systems <> ? AND token IS NOT NULL";
        self.read(|c| {
            c.prepare_cached(sql)?
                .query_map([systems], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
                .collect()
        })
    }

    /// Notes that the program failed in the middle of a call; says how often it has, and whether an effect that binds had
    /// been announced.
    pub(crate) async fn note_panic(&self, id: i64) -> Result<(u32, bool), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET panics = panics + 1 WHERE id = ? RETURNING panics, effects";
            c.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .await
    }

    /// Notes that a call that needed attention has been seen to.
    pub(crate) async fn resolve(&self, id: i64) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET resolved_at = ?2 WHERE id = ?1 AND outcome = 'needs_attention'";
            c.prepare_cached(sql)?.execute(params![id, stored(skills::clock::now())]).map(|_| ())
        })
        .await
    }
}
