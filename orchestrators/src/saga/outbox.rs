//! Messages leave from the journal once their call has finished: staged → sending → sent, refused or unknown. One that
//! may have left is shown as unknown and never sent again.

use crate::saga::SagaError;
use crate::saga::engine::Engine;
use crate::saga::journal::{LEASE_MS, now_ms};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use skills::messages::SendSms;
use skills::sqlite::Durability;
use skills::systems::messages::Sms;
use skills::words::{Key, stored};
use skills::{Call, Skill, SkillError, faults};
use std::sync::Arc;

struct Staged {
    id: i64,
    key: Key,
    message: Sms,
}

/// Sends what is staged: of one call, or of every call that finished. Failures are logged and shown in the audit trail.
pub(crate) async fn send_staged(engine: &Arc<Engine>, call: Option<i64>) {
    loop {
        match next(engine, call).await {
            Ok(Some(staged)) => {
                if !send(engine, staged).await {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(?error, "the outbox could not be read");
                return;
            }
        }
    }
}

/// Claims the next message. One whose sender died while sending is unknown from then on.
async fn next(engine: &Engine, call: Option<i64>) -> Result<Option<Staged>, SagaError> {
    let open = engine.journal().read(|c| {
        c.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE (state = 'staged' AND (?1 IS NULL OR call = ?1)) \
             OR (state = 'sending' AND lease_until < ?2))",
        )?
        .query_row(params![call, now_ms()], |row| row.get::<_, bool>(0))
    })?;
    if !open {
        return Ok(None);
    }
    let owner = engine.owner().to_owned();
    engine
        .journal()
        .write(Durability::Relaxed, move |c| {
            let now = stored(Timestamp::now());
            c.prepare_cached(
                "UPDATE outbox SET state = 'unknown', changed_at = ?1 WHERE state = 'sending' AND lease_until < ?2",
            )?
            .execute(params![now, now_ms()])?;
            c.prepare_cached(
                "UPDATE outbox SET state = 'sending', owner = ?1, lease_until = ?2, changed_at = ?3 WHERE id = \
                 (SELECT id FROM outbox WHERE state = 'staged' AND (?4 IS NULL OR call = ?4) ORDER BY id LIMIT 1) \
                 RETURNING id, key, message",
            )?
            .query_row(params![owner, now_ms() + 4 * LEASE_MS, now, call], |row| {
                let text: String = row.get(2)?;
                let message = serde_json::from_str(&text)
                    .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, error.into()))?;
                Ok(Staged { id: row.get(0)?, key: row.get(1)?, message })
            })
            .optional()
        })
        .await
}

/// Sends a claimed message; false if the service cannot be reached, so that the rest waits too.
async fn send(engine: &Engine, staged: Staged) -> bool {
    let hotel = engine.hotel();
    let call = Call::new(hotel, staged.key, hotel.day_of(hotel.clock.now()));
    let timeout = faults::time_limit(SendSms::NAME, engine.settings().step_timeout);
    let send = SendSms { sms: staged.message };
    let sent =
        tokio::time::timeout(timeout, faults::around(SendSms::NAME, SendSms::SYSTEM, send.run(&call))).await;
    let state = match sent {
        Ok(Ok(_)) => "sent",
        Ok(Err(SkillError::Refused(_))) => "refused",
        Ok(Err(SkillError::Outage(outage))) if !outage.effect_unknown => "staged",
        Ok(Err(SkillError::Outage(_))) | Err(_) => "unknown",
    };
    let id = staged.id;
    let written = engine
        .journal()
        .write(Durability::Relaxed, move |c| {
            let now = stored(Timestamp::now());
            c.prepare_cached(
                "UPDATE outbox SET state = ?2, changed_at = ?3 WHERE id = ?1 AND state = 'sending'",
            )?
            .execute(params![id, state, now])
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(?error, "the fate of a message could not be written; it will be shown as unknown");
    }
    state != "staged"
}
