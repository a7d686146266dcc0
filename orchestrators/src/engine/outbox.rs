//! Messages are sent from the journal once their call has finished: staged → sending → sent, refused or unknown. A
//! message that may have been sent is shown as unknown and never sent again. While the service takes none, messages
//! stay staged and rest, longer each time, until they are too late.

mod deliveries;
mod records;

#[cfg(feature = "restate")]
pub(crate) use deliveries::LOOKS_SECONDS;

use crate::engine::Engine;
use crate::engine::journal::{AfterSending, Fate, Staged, in_ms, now_ms};
use crate::saga::SagaError;
use skills::operations::messages::SendSms;
use skills::operations::payments::MailReceipt;
use skills::sqlite::Durability;
use skills::systems::Hotel;
use skills::systems::messages::Sms;
use skills::words::Key;
use skills::{Call, Outage, Skill, SkillError, faults};
use std::sync::Arc;
use std::time::Duration;

/// How long messages rest after their service could not take one: the first rest and the longest.
const FIRST_REST: Duration = Duration::from_secs(30);
const LONGEST_REST: Duration = Duration::from_secs(10 * 60);
/// The longest rest that a service may ask for.
const LONGEST_RETRY_AFTER_SECONDS: u64 = 3_600;

/// How long messages rest after this many tries, at least as long as the service asks for.
pub(crate) fn rest_after(tries: u32, said_seconds: Option<u64>) -> Duration {
    let grown = FIRST_REST.saturating_mul(1 << tries.min(10)).min(LONGEST_REST);
    let said = Duration::from_secs(said_seconds.unwrap_or(0).min(LONGEST_RETRY_AFTER_SECONDS));
    grown.max(said)
}

/// Sends staged messages: of one call, or of every call that finished. Failures are logged and shown in the audit trail.
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

/// Checks the delivery of sent messages, and adds them to the hotel's records.
pub(crate) async fn look_after_sent(engine: &Engine) {
    let looked = deliveries::look_after(engine).await;
    if let Err(error) = looked.and(records::keep(engine).await) {
        tracing::warn!(?error, "what became of messages could not be written");
    }
}

/// Claims the next message of a call that began on the current message service.
async fn next(engine: &Engine, call: Option<i64>) -> Result<Option<Staged>, SagaError> {
    let messages = &engine.hotel().messages;
    // Another process that would send it twice must find this claim even after a power cut.
    let durability = if messages.repeats() { Durability::Relaxed } else { Durability::Forced };
    engine.journal().next_message(call, messages.runs_on(), engine.owner().to_owned(), durability).await
}

/// Sends a claimed message; false if the service cannot be reached, so that other messages wait too.
async fn send(engine: &Engine, staged: Staged) -> bool {
    let (hotel, id) = (engine.hotel(), staged.id);
    let limit = engine.settings().step_timeout;
    let (fate, service_id) = match hand_over(hotel, limit, staged.key, staged.message).await {
        HandedOver::Sent(service_id) => (Fate::Sent, Some(service_id)),
        HandedOver::Refused => (Fate::Refused, None),
        HandedOver::Unknown => (Fate::Unknown, None),
        HandedOver::NotNow(outage) => {
            tracing::warn!(reason = %outage.reason, "a message could not be handed over; it is tried again later");
            rest(engine, id, staged.tries, &outage).await;
            return false;
        }
    };
    let followed = fate == Fate::Sent && hotel.messages.tells_deliveries();
    let look_at = if followed { deliveries::look_at(0) } else { None };
    let record_at = if followed { records::record_at(engine) } else { None };
    let after = AfterSending { service_id, look_at, record_at };
    let written = engine.journal().message_left(id, fate, after).await;
    if let Err(error) = written {
        tracing::warn!(?error, "the fate of a message could not be written; it will be shown as unknown");
    }
    true
}

/// What became of a message that was given to its service.
pub(crate) enum HandedOver {
    /// The service has it under this id.
    Sent(String),
    /// The service will never take it. If it was a receipt, it was given to the processor's mail.
    Refused,
    /// It may have left.
    Unknown,
    /// Nothing was sent.
    NotNow(Outage),
}

/// Gives a message to its service, once.
pub(crate) async fn hand_over(hotel: &Hotel, limit: Duration, key: Key, message: Sms) -> HandedOver {
    let call = Call::new(hotel, key, hotel.today());
    let otherwise = message.otherwise.clone();
    let send = SendSms { sms: message };
    let work = faults::around(SendSms::NAME, SendSms::SYSTEM, send.run(&call));
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(service_id)) => HandedOver::Sent(service_id),
        // The service will never take this text: a receipt is mailed instead, and both are tried again if mailing fails now.
        Ok(Err(SkillError::Refused(_) | SkillError::MovedOn(_))) => {
            match mailed_instead(hotel, limit, otherwise).await {
                Some(Err(outage)) => HandedOver::NotNow(outage),
                Some(Ok(())) | None => HandedOver::Refused,
            }
        }
        Ok(Err(SkillError::Outage(outage))) if !outage.effect_unknown => HandedOver::NotNow(outage),
        Ok(Err(SkillError::Outage(_))) | Err(_) => HandedOver::Unknown,
    }
}

/// Mails the receipt instead of the text that the service refused, if it is a receipt.
async fn mailed_instead(
    hotel: &Hotel,
    limit: Duration,
    otherwise: Option<MailReceipt>,
) -> Option<Result<(), Outage>> {
    let mail = otherwise?;
    let key = Key::derived(&["receipt by mail", mail.payment.as_str(), mail.to.as_str()]);
    let call = Call::new(hotel, key, hotel.today());
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

/// Nothing was sent: the message goes back, and all staged messages rest. A message of a new call is still tried at once.
async fn rest(engine: &Engine, id: i64, tries: u32, outage: &Outage) {
    let until = now_ms() + in_ms(rest_after(tries, outage.retry_after_seconds));
    let written = engine.journal().messages_rest(id, until).await;
    if let Err(error) = written {
        tracing::warn!(?error, "the fate of a message could not be written; it will be shown as unknown");
    }
}
