//! Sent messages are added to the hotel's records in the background, in batches: every five minutes at most, or when
//! many wait.

use crate::engine::Engine;
use crate::engine::journal::now_ms;
use crate::saga::SagaError;
use skills::operations::messages::RecordSms;
use skills::systems::crm::SentMessage;
use skills::words::Key;
use skills::{Call, Skill};

/// How long a message waits for others, and a batch for its next attempt. Five minutes: 288 batches of two calls on the
/// busiest day, which leaves 7,000 check-ins in an org of 15,000 calls a day.
const WAIT_MS: i64 = 300_000;

/// When to record a message that was just sent; none if the records store no messages. Only an external service gives
/// ids that are valid beyond this machine.
pub(super) fn record_at(engine: &Engine) -> Option<i64> {
    let hotel = engine.hotel();
    (hotel.messages.tells_deliveries() && hotel.crm.keeps_messages()).then(|| now_ms() + WAIT_MS)
}

/// Records waiting messages, if one has waited long enough or there are enough; in as many requests as needed.
pub(super) async fn keep(engine: &Engine) -> Result<(), SagaError> {
    // A booking's number means another booking in other records: a message waits until the records it was sent for are back.
    let these = engine.hotel().crm.runs_on().to_owned() + ", ";
    while record_at(engine).is_some() {
        let waiting = engine.journal().next_to_record(&these, WAIT_MS).await?;
        if waiting.is_empty() || !keep_together(engine, waiting).await? {
            break;
        }
    }
    Ok(())
}

/// Records messages in one request; false if they wait for the next attempt.
async fn keep_together(engine: &Engine, waiting: Vec<(i64, SentMessage)>) -> Result<bool, SagaError> {
    let (ids, messages): (Vec<i64>, Vec<SentMessage>) = waiting.into_iter().unzip();
    let hotel = engine.hotel();
    let texts: Vec<&str> = messages.iter().map(|message| message.id.as_str()).collect();
    let call = Call::new(hotel, Key::derived(&texts), hotel.today());
    let record = RecordSms { messages };
    match tokio::time::timeout(engine.settings().step_timeout, record.run(&call)).await {
        Ok(Ok(())) => {
            engine.journal().messages_recorded(ids).await?;
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
