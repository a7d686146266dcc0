//! `Records`, one object per hotel: sent messages are added to the hotel's records in batches.

use super::hotels::Hotels;
use super::later;
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use skills::operations::messages::RecordSms;
use skills::systems::crm::SentMessage;
use skills::words::Key;
use skills::{Call, Skill};
use std::time::Duration;

/// How long a message waits for others. Five minutes: 288 batches of two calls on the busiest day.
const WAIT: Duration = Duration::from_secs(300);
/// The longest time between two attempts at a batch.
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 60 * 60);
/// The most messages that one request records.
const BATCH: usize = 200;

/// A message to record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ToRecord {
    pub(super) hotel: String,
    pub(super) message: SentMessage,
}

pub(super) struct Records(pub(super) Hotels);

#[object(ingress_private)]
impl Records {
    /// Adds a message to the next batch.
    #[handler]
    async fn add(&self, ctx: ObjectContext<'_>, record: Json<ToRecord>) -> HandlerResult<()> {
        let ToRecord { hotel, message } = record.into_inner();
        let mut waiting = waiting(&ctx).await?;
        if waiting.is_empty() {
            let me: RecordsClient<'_> = ctx.object_client(ctx.key());
            me.record((hotel, 0_u32).into()).send_after(WAIT);
        }
        waiting.push(message);
        ctx.set("messages", Json(waiting));
        Ok(())
    }

    /// Records the messages that wait.
    #[handler]
    async fn record(&self, ctx: ObjectContext<'_>, of: Json<(String, u32)>) -> HandlerResult<()> {
        let (hotel, tries) = of.into_inner();
        let served = self.0.find(&hotel).map_err(later)?;
        let mut waiting = waiting(&ctx).await?;
        let batch: Vec<SentMessage> = waiting.iter().take(BATCH).cloned().collect();
        if batch.is_empty() {
            return Ok(());
        }
        let (systems, limit) = (std::sync::Arc::clone(&served.around.hotel), served.settings.step_timeout);
        let amount = batch.len();
        let recorded = ctx.run(move || async move {
            let ids: Vec<&str> = batch.iter().map(|message| message.id.as_str()).collect();
            let call = Call::new(&systems, Key::derived(&ids), systems.today());
            let record = RecordSms { messages: batch };
            let done = tokio::time::timeout(limit, record.run(&call)).await;
            if !matches!(done, Ok(Ok(()))) {
                tracing::warn!("messages are recorded later");
            }
            Ok(matches!(done, Ok(Ok(()))))
        });
        let is_recorded = recorded.name("record_sms").await?;
        let me: RecordsClient<'_> = ctx.object_client(ctx.key());
        if !is_recorded {
            let wait = WAIT.saturating_mul(2_u32.saturating_pow(tries.min(10) + 1)).min(LONGEST_WAIT);
            me.record((hotel, tries + 1).into()).send_after(wait);
            return Ok(());
        }
        waiting.drain(..amount);
        if !waiting.is_empty() {
            me.record((hotel, 0_u32).into()).send();
        }
        ctx.set("messages", Json(waiting));
        Ok(())
    }
}

async fn waiting(ctx: &ObjectContext<'_>) -> Result<Vec<SentMessage>, HandlerError> {
    Ok(ctx.get::<Json<Vec<SentMessage>>>("messages").await?.map(Json::into_inner).unwrap_or_default())
}
