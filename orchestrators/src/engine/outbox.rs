//! Messages leave from the journal once their call has finished: staged → sending → sent, refused or unknown. One that
//! may have left is shown as unknown and never sent again. While the service takes none, they stay staged and rest, longer
//! each time, until what they say is no longer true.

mod deliveries;
mod records;

use crate::engine::Engine;
use crate::engine::journal::{LEASE_MS, now_ms};
use crate::saga::SagaError;
use jiff::SignedDuration;
use rusqlite::{OptionalExtension, params};
use skills::operations::messages::SendSms;
use skills::operations::payments::MailReceipt;
use skills::sqlite::Durability;
use skills::systems::messages::Sms;
use skills::words::{Key, stored};
use skills::{Call, Outage, Skill, SkillError, faults};
use std::sync::Arc;

/// How long messages rest after their service could not take one, at first and at most.
const FIRST_REST_MS: i64 = 30_000;
const LONGEST_REST_MS: i64 = 10 * 60_000;
/// How long after its call a message may still leave. A welcome that is half a day late is worse than none.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(12);
/// A staged message that has waited so long, since before ?1.
const TOO_LATE: &str = "state = 'staged' AND (SELECT finished_at FROM calls WHERE id = call) < ?1";
/// The longest rest that a service may ask for.
const LONGEST_RETRY_AFTER_SECONDS: u64 = 3_600;
/// How long whoever sends a message has it.
const SENDING_MS: i64 = 4 * LEASE_MS;
/// A staged message that may be sent at ?2: what would rest longer than anything may has rested, and the clock was set back.
const RESTED: &str = "state = 'staged' AND (lease_until <= ?2 OR lease_until > ?2 + 3600000)";
/// A message whose sender died, at ?1.
const LEFT: &str = "state = 'sending' AND (lease_until < ?1 OR lease_until > ?1 + ?2 + 1000)";

struct Staged {
    id: i64,
    tries: u32,
    key: Key,
    message: Sms,
}

/// Sends what is staged: of one call, or of every call that finished. Failures are logged and shown in the audit trail.
pub(crate) async fn send_staged(engine: &Arc<Engine>, call: Option<i64>) {
    loop {
        match next(engine, call).await {
            Ok(Some(staged)) => {
                if !send(engine, staged).await {
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                tracing::warn!(?error, "the outbox could not be read");
                return;
            }
        }
    }
}

/// Asks what became of the messages that were handed over a while ago, and keeps them with the hotel's records.
pub(crate) async fn look_after_sent(engine: &Engine) {
    let looked = deliveries::look_after(engine).await;
    if let Err(error) = looked.and(records::keep(engine).await) {
        tracing::warn!(?error, "what became of messages could not be written");
    }
}

/// Since when a message has waited too long.
fn long_ago() -> String {
    stored(skills::clock::now() - LONGEST_WAIT)
}

/// Claims the next message of a call that began on the message service we have. One whose sender died while sending is
/// unknown from then on; one that is too late is refused.
async fn next(engine: &Engine, call: Option<i64>) -> Result<Option<Staged>, SagaError> {
    let next = format!(
        "SELECT id FROM outbox WHERE {RESTED} AND (?1 IS NULL OR call = ?1) \
         AND substr((SELECT systems FROM calls WHERE id = call), -length(?3)) = ?3 ORDER BY id LIMIT 1"
    );
    let service = engine.hotel().messages.runs_on().to_owned();
    let open = engine.journal().read(|c| {
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
    let owner = engine.owner().to_owned();
    // Whoever would send it twice must find this even after a power cut.
    let durability = if engine.hotel().messages.repeats() { Durability::Relaxed } else { Durability::Forced };
    engine
        .journal()
        .write(durability, move |c| {
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
            c.prepare_cached(
                "UPDATE outbox SET state = 'sending', owner = ?1, lease_until = ?2, changed_at = ?3 WHERE id = ?4 \
                 RETURNING id, key, message, tries",
            )?
            .query_row(params![owner, now_ms() + SENDING_MS, now, next], |row| {
                let text: String = row.get(2)?;
                let message = serde_json::from_str(&text)
                    .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, error.into()))?;
                Ok(Staged { id: row.get(0)?, key: row.get(1)?, tries: row.get(3)?, message })
            })
            .optional()
        })
        .await
}

/// Sends a claimed message; false if the service cannot be reached, so that the rest waits too.
async fn send(engine: &Engine, staged: Staged) -> bool {
    let hotel = engine.hotel();
    let call = Call::new(hotel, staged.key, hotel.today());
    let timeout = engine.settings().step_timeout;
    let otherwise = staged.message.otherwise.clone();
    let send = SendSms { sms: staged.message };
    let sent =
        tokio::time::timeout(timeout, faults::around(SendSms::NAME, SendSms::SYSTEM, send.run(&call))).await;
    let id = staged.id;
    let (state, service_id) = match sent {
        Ok(Ok(service_id)) => ("sent", Some(service_id)),
        Ok(Err(SkillError::Refused(_) | SkillError::MovedOn(_))) => {
            // It will never be taken: what it says goes another way, and both are tried again if that way is closed now.
            if let Some(Err(outage)) = mailed_instead(engine, otherwise).await {
                tracing::warn!(reason = %outage.reason, "a receipt could not be mailed; it is tried again later");
                rest(engine, id, staged.tries, &outage).await;
                return false;
            }
            ("refused", None)
        }
        Ok(Err(SkillError::Outage(outage))) if !outage.effect_unknown => {
            tracing::warn!(reason = %outage.reason, "a message could not be handed over; it is tried again later");
            rest(engine, id, staged.tries, &outage).await;
            return false;
        }
        Ok(Err(SkillError::Outage(_))) | Err(_) => ("unknown", None),
    };
    let followed = state == "sent" && hotel.messages.tells_deliveries();
    let look_at = if followed { deliveries::look_at(0) } else { None };
    let record_at = if followed { records::record_at(engine) } else { None };
    let written = engine
        .journal()
        .write(Durability::Relaxed, move |c| {
            let now = stored(skills::clock::now());
            c.prepare_cached(
                "UPDATE outbox SET state = ?2, changed_at = ?3, service_id = ?4, look_at = ?5, record_at = ?6, \
                 lease_until = 0 WHERE id = ?1 AND state = 'sending'",
            )?
            .execute(params![id, state, now, service_id, look_at, record_at])
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(?error, "the fate of a message could not be written; it will be shown as unknown");
    }
    true
}

/// Mails the receipt that the service will not text, if there is one.
async fn mailed_instead(engine: &Engine, otherwise: Option<MailReceipt>) -> Option<Result<(), Outage>> {
    let mail = otherwise?;
    let key = Key::derived(&["receipt by mail", mail.payment.as_str(), mail.to.as_str()]);
    let call = Call::new(engine.hotel(), key, engine.hotel().today());
    let limit = engine.settings().step_timeout;
    let work = faults::around(MailReceipt::NAME, MailReceipt::SYSTEM, mail.run(&call));
    let late = |_| Outage::unreached(MailReceipt::SYSTEM, "a receipt took too long");
    Some(match tokio::time::timeout(limit, work).await.map_err(late) {
        Err(outage) | Ok(Err(SkillError::Outage(outage))) => Err(outage),
        Ok(Ok(taken)) => {
            tracing::info!(taken, "a receipt that could not be texted was given to the processor's mail");
            Ok(())
        }
        Ok(Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal))) => {
            tracing::warn!(reason = refusal.error_message, "a receipt could be neither texted nor mailed");
            Ok(())
        }
    })
}

/// Nothing was sent: the message goes back, and it and all that wait rest a while. One of a new call is still tried at once.
async fn rest(engine: &Engine, id: i64, tries: u32, outage: &Outage) {
    let rest = FIRST_REST_MS.saturating_mul(1 << tries.min(10)).min(LONGEST_REST_MS);
    let said = outage.retry_after_seconds.unwrap_or(0).min(LONGEST_RETRY_AFTER_SECONDS) * 1_000;
    let until = now_ms() + rest.max(i64::try_from(said).unwrap_or(rest));
    let written = engine
        .journal()
        .write(Durability::Relaxed, move |c| {
            let now = stored(skills::clock::now());
            c.prepare_cached(
                "UPDATE outbox SET state = 'staged', tries = tries + 1, changed_at = ?2 WHERE id = ?1 AND state = 'sending'",
            )?
            .execute(params![id, now])?;
            c.prepare_cached("UPDATE outbox SET lease_until = ?1 WHERE state = 'staged'")?.execute([until])
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(?error, "the fate of a message could not be written; it will be shown as unknown");
    }
}
