//! `Calls`, one object per token of a caller: what the token stands for. Its handlers run one at a time, so a call is begun
//! once, however many clients ask.

mod ending;
mod going_on;

use super::approvals::ApprovalsClient;
use super::holds::HoldsClient;
use super::hotels::Hotels;
use super::now;
use crate::engine::end_of;
use crate::restate::wire::{
    Asking, Cleared, Entry, Look, MessageOf, Redacted, Told, WasCleared, approval_key, call_id,
};
use crate::saga::consent::Consent;
use crate::saga::outcome::{Ending, Event, Outcome};
use crate::saga::record::StepRow;
use crate::tool::answer;
use ending::{finish, is_taken_over, keep, release};
use going_on::go_on;
use jiff::Timestamp;
use restate_sdk::prelude::*;
use serde_json::Value;
use skills::ErrorCode;
use std::time::Duration;

/// When a call is looked at again whose hotel no worker serves at the moment.
const NOT_SERVED: Duration = Duration::from_secs(10);

pub(super) struct Calls(pub(super) Hotels);

#[object]
impl Calls {
    /// A call: begun, continued, or answered again.
    #[handler]
    async fn ask(&self, ctx: ObjectContext<'_>, asking: Json<Asking>) -> HandlerResult<Json<Told>> {
        let mut asking = asking.into_inner();
        let last = ctx.get::<i64>("last").await?;
        let known = match last {
            Some(last) => entry(&ctx, last).await?,
            None => None,
        };
        // What is unfinished is finished on the systems that it was begun on.
        let unfinished = known.as_ref().filter(|entry| entry.bound && entry.outcome.is_unfinished());
        let systems = unfinished.map_or(&asking.systems, |entry| &entry.asking.systems);
        let served = match self.0.find_on(&asking.hotel, systems) {
            Ok(served) => served,
            // Nothing is run, but what the token stands for is told.
            Err(why) => {
                let answer = known.filter(|entry| entry.bound && entry.is_asked_by(&asking));
                let told = |answer| Told::Answer { answer, replayed: true, question: None, stages: vec![] };
                return Ok(Json(answer.and_then(|entry| entry.answer).map_or(Told::NotServed(why), told)));
            }
        };
        let (attempt, mut entry) = match known.filter(|entry| entry.bound) {
            None => {
                let attempt = last.map_or(0, |last| last + 1);
                asking.held.attempt = attempt;
                asking.held.id = call_id(ctx.key(), attempt);
                (attempt, Entry::new(asking.clone()))
            }
            Some(mut entry) => {
                if !entry.is_asked_by(&asking) {
                    return Ok(Json(Told::Reused(entry.asking.held.tool)));
                }
                let attempt = last.unwrap_or_default();
                if entry.outcome.next(Event::Resumes).is_err() {
                    entry.replays += 1;
                    entry.last_replayed_at = Some(now!(ctx));
                    let answer = entry.answer.clone().unwrap_or_default();
                    ctx.set(&attempt.to_string(), Json(entry));
                    let told = Told::Answer { answer, replayed: true, question: None, stages: vec![] };
                    return Ok(Json(told));
                }
                let waited = entry.outcome == Outcome::Waiting;
                entry.asking.held.asked_again += i64::from(waited);
                entry.recoveries += i64::from(!waited);
                entry.asking.held.by_recovery = false;
                (entry.asking.tells, entry.asking.faults) = (asking.tells, asking.faults.clone());
                entry.asking.client.clone_from(&asking.client);
                (attempt, entry)
            }
        };
        if let Some(approval) = &asking.approval
            && is_first_use(&ctx, &asking.hotel, &approval.nonce).await?
            && let Consent::Asked(yes) = &mut entry.asking.held.consent
        {
            yes.push(approval.question.clone());
        }
        let (question, stages) = go_on(&ctx, &served, attempt, &mut entry).await?;
        let answer = entry.answer.unwrap_or_default();
        Ok(Json(Told::Answer { answer, replayed: false, question, stages }))
    }

    /// A call that rests or waits is tried. Of one that has ended, the key that is held for it is freed.
    #[handler(ingress_private)]
    async fn look(&self, ctx: ObjectContext<'_>, look: Json<Look>) -> HandlerResult<()> {
        let look = look.into_inner();
        let last = ctx.get::<i64>("last").await?;
        let known = match last {
            Some(last) => entry(&ctx, last).await?,
            None => None,
        };
        let open = known.filter(|entry| entry.bound && entry.outcome.is_unfinished());
        let Some((last, mut entry)) = last.zip(open) else {
            if let Look::WantsKey(object) = look {
                let there: HoldsClient<'_> = ctx.object_client(object);
                there.release(ctx.key().to_owned()).send();
            }
            return Ok(());
        };
        if matches!(look, Look::After(plays) if plays != entry.plays) {
            return Ok(());
        }
        let Ok(served) = self.0.find_on(&entry.asking.hotel, &entry.asking.systems) else {
            // It is not served at the moment: what the token stands for can be told meanwhile.
            let me: CallsClient<'_> = ctx.object_client(ctx.key());
            me.look(Json(Look::After(entry.plays))).send_after(NOT_SERVED);
            return Ok(());
        };
        entry.recoveries += i64::from(entry.outcome == Outcome::Running);
        entry.asking.held.by_recovery = true;
        (entry.asking.tells, entry.asking.client, entry.asking.faults) = (false, None, None);
        let now = now!(ctx);
        if entry.asking.held.has_expired(now) {
            let end = end_of(&answer::internal(), Ending::Failed, false);
            finish(&ctx, last, &mut entry, end, now).await?;
            return Ok(());
        }
        go_on(&ctx, &served, last, &mut entry).await?;
        Ok(())
    }

    /// The call was ended by the one that took its booking over.
    #[handler(ingress_private)]
    async fn end(&self, ctx: ObjectContext<'_>, answer: Json<Value>) -> HandlerResult<()> {
        let Some(last) = ctx.get::<i64>("last").await? else { return Ok(()) };
        let Some(mut entry) = entry(&ctx, last).await? else { return Ok(()) };
        let answer = answer.into_inner();
        if entry.answer.as_ref() == Some(&answer) {
            return Ok(()); // it has been told
        }
        if entry.outcome.next(Event::IsTakenOver).is_err() {
            tracing::error!(call = entry.asking.held.id, "a call that had ended was taken over");
            return Ok(());
        }
        let now = now!(ctx);
        is_taken_over(&ctx, last, &mut entry, answer, now).await
    }

    /// Keeps a call that was refused before it could begin.
    #[handler]
    async fn keep(&self, ctx: ObjectContext<'_>, entry: Json<Entry>) -> HandlerResult<()> {
        let entry = entry.into_inner();
        if let Err(why) = self.0.find(&entry.asking.hotel) {
            return Err(TerminalError::new_with_code(404, why).into());
        }
        keep(&ctx, 0, &entry).await
    }

    /// What became of a message.
    #[handler(ingress_private)]
    async fn tell(&self, ctx: ObjectContext<'_>, told: Json<(i64, MessageOf)>) -> HandlerResult<()> {
        let (attempt, told) = told.into_inner();
        if let Some(mut entry) = entry(&ctx, attempt).await? {
            if let Some(message) = entry.messages.iter_mut().find(|message| message.key == told.key) {
                *message = told;
            }
            ctx.set(&attempt.to_string(), Json(entry));
        }
        Ok(())
    }

    /// Staff clear the call.
    #[handler]
    async fn clear(&self, ctx: ObjectContext<'_>, cleared: Json<Cleared>) -> HandlerResult<Json<WasCleared>> {
        let Cleared { attempt, answer } = cleared.into_inner();
        let Some(mut entry) = entry(&ctx, attempt).await? else {
            return Ok(Json(WasCleared::NothingToClear));
        };
        let now = now!(ctx);
        if entry.outcome.next(Event::IsSeenTo).is_ok() || entry.outcome == Outcome::Failed {
            entry.resolved_at = entry.resolved_at.or(Some(now));
        } else {
            let Some((answer, outcome)) = answer.zip(entry.outcome.next(Event::IsEndedByHand).ok()) else {
                return Ok(Json(WasCleared::NothingToClear));
            };
            if entry.has_taken_money() {
                return Ok(Json(WasCleared::TookMoney));
            }
            entry.outcome = outcome;
            entry.error_code = Some(ErrorCode::NeedsAttention.as_str().to_owned());
            (entry.answer, entry.because) = (Some(answer), None);
            (entry.resolved_at, entry.finished_at) = (Some(now), Some(now));
            entry.next_try_at = None;
            entry.plays += 1;
            // The token is free again, unless a step may have had an effect with an unknown outcome.
            entry.bound = entry.steps.iter().any(StepRow::has_no_outcome);
            release(&ctx, &mut entry);
        }
        keep(&ctx, attempt, &entry).await?;
        Ok(Json(WasCleared::Cleared))
    }

    /// The client cancelled the call: it has ended for that, or it had changed something and went on.
    #[handler]
    async fn note_cancelled(&self, ctx: ObjectContext<'_>, at: Json<Timestamp>) -> HandlerResult<()> {
        let Some(last) = ctx.get::<i64>("last").await? else { return Ok(()) };
        if let Some(mut entry) = entry(&ctx, last).await? {
            entry.cancelled_at = entry.cancelled_at.or(Some(at.into_inner()));
            ctx.set(&last.to_string(), Json(entry));
        }
        Ok(())
    }

    /// A person in the call is forgotten. Returns whether the call was still as it had been seen.
    #[handler]
    async fn redact(&self, ctx: ObjectContext<'_>, redacted: Json<Redacted>) -> HandlerResult<Json<bool>> {
        let Redacted { attempt, seen, entry: redacted } = redacted.into_inner();
        let is_as_seen = entry(&ctx, attempt).await?.is_some_and(|entry| entry.digest() == seen);
        if is_as_seen {
            ctx.set(&attempt.to_string(), Json(redacted));
        }
        Ok(Json(is_as_seen))
    }

    /// The retention of an attempt is over: only the number of attempts stays.
    #[handler(ingress_private)]
    async fn retire(&self, ctx: ObjectContext<'_>, attempt: i64) -> HandlerResult<()> {
        ctx.clear(&attempt.to_string());
        Ok(())
    }

    /// An attempt, as the trail shows it.
    #[handler]
    async fn show(
        &self,
        ctx: SharedObjectContext<'_>,
        attempt: Json<i64>,
    ) -> HandlerResult<Json<Option<Entry>>> {
        let attempt = attempt.into_inner().to_string();
        Ok(Json(ctx.get::<Json<Entry>>(&attempt).await?.map(Json::into_inner)))
    }
}

async fn entry(ctx: &ObjectContext<'_>, attempt: i64) -> Result<Option<Entry>, HandlerError> {
    Ok(ctx.get::<Json<Entry>>(&attempt.to_string()).await?.map(Json::into_inner))
}

/// Uses an answer up; returns whether it had not been used before.
async fn is_first_use(ctx: &ObjectContext<'_>, hotel: &str, nonce: &str) -> Result<bool, HandlerError> {
    let approval: ApprovalsClient<'_> = ctx.object_client(approval_key(hotel, nonce));
    let Json(is_first) = approval.use_up(Json(())).call().await?;
    Ok(is_first)
}
