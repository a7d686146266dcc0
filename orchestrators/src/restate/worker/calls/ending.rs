//! How far a call came, as it is kept: its end, a rest, a failure of the program; and what follows from it.

use super::super::holds::{Fact, HoldsClient, object_of};
use super::super::refunds::RefundsClient;
use super::super::texts::{Text, TextsClient};
use super::super::trail::TrailClient;
use crate::engine::journal::{LOOK_AFTER_FOLLOW_UP, Rest};
use crate::engine::{Verdict, after_panic};
use crate::restate::wire::{Entry, Kept, Look, MessageOf, Row, list};
use crate::saga::outcome::{Event, Outcome};
use crate::saga::pauses;
use crate::saga::record::End;
use jiff::Timestamp;
use restate_sdk::prelude::*;
use serde_json::Value;
use std::time::Duration;

use super::CallsClient;

/// Keeps that another call ended this one and took its key over.
pub(super) async fn is_taken_over(
    ctx: &ObjectContext<'_>,
    attempt: i64,
    entry: &mut Entry,
    answer: Value,
    now: Timestamp,
) -> Result<(), HandlerError> {
    entry.outcome = Outcome::Running.next(Event::IsTakenOver).unwrap_or(Outcome::NeedsAttention);
    entry.error_code = answer["error_code"].as_str().map(str::to_owned);
    (entry.answer, entry.bound, entry.because) = (Some(answer), true, None);
    entry.plays += 1;
    (entry.next_try_at, entry.finished_at) = (None, Some(now));
    release(ctx, entry);
    keep(ctx, attempt, entry).await
}

/// A call that cannot be finished now.
pub(super) struct Rests {
    pub(super) rests: Duration,
    pub(super) because: String,
    pub(super) told: Value,
    pub(super) key: Option<String>,
}

pub(super) async fn rest(
    ctx: &ObjectContext<'_>,
    attempt: i64,
    entry: &mut Entry,
    rests: Rests,
    now: Timestamp,
) -> Result<(), HandlerError> {
    let held = &mut entry.asking.held;
    held.tries += u32::from(held.by_recovery);
    entry.outcome = Outcome::Running;
    (entry.answer, entry.because, entry.bound) = (Some(rests.told), Some(rests.because), true);
    entry.next_try_at = Some(now + rests.rests);
    entry.holds = rests.key;
    let me: CallsClient<'_> = ctx.object_client(ctx.key());
    me.look(Json(Look::After(entry.plays))).send_after(rests.rests);
    keep(ctx, attempt, entry).await
}

/// Keeps what becomes of a call whose saga panicked; `key` is what it held.
pub(super) async fn panicked(
    ctx: &ObjectContext<'_>,
    attempt: i64,
    entry: &mut Entry,
    key: Option<String>,
    now: Timestamp,
) -> Result<(), HandlerError> {
    entry.panics += 1;
    let held = &entry.asking.held;
    match after_panic("worker", held, entry.panics, held.effects, &entry.steps) {
        Verdict::Ended(end, _) => {
            // Without an effect nothing is held for it.
            entry.holds = key.filter(|_| entry.asking.held.effects);
            finish(ctx, attempt, entry, *end, now).await
        }
        Verdict::Pending(Rest { long, because, told }, _) => {
            rest(ctx, attempt, entry, Rests { rests: long, because, told, key }, now).await
        }
    }
}

/// Keeps the end of a call, stages its messages, and has what it started looked after.
pub(super) async fn finish(
    ctx: &ObjectContext<'_>,
    attempt: i64,
    entry: &mut Entry,
    end: End,
    now: Timestamp,
) -> Result<(), HandlerError> {
    let End { ending, error_code, answer, bound, messages, follow_ups, about, because } = end;
    let outcome = Outcome::Running.next(Event::Ends(ending)).unwrap_or(Outcome::NeedsAttention);
    entry.outcome = outcome;
    (entry.error_code, entry.answer, entry.bound, entry.because) = (error_code, Some(answer), bound, because);
    entry.about = about.or(std::mem::take(&mut entry.about));
    if outcome == Outcome::Waiting {
        let age = now.duration_since(entry.asking.held.started_at);
        let wait = pauses::next_look(age.try_into().unwrap_or_default());
        entry.next_try_at = Some(now + wait);
        let me: CallsClient<'_> = ctx.object_client(ctx.key());
        me.look(Json(Look::After(entry.plays))).send_after(wait);
    } else {
        entry.finished_at = Some(now);
    }
    release(ctx, entry);
    // Kept before its messages leave: whoever asks again gets this answer.
    ctx.set(&attempt.to_string(), Json(entry.clone()));
    let mut sending = vec![];
    for (key, sms) in messages {
        entry.messages.push(MessageOf { key: key.clone(), state: "staged".to_owned(), changed_at: now });
        let text = Text {
            hotel: entry.asking.hotel.clone(),
            call: ctx.key().to_owned(),
            attempt,
            key: key.clone(),
            sms,
            booking: entry.about.subject.clone(),
            staged_at: now,
            tries: 0,
        };
        let texts: TextsClient<'_> = ctx.object_client(key.to_string());
        sending.push(texts.send(Json(text)).call());
    }
    for sent in sending {
        let Json(became) = sent.await?;
        let message = became.and_then(|became| {
            let known = entry.messages.iter_mut().find(|message| message.key == became.key)?;
            Some((known, became))
        });
        if let Some((known, became)) = message {
            *known = became;
        }
    }
    for follow_up in follow_ups {
        let refunds: RefundsClient<'_> = ctx.object_client(object_of(&entry.asking.hotel, &follow_up.id));
        refunds.follow(Json((entry.asking.hotel.clone(), follow_up))).send_after(LOOK_AFTER_FOLLOW_UP);
    }
    keep(ctx, attempt, entry).await
}

/// The key that was held for a call while it rested is free.
pub(super) fn release(ctx: &ObjectContext<'_>, entry: &mut Entry) {
    if let Some(key) = entry.holds.take() {
        let there: HoldsClient<'_> = ctx.object_client(object_of(&entry.asking.hotel, &key));
        there.release(ctx.key().to_owned()).send();
    }
}

/// Keeps the call and shows it in the trail, before its answer leaves.
pub(super) async fn keep(ctx: &ObjectContext<'_>, attempt: i64, entry: &Entry) -> Result<(), HandlerError> {
    ctx.set(&attempt.to_string(), Json(entry.clone()));
    if let Some(subject) = &entry.about.subject {
        let held = &entry.asking.held;
        let fact = Fact {
            id: held.id,
            subject: subject.clone(),
            tool: held.tool.clone(),
            outcome: entry.outcome,
            error_code: entry.error_code.clone(),
            started_at: held.started_at,
            resolved_at: entry.resolved_at,
        };
        let object = object_of(&entry.asking.hotel, &format!("booking {subject}"));
        let there: HoldsClient<'_> = ctx.object_client(object);
        there.note(Json(fact)).send();
    }
    enter(ctx, entry.asking.days, Row::of(entry, ctx.key(), attempt)).call().await?;
    Ok(())
}

pub(super) fn enter<'a>(ctx: &'a ObjectContext<'_>, days: u32, row: Row) -> Request<'a, Json<Kept>, ()> {
    let part: TrailClient<'_> = ctx.object_client(list(&row.hotel, "hour", &row.part()));
    part.enter(Json(Kept { row, days }))
}
