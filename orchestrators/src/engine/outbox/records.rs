//! Messages that were sent are kept with the hotel's records: in the background, many at a time, every five minutes
//! at most or when many wait.

use crate::engine::Engine;
use crate::engine::journal::now_ms;
use crate::saga::SagaError;
use rusqlite::{Connection, Row, params};
use skills::operations::messages::RecordSms;
use skills::sqlite::Durability;
use skills::systems::crm::SentMessage;
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Key};
use skills::{Call, Skill};

/// How long a message waits for others, and a batch for its next attempt. Five minutes: 288 batches of two calls on the
/// busiest day, which leaves 7,000 check-ins in an org of 15,000 calls a day.
const WAIT_MS: i64 = 300_000;
/// The longest time between two attempts at a batch that fails again and again: it begins with twice the wait.
const LONGEST_WAIT_MS: i64 = 4 * 60 * 60 * 1_000;
/// As many are kept at once whether they have waited or not.
const ENOUGH: i64 = 50;
/// The most one request keeps.
const BATCH: i64 = 200;

/// When to keep a message that was sent just now; none if nobody keeps it. Only a service of others gives ids that count
/// beyond this machine.
pub(super) fn record_at(engine: &Engine) -> Option<i64> {
    let hotel = engine.hotel();
    (hotel.messages.tells_deliveries() && hotel.crm.keeps_messages()).then(|| now_ms() + WAIT_MS)
}

/// Keeps what waits, if something has waited long enough or there is enough of it: as many requests as it takes.
pub(super) async fn keep(engine: &Engine) -> Result<(), SagaError> {
    // A booking's number means another booking elsewhere: what was sent for other records waits until they are back.
    let these = engine.hotel().crm.runs_on().to_owned() + ", ";
    while record_at(engine).is_some() && engine.journal().read(|c| are_due(c, &these))? {
        let these = these.clone();
        let waiting = engine.journal().write(Durability::Relaxed, move |c| claim(c, &these)).await?;
        if waiting.is_empty() || !keep_together(engine, waiting).await? {
            break;
        }
    }
    Ok(())
}

/// Keeps messages in one request; false if they wait for the next attempt.
async fn keep_together(engine: &Engine, waiting: Vec<(i64, SentMessage)>) -> Result<bool, SagaError> {
    let (ids, messages): (Vec<i64>, Vec<SentMessage>) = waiting.into_iter().unzip();
    let hotel = engine.hotel();
    let texts: Vec<&str> = messages.iter().map(|message| message.id.as_str()).collect();
    let call = Call::new(hotel, Key::derived(&texts), hotel.today());
    let record = RecordSms { messages };
    match tokio::time::timeout(engine.settings().step_timeout, record.run(&call)).await {
        Ok(Ok(())) => {
            let done = move |c: &Connection| {
                let mut kept = c.prepare_cached("UPDATE outbox SET record_at = NULL WHERE id = ?")?;
                ids.iter().try_for_each(|id| kept.execute([id]).map(|_| ()))
            };
            engine.journal().write(Durability::Relaxed, done).await?;
            Ok(true)
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "messages are kept later");
            Ok(false)
        }
        Err(_) => {
            tracing::warn!("messages are kept later: no answer in time");
            Ok(false)
        }
    }
}

/// That a message waits whose call ran on the records ?1.
macro_rules! waiting {
    () => {
        "record_at IS NOT NULL AND substr((SELECT systems FROM calls WHERE id = call), 1, length(?1)) = ?1"
    };
}

fn are_due(c: &Connection, these: &str) -> rusqlite::Result<bool> {
    let sql = concat!(
        "SELECT ifnull(min(record_at) <= ?2, 0) OR count(record_at <= ?3 OR NULL) >= ?4 FROM outbox WHERE ",
        waiting!()
    );
    // One that another process is at lies further ahead than any that waits.
    let row = params![these, now_ms(), now_ms() + WAIT_MS, ENOUGH];
    c.prepare_cached(sql)?.query_row(row, |row| row.get(0))
}

/// Takes what waits, and puts it off for others meanwhile.
fn claim(c: &Connection, these: &str) -> rusqlite::Result<Vec<(i64, SentMessage)>> {
    if !are_due(c, these)? {
        return Ok(vec![]);
    }
    let sql = concat!(
        "UPDATE outbox SET record_at = ?5 + min(?2 << min(record_tries, 10), ?6), record_tries = record_tries + 1 WHERE id IN (SELECT id FROM outbox WHERE ",
        waiting!(),
        " AND record_at <= ?3 ORDER BY record_at LIMIT ?4) RETURNING id, service_id, message, changed_at, delivery, \
         (SELECT booking_number FROM calls WHERE calls.id = outbox.call)"
    );
    let taken = params![these, 2 * WAIT_MS, now_ms() + WAIT_MS, BATCH, now_ms(), LONGEST_WAIT_MS];
    c.prepare_cached(sql)?.query_map(taken, sent)?.collect()
}

fn sent(row: &Row<'_>) -> rusqlite::Result<(i64, SentMessage)> {
    let unreadable = |at: usize, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error)
    };
    let (message, sent_at): (String, String) = (row.get(2)?, row.get(3)?);
    let Sms { to, body, .. } = serde_json::from_str(&message).map_err(|error| unreadable(2, error.into()))?;
    let sent_at = sent_at.parse().map_err(|error: jiff::Error| unreadable(3, error.into()))?;
    let booking = row.get::<_, Option<String>>(5)?.and_then(|number| BookingNumber::new(number).ok());
    Ok((row.get(0)?, SentMessage { id: row.get(1)?, to, body, sent_at, delivery: row.get(4)?, booking }))
}
