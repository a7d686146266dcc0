//! What became of messages that were handed over: the service is asked a few times within an hour, and what it says is
//! shown in the audit trail.

use crate::engine::Engine;
use crate::engine::journal::now_ms;
use crate::saga::SagaError;
use rusqlite::{OptionalExtension, params};
use skills::operations::messages::LookAfterSms;
use skills::sqlite::Durability;
use skills::words::Key;
use skills::{Call, Skill, SkillError};

/// How long after the last look the next one is, in seconds. A text that has not arrived in an hour is not looked after.
const LOOKS: [i64; 5] = [10, 50, 4 * 60, 15 * 60, 40 * 60];

/// When to look after a message for the `nth` time; none if it was looked after often enough.
pub(super) fn look_at(nth: u32) -> Option<i64> {
    LOOKS.get(usize::try_from(nth).ok()?).map(|seconds| now_ms() + seconds * 1_000)
}

struct Due {
    id: i64,
    service_id: String,
    looks: u32,
}

/// Asks what became of the messages that are due, one after the other; stops when the service does not say.
pub(super) async fn look_after(engine: &Engine) -> Result<(), SagaError> {
    while let Some(due) = claim(engine).await? {
        let hotel = engine.hotel();
        let call = Call::new(hotel, Key::derived(&["look", &due.service_id]), hotel.today());
        let look = LookAfterSms { id: due.service_id };
        let found = tokio::time::timeout(engine.settings().step_timeout, look.run(&call)).await;
        let delivery = match found {
            Ok(Ok(delivery)) => delivery,
            Ok(Err(SkillError::Refused(_) | SkillError::MovedOn(_))) => None,
            // The next look is later.
            Ok(Err(SkillError::Outage(_))) | Err(_) => return Ok(()),
        };
        let Some(delivery) = delivery else { continue };
        let (id, looks) = (due.id, due.looks);
        let next = if delivery.is_final { None } else { look_at(looks + 1) };
        engine
            .journal()
            .write(Durability::Relaxed, move |c| {
                c.prepare_cached(
                    "UPDATE outbox SET delivery = ?2, look_at = ?3 WHERE id = ?1 AND state = 'sent'",
                )?
                .execute(params![id, delivery.status, next])
            })
            .await?;
    }
    Ok(())
}

/// The next message to look after. Its look counts from here on, so that two processes do not ask the same.
async fn claim(engine: &Engine) -> Result<Option<Due>, SagaError> {
    const DUE: &str = "SELECT id, service_id, looks FROM outbox WHERE look_at <= ?1 AND service_id IS NOT NULL \
                       ORDER BY look_at LIMIT 1";
    if !engine.hotel().messages.tells_deliveries() {
        return Ok(None);
    }
    let due = engine.journal().read(|c| c.prepare_cached(DUE)?.exists([now_ms()]))?;
    if !due {
        return Ok(None);
    }
    engine
        .journal()
        .write(Durability::Relaxed, |c| {
            let due = c
                .prepare_cached(DUE)?
                .query_row([now_ms()], |row| {
                    Ok(Due { id: row.get(0)?, service_id: row.get(1)?, looks: row.get(2)? })
                })
                .optional()?;
            if let Some(due) = &due {
                c.prepare_cached("UPDATE outbox SET looks = looks + 1, look_at = ?2 WHERE id = ?1")?
                    .execute(params![due.id, look_at(due.looks + 1)])?;
            }
            Ok(due)
        })
        .await
}
