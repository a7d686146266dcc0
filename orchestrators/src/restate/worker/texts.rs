//! `Texts`, one object per message: it is sent once, tried later while its service takes none, and its delivery is looked at.

use super::calls::CallsClient;
use super::hotels::Hotels;
use super::records::{RecordsClient, ToRecord};
use super::{later, now};
use crate::engine::journal::LONGEST_WAIT;
use crate::engine::outbox::{HandedOver, LOOKS_SECONDS, hand_over, rest_after};
use crate::restate::wire::MessageOf;
use jiff::Timestamp;
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use skills::operations::messages::LookAfterSms;
use skills::systems::crm::SentMessage;
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Key};
use skills::{Call, Skill, SkillError};
use std::time::Duration;

/// A message of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) hotel: String,
    pub(super) call: String,
    pub(super) attempt: i64,
    pub(super) key: Key,
    pub(super) sms: Sms,
    pub(super) booking: Option<String>,
    pub(super) staged_at: Timestamp,
    pub(super) tries: u32,
}

/// What became of it, as an entry of the journal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Fate {
    Sent(String),
    Refused,
    Unknown,
    NotNow(Option<u64>),
}

/// A sent message whose delivery is looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SentText {
    text: Text,
    id: String,
    looks: usize,
}

pub(super) struct Texts(pub(super) Hotels);

#[object(ingress_private)]
impl Texts {
    /// Sends the message, at most once where the service takes no keys. Returns what became of it; nothing if it is sent later.
    #[handler]
    async fn send(&self, ctx: ObjectContext<'_>, text: Json<Text>) -> HandlerResult<Json<Option<MessageOf>>> {
        let mut text = text.into_inner();
        let served = self.0.find(&text.hotel).map_err(later)?;
        let attempt = uuid::Uuid::new_v4().to_string();
        let by = attempt.clone();
        let begins = ctx.run(move || async move { Ok(Json((skills::clock::now(), by))) });
        let Json((begun, by)): Json<(Timestamp, String)> = begins.name("begins").await?;
        if begun.duration_since(text.staged_at) > LONGEST_WAIT {
            return Ok(Json(Some(became(&ctx, &text, "refused", begun))));
        }
        let hotel = std::sync::Arc::clone(&served.around.hotel);
        // An attempt before this one may have sent it.
        let may_have_left = by != attempt && !hotel.messages.repeats();
        let (limit, key, sms) = (served.settings.step_timeout, text.key.clone(), text.sms.clone());
        let handed = ctx.run(move || async move {
            if may_have_left {
                return Ok(Json(Fate::Unknown));
            }
            Ok(Json(match hand_over(&hotel, limit, key, sms).await {
                HandedOver::Sent(id) => Fate::Sent(id),
                HandedOver::Refused => Fate::Refused,
                HandedOver::Unknown => Fate::Unknown,
                HandedOver::NotNow(outage) => Fate::NotNow(outage.retry_after_seconds),
            }))
        });
        let Json(fate) = handed.name("send_sms").await?;
        let at = now!(ctx);
        Ok(Json(match fate {
            Fate::Refused => Some(became(&ctx, &text, "refused", at)),
            Fate::Unknown => Some(became(&ctx, &text, "unknown", at)),
            Fate::NotNow(said) => {
                let rest = rest_after(text.tries, said);
                text.tries += 1;
                let me: TextsClient<'_> = ctx.object_client(ctx.key());
                me.send(Json(text)).send_after(rest);
                None
            }
            Fate::Sent(id) => {
                let became = became(&ctx, &text, "sent", at);
                let hotel = &served.around.hotel;
                if hotel.messages.tells_deliveries() {
                    if hotel.crm.keeps_messages() {
                        let record = ToRecord { hotel: text.hotel.clone(), message: sent(&text, &id, at) };
                        let records: RecordsClient<'_> = ctx.object_client(text.hotel.clone());
                        records.add(Json(record)).send();
                    }
                    look_later(&ctx, SentText { text, id, looks: 0 });
                }
                Some(became)
            }
        }))
    }

    /// Looks at the delivery of a sent message.
    #[handler]
    async fn look(&self, ctx: ObjectContext<'_>, sent: Json<SentText>) -> HandlerResult<()> {
        let sent = sent.into_inner();
        let served = self.0.find(&sent.text.hotel).map_err(later)?;
        let (hotel, limit) = (std::sync::Arc::clone(&served.around.hotel), served.settings.step_timeout);
        let id = sent.id.clone();
        let looked = ctx.run(move || async move {
            let call = Call::new(&hotel, Key::derived(&["look", &id]), hotel.today());
            let look = LookAfterSms { id };
            let found = tokio::time::timeout(limit, look.run(&call)).await;
            Ok(Json(match found {
                Ok(Ok(delivery)) => delivery,
                // The next look is later.
                Ok(Err(SkillError::Refused(_) | SkillError::MovedOn(_) | SkillError::Outage(_))) | Err(_) => {
                    None
                }
            }))
        });
        let Json(delivery) = looked.name("delivery").await?;
        let at = now!(ctx);
        let is_final = delivery.as_ref().is_some_and(|delivery| delivery.is_final);
        if let Some(delivery) = delivery {
            tell(&ctx, &sent.text, &delivery.status, at);
        }
        if !is_final {
            look_later(&ctx, SentText { looks: sent.looks + 1, ..sent });
        }
        Ok(())
    }
}

fn look_later(ctx: &ObjectContext<'_>, sent: SentText) {
    if let Some(seconds) = LOOKS_SECONDS.get(sent.looks) {
        let me: TextsClient<'_> = ctx.object_client(ctx.key());
        me.look(Json(sent)).send_after(Duration::from_secs(seconds.unsigned_abs()));
    }
}

/// What became of the message. Its call waits for that only at the first try.
fn became(ctx: &ObjectContext<'_>, text: &Text, state: &str, changed_at: Timestamp) -> MessageOf {
    if text.tries > 0 {
        tell(ctx, text, state, changed_at);
    }
    MessageOf { key: text.key.clone(), state: state.to_owned(), changed_at }
}

fn tell(ctx: &ObjectContext<'_>, text: &Text, state: &str, changed_at: Timestamp) {
    let told = MessageOf { key: text.key.clone(), state: state.to_owned(), changed_at };
    let call: CallsClient<'_> = ctx.object_client(text.call.clone());
    call.tell(Json((text.attempt, told))).send();
}

fn sent(text: &Text, id: &str, sent_at: Timestamp) -> SentMessage {
    SentMessage {
        id: id.to_owned(),
        to: text.sms.to.clone(),
        body: text.sms.body.clone(),
        sent_at,
        delivery: None,
        booking: text.booking.as_ref().and_then(|number| BookingNumber::new(number).ok()),
    }
}
