//! The outbox: messages are staged → sending → sent, refused or unknown; then their delivery is checked, and they are
//! recorded in the hotel's records.

use super::{Journal, LEASE_MS, now_ms};
use crate::saga::SagaError;
use jiff::SignedDuration;
use rusqlite::{Connection, OptionalExtension, Row, params};
use skills::sqlite::Durability;
use skills::systems::crm::SentMessage;
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Key, stored};

/// How long after its call a message may still be sent. A welcome that is half a day late is worse than none.
pub(crate) const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(12);
/// SQL: a staged message whose call finished before ?1 is too late.
const TOO_LATE: &str = "state = 'staged' AND (SELECT finished_at FROM calls WHERE id = call) < ?1";
/// How long a sender's claim on a message lasts.
const SENDING_MS: i64 = 4 * LEASE_MS;
/// SQL: a staged message may be sent at ?2. A rest of more than an hour is over too: the longest rest is an hour, so
/// the clock was set back.
const RESTED: &str = "state = 'staged' AND (lease_until <= ?2 OR lease_until > ?2 + 3600000)";
/// SQL: a message whose sender had died by ?1.
const LEFT: &str = "state = 'sending' AND (lease_until < ?1 OR lease_until > ?1 + ?2 + 1000)";

/// This many messages are recorded at once, even if they have not waited.
const ENOUGH: i64 = 50;
/// The most messages that one request records.
const BATCH: i64 = 200;
/// The longest time between two attempts at a batch that keeps failing; the first is twice the wait.
const LONGEST_WAIT_MS: i64 = 4 * 60 * 60 * 1_000;

/// A message that a process has claimed to send.
pub(crate) struct Staged {
    pub(crate) id: i64,
    pub(crate) tries: u32,
    pub(crate) key: Key,
    pub(crate) message: Sms,
}

/// The outcome of sending a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Sent,
    Refused,
    /// It may have left, and is never sent again.
    Unknown,
}

impl Fate {
    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// The service's answer about a sent message, and when to check and to record it (Unix milliseconds).
#[derive(Debug, Default)]
pub(crate) struct AfterSending {
    pub(crate) service_id: Option<String>,
    pub(crate) look_at: Option<i64>,
    pub(crate) record_at: Option<i64>,
}

/// A message whose delivery is to be checked.
pub(crate) struct ToLookAfter {
    pub(crate) id: i64,
    pub(crate) service_id: String,
    pub(crate) looks: u32,
}

impl Journal {
    /// Claims the next message, of one call or of any that began on this message service. A message whose sender died
    /// while sending becomes unknown; one that is too late becomes refused.
    pub(crate) async fn next_message(
        &self,
        call: Option<i64>,
        service: &str,
        owner: String,
        durability: Durability,
    ) -> Result<Option<Staged>, SagaError> {
        let next = format!(
            "SELECT id FROM outbox WHERE {RESTED} AND (?1 IS NULL OR call = ?1) \
             AND substr((SELECT systems FROM calls WHERE id = call), -length(?3)) = ?3 ORDER BY id LIMIT 1"
        );
        let long_ago = || stored(skills::clock::now() - LONGEST_WAIT);
        let open = self.read(|c| {
            let due = c.prepare_cached(&next)?.exists(params![call, now_ms(), service])?;
            let left = format!("SELECT 1 FROM outbox WHERE {LEFT}");
            let late = format!("SELECT 1 FROM outbox WHERE {TOO_LATE}");
            Ok(due
                || c.prepare_cached(&left)?.exists([now_ms(), SENDING_MS])?
                || c.prepare_cached(&late)?.exists([long_ago()])?)
        })?;
        if !open {
            return Ok(None);
        }
        let service = service.to_owned();
        self.write(durability, move |c| {
            let now = stored(skills::clock::now());
            let left = format!("UPDATE outbox SET state = 'unknown', changed_at = ?3 WHERE {LEFT}");
            c.prepare_cached(&left)?.execute(params![now_ms(), SENDING_MS, now])?;
            let late = format!("UPDATE outbox SET state = 'refused', changed_at = ?2 WHERE {TOO_LATE}");
            let late = c.prepare_cached(&late)?.execute([long_ago(), now.clone()])?;
            if late > 0 {
                tracing::warn!(messages = late, "too late to be sent; they are shown as refused");
            }
            let due = params![call, now_ms(), service];
            let next: Option<i64> = c.prepare_cached(&next)?.query_row(due, |row| row.get(0)).optional()?;
            let Some(next) = next else { return Ok(None) };
            let sql = "UPDATE outbox SET state = 'sending', owner = ?1, lease_until = ?2, changed_at = ?3 WHERE id = ?4 \
                       RETURNING id, key, message, tries";
            let claimed = params![owner, now_ms() + SENDING_MS, now, next];
            c.prepare_cached(sql)?.query_row(claimed, staged).optional()
        })
        .await
    }

    /// Records the outcome of a message that this process was sending.
    pub(crate) async fn message_left(
        &self,
        id: i64,
        fate: Fate,
        after: AfterSending,
    ) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE outbox SET state = ?2, changed_at = ?3, service_id = ?4, look_at = ?5, record_at = ?6, \
                       lease_until = 0 WHERE id = ?1 AND state = 'sending'";
            let AfterSending { service_id, look_at, record_at } = after;
            let now = stored(skills::clock::now());
            let row = params![id, fate.word(), now, service_id, look_at, record_at];
            c.prepare_cached(sql)?.execute(row).map(|_| ())
        })
        .await
    }

    /// Returns a message that could not be sent; it and all staged messages rest until then.
    pub(crate) async fn messages_rest(&self, id: i64, until: i64) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE outbox SET state = 'staged', tries = tries + 1, changed_at = ?2 \
                       WHERE id = ?1 AND state = 'sending'";
            c.prepare_cached(sql)?.execute(params![id, stored(skills::clock::now())])?;
            let sql = "UPDATE outbox SET lease_until = ?1 WHERE state = 'staged'";
            c.prepare_cached(sql)?.execute([until]).map(|_| ())
        })
        .await
    }

    /// The next message whose delivery is to be checked; `then` gives the time of its next check. Claiming it moves
    /// that check, so that two processes do not check the same one.
    pub(crate) async fn next_to_look_after(
        &self,
        then: fn(u32) -> Option<i64>,
    ) -> Result<Option<ToLookAfter>, SagaError> {
        const DUE: &str = "SELECT id, service_id, looks FROM outbox WHERE look_at <= ?1 AND service_id IS NOT NULL \
                           ORDER BY look_at LIMIT 1";
        if !self.read(|c| c.prepare_cached(DUE)?.exists([now_ms()]))? {
            return Ok(None);
        }
        self.write(Durability::Relaxed, move |c| {
            let row = |row: &Row<'_>| {
                Ok(ToLookAfter { id: row.get(0)?, service_id: row.get(1)?, looks: row.get(2)? })
            };
            let due = c.prepare_cached(DUE)?.query_row([now_ms()], row).optional()?;
            if let Some(due) = &due {
                c.prepare_cached("UPDATE outbox SET looks = looks + 1, look_at = ?2 WHERE id = ?1")?
                    .execute(params![due.id, then(due.looks + 1)])?;
            }
            Ok(due)
        })
        .await
    }

    /// Records the service's delivery status of a message, and when to check again.
    pub(crate) async fn note_delivery(
        &self,
        id: i64,
        status: String,
        look_at: Option<i64>,
    ) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE outbox SET delivery = ?2, look_at = ?3 WHERE id = ?1 AND state = 'sent'";
            c.prepare_cached(sql)?.execute(params![id, status, look_at]).map(|_| ())
        })
        .await
    }

    /// Claims messages for the hotel's records, if one has waited `wait_ms` or there are enough; other processes do
    /// not get them meanwhile.
    pub(crate) async fn next_to_record(
        &self,
        records: &str,
        wait_ms: i64,
    ) -> Result<Vec<(i64, SentMessage)>, SagaError> {
        if !self.read(|c| are_due(c, records, wait_ms))? {
            return Ok(vec![]);
        }
        let records = records.to_owned();
        self.write(Durability::Relaxed, move |c| claim(c, &records, wait_ms)).await
    }

    /// Records that messages are now in the hotel's records.
    pub(crate) async fn messages_recorded(&self, ids: Vec<i64>) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let mut kept = c.prepare_cached("UPDATE outbox SET record_at = NULL WHERE id = ?")?;
            ids.iter().try_for_each(|id| kept.execute([id]).map(|_| ()))
        })
        .await
    }
}

/// Stages the messages of a call that has finished.
pub(super) fn stage(c: &Connection, call: i64, messages: &[(Key, Sms)], now: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO outbox (call, key, message, state, changed_at) VALUES (?, ?, ?, 'staged', ?) \
               ON CONFLICT (key) DO NOTHING";
    for (key, sms) in messages {
        let text = serde_json::to_string(sms).unwrap_or_default();
        c.prepare_cached(sql)?.execute(params![call, key, text, now])?;
    }
    Ok(())
}

fn unreadable(at: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
}

fn staged(row: &Row<'_>) -> rusqlite::Result<Staged> {
    let text: String = row.get(2)?;
    let message = serde_json::from_str(&text).map_err(|error| unreadable(2, error))?;
    Ok(Staged { id: row.get(0)?, key: row.get(1)?, tries: row.get(3)?, message })
}

/// SQL: a message waits to be recorded, and its call ran on the records ?1.
macro_rules! waiting {
    () => {
        "record_at IS NOT NULL AND substr((SELECT systems FROM calls WHERE id = call), 1, length(?1)) = ?1"
    };
}

fn are_due(c: &Connection, records: &str, wait_ms: i64) -> rusqlite::Result<bool> {
    let sql = concat!(
        "SELECT ifnull(min(record_at) <= ?2, 0) OR count(record_at <= ?3 OR NULL) >= ?4 FROM outbox WHERE ",
        waiting!()
    );
    // A message claimed by another process has a later `record_at` than any that waits.
    let row = params![records, now_ms(), now_ms() + wait_ms, ENOUGH];
    c.prepare_cached(sql)?.query_row(row, |row| row.get(0))
}

fn claim(c: &Connection, records: &str, wait_ms: i64) -> rusqlite::Result<Vec<(i64, SentMessage)>> {
    if !are_due(c, records, wait_ms)? {
        return Ok(vec![]);
    }
    let sql = concat!(
        "UPDATE outbox SET record_at = ?5 + min(?2 << min(record_tries, 10), ?6), record_tries = record_tries + 1 \
         WHERE id IN (SELECT id FROM outbox WHERE ",
        waiting!(),
        " AND record_at <= ?3 ORDER BY record_at LIMIT ?4) RETURNING id, service_id, message, changed_at, delivery, \
         (SELECT booking_number FROM calls WHERE calls.id = outbox.call)"
    );
    let taken = params![records, 2 * wait_ms, now_ms() + wait_ms, BATCH, now_ms(), LONGEST_WAIT_MS];
    c.prepare_cached(sql)?.query_map(taken, sent)?.collect()
}

fn sent(row: &Row<'_>) -> rusqlite::Result<(i64, SentMessage)> {
    let (message, sent_at): (String, String) = (row.get(2)?, row.get(3)?);
    let Sms { to, body, .. } = serde_json::from_str(&message).map_err(|error| unreadable(2, error))?;
    let sent_at = sent_at.parse().map_err(|error: jiff::Error| unreadable(3, error))?;
    let booking = row.get::<_, Option<String>>(5)?.and_then(|number| BookingNumber::new(number).ok());
    Ok((row.get(0)?, SentMessage { id: row.get(1)?, to, body, sent_at, delivery: row.get(4)?, booking }))
}
