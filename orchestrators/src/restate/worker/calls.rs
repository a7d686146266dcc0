//! `Calls`, one object per token of a caller: what the token stands for. Its handlers run one at a time, so a call is begun
//! once, however many clients ask.

use super::approvals::ApprovalsClient;
use super::holds::{Fact, Hold, HoldsClient, object_of};
use super::hotels::{Hotels, Served};
use super::now;
use super::play::{Ended, Holding, Played, Turn, play_turn};
use super::refunds::RefundsClient;
use super::texts::{Text, TextsClient};
use super::trail::TrailClient;
use crate::engine::end_of;
use crate::restate::wire::{
    Asking, Cleared, Entry, Kept, Look, MessageOf, Redacted, Row, Told, WasCleared, approval_key, call_id,
    list,
};
use crate::saga::Question;
use crate::saga::consent::Consent;
use crate::saga::live::Progress;
use crate::saga::outcome::{Ending, Event, Outcome};
use crate::saga::pauses;
use crate::saga::record::{End, StepRow};
use crate::tool::answer::{self, Answer};
use jiff::{SignedDuration, Timestamp};
use restate_sdk::prelude::*;
use serde_json::Value;
use skills::{ErrorCode, Outage, Refusal, System};
use std::time::Duration;

/// A call whose first effect has not begun this long after it was made expires.
const EXPIRES_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// How often a call looks again for a key that another call holds, and the first pause; each further one is longer by as much.
const LOOKS: u32 = 12;
const FIRST_LOOK: Duration = Duration::from_millis(250);
/// When a call is looked at again whose hotel no worker serves at the moment.
const NOT_SERVED: Duration = Duration::from_secs(10);
/// How long a call rests whose play was stopped from outside.
const STOPPED: Duration = Duration::from_secs(3);
/// How long after a refund was asked for it is looked at.
const LOOK_AFTER_REFUND: Duration = Duration::from_secs(60 * 60);

pub(super) struct Calls(pub(super) Hotels);

#[object(invocation_retry_policy(
    initial_interval = "100ms",
    max_interval = "5s",
    factor = 2.0,
    max_attempts = 1_000_000_000
))]
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
        let served = match self.0.find(&asking.hotel) {
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
                entry.asking.tells = asking.tells;
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
        let is_timer_of_before = |entry: &Entry| matches!(look, Look::After(plays) if plays != entry.plays);
        let open = known.filter(|entry| entry.bound && entry.outcome.is_unfinished());
        let Some((last, mut entry)) = last.zip(open) else {
            if let (Look::WantsKey(object), Some(call)) = (look, Some(ctx.key().to_owned())) {
                let there: HoldsClient<'_> = ctx.object_client(object);
                there.release(call).send();
            }
            return Ok(());
        };
        if is_timer_of_before(&entry) {
            return Ok(());
        }
        let Ok(served) = self.0.find(&entry.asking.hotel) else {
            // The hotel is not served at the moment: what the token stands for can be told meanwhile.
            let me: CallsClient<'_> = ctx.object_client(ctx.key());
            me.look(Json(Look::After(entry.plays))).send_after(NOT_SERVED);
            return Ok(());
        };
        entry.recoveries += i64::from(entry.outcome == Outcome::Running);
        entry.asking.held.by_recovery = true;
        entry.asking.tells = false;
        let now = now!(ctx);
        if !entry.asking.held.effects && now.duration_since(entry.asking.held.started_at) > EXPIRES_AFTER {
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
        if entry.outcome.next(Event::IsSeenTo).is_ok() {
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

    /// The client cancelled the call. It goes on: it may have changed something.
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

/// Plays the call as far as it goes, here and where its keys are held, and keeps how far it came.
async fn go_on(
    ctx: &ObjectContext<'_>,
    served: &Served,
    attempt: i64,
    entry: &mut Entry,
) -> Result<(Option<Question>, Vec<Progress>), HandlerError> {
    let sagas = crate::sagas::all();
    let held = &mut entry.asking.held;
    let Some(saga) = sagas.iter().find(|saga| saga.name() == held.tool) else {
        let why = format!("{} is not a saga of this version.", held.tool);
        let refusal = answer::needs_attention(Refusal::new(ErrorCode::NeedsAttention, why));
        let now = now!(ctx);
        let end = end_of(&refusal, Ending::NeedsAttention, true);
        finish(ctx, attempt, entry, end, now).await?;
        return Ok((None, vec![]));
    };
    held.epoch = entry.plays;
    held.turn = i64::from(entry.plays == 0);
    (entry.outcome, entry.next_try_at) = (Outcome::Running, None);
    ctx.set("last", attempt);
    ctx.set(&attempt.to_string(), Json(entry.clone()));
    if entry.plays == 0 {
        // It is in the trail before it runs. Nobody waits for that: the engine has it.
        enter(ctx, entry.asking.days, Row::of(entry, ctx.key(), attempt)).send();
    }
    entry.plays += 1;
    let since = entry.asking.held.started_at;
    let mut turn = Turn { asking: entry.asking.clone(), steps: entry.steps.clone(), since };
    let (mut played, _) = play_turn(ctx, served, &**saga, turn.clone(), Holding::default()).await?;
    let (mut key, mut looks, mut asked_holder) = (None, 0, false);
    let mut stages = std::mem::take(&mut played.stages);
    loop {
        match &played.end {
            Ended::Elsewhere(wanted) if looks < LOOKS => key = Some(wanted.clone()),
            Ended::Behind(holder) if looks < LOOKS => {
                // A call that rests is tried once for each that waits for its key.
                if let Some(key) = key.as_ref().filter(|_| !std::mem::replace(&mut asked_holder, true)) {
                    let other: CallsClient<'_> = ctx.object_client(holder.call.clone());
                    other.look(Json(Look::WantsKey(object_of(&entry.asking.hotel, key)))).send();
                }
                ctx.sleep(FIRST_LOOK * (looks + 1)).await?;
            }
            _ => break,
        }
        looks += 1;
        let Some(key) = &key else { break };
        turn.steps = played.steps.clone();
        turn.asking.held.effects = played.effects;
        turn.since = played.began;
        let object = object_of(&entry.asking.hotel, key);
        let hold = Hold { call: ctx.key().to_owned(), key: key.clone(), turn: turn.clone() };
        let there: HoldsClient<'_> = ctx.object_client(object);
        match there.play(Json(hold)).call().await {
            Ok(Json(on)) => {
                played = on;
                stages.append(&mut played.stages);
            }
            // Somebody stopped it from outside: what it did is not known. It rests, and is looked at again.
            Err(stopped) => {
                let because = format!("its run was stopped: {}", stopped.message());
                let told = Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout)).json().clone();
                played.effects = true;
                played.end = Ended::Pending { rests: STOPPED, because, told };
                break;
            }
        }
    }
    let now = now!(ctx);
    let Played { end, steps, about, effects, .. } = played;
    (entry.steps, entry.about) = (steps, about);
    entry.asking.held.effects = effects;
    match end {
        Ended::At(end, question) => {
            finish(ctx, attempt, entry, *end, now).await?;
            return Ok((question, stages));
        }
        Ended::Pending { rests, because, told } => {
            rest(ctx, attempt, entry, Rests { rests, because, told, key }, now).await?;
        }
        Ended::TakenOver(answer) => {
            entry.holds = key;
            is_taken_over(ctx, attempt, entry, answer, now).await?;
        }
        Ended::Panicked => {
            panicked(ctx, attempt, entry, key, now).await?;
        }
        Ended::Elsewhere(_) | Ended::Behind(_) => {
            let late = Outage {
                error_code: ErrorCode::UpstreamTimeout,
                held_by_another: true,
                ..Outage::unreached(System::Crm, "another call holds this booking")
            };
            let may_have_effects = entry.asking.held.effects;
            if may_have_effects {
                let told = Answer::failure(&answer::pending_behind(late.error_code, &late)).json().clone();
                let rests = pauses::rest(entry.asking.held.id, entry.asking.held.tries, 0, None);
                let rest_ = Rests { rests, because: late.to_string(), told, key: entry.holds.clone() };
                rest(ctx, attempt, entry, rest_, now).await?;
            } else {
                let end = end_of(&answer::outage(&late), Ending::Failed, false);
                finish(ctx, attempt, entry, end, now).await?;
            }
        }
    }
    Ok((None, stages))
}

/// Keeps that another call ended this one and took its key over.
async fn is_taken_over(
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
struct Rests {
    rests: Duration,
    because: String,
    told: Value,
    key: Option<String>,
}

async fn rest(
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

/// A panic counts as an outage of this program: the call is tried once more; a second panic needs a person.
async fn panicked(
    ctx: &ObjectContext<'_>,
    attempt: i64,
    entry: &mut Entry,
    key: Option<String>,
    now: Timestamp,
) -> Result<(), HandlerError> {
    entry.panics += 1;
    let held = &entry.asking.held;
    if !held.effects {
        let end = end_of(&answer::internal(), Ending::Failed, false);
        return finish(ctx, attempt, entry, end, now).await;
    }
    if entry.panics == 1 {
        let told = Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout)).json().clone();
        let because = format!("The worker failed in the middle of {}.", held.tool);
        let rests = Rests { rests: pauses::rest(held.id, 0, 0, None), because, told, key };
        return rest(ctx, attempt, entry, rests, now).await;
    }
    let why = format!("The worker failed twice in the middle of {}.", held.tool);
    let story: Value =
        entry.steps.iter().map(|step| format!("{}: {}", step.name, step.outcome.word())).collect();
    let why = Refusal::new(ErrorCode::NeedsAttention, why).detail("steps", story);
    let end = end_of(&answer::needs_attention(why), Ending::NeedsAttention, true);
    entry.holds = key;
    finish(ctx, attempt, entry, end, now).await
}

/// Keeps the end of a call, stages its messages, and has what it started looked after.
async fn finish(
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
    entry.about.person = about.person.or(entry.about.person.take());
    entry.about.subject = about.subject.or(entry.about.subject.take());
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
        refunds.follow(Json((entry.asking.hotel.clone(), follow_up))).send_after(LOOK_AFTER_REFUND);
    }
    keep(ctx, attempt, entry).await
}

/// The key that was held for a call while it rested is free.
fn release(ctx: &ObjectContext<'_>, entry: &mut Entry) {
    if let Some(key) = entry.holds.take() {
        let there: HoldsClient<'_> = ctx.object_client(object_of(&entry.asking.hotel, &key));
        there.release(ctx.key().to_owned()).send();
    }
}

/// Keeps the call and shows it in the trail, before its answer leaves.
async fn keep(ctx: &ObjectContext<'_>, attempt: i64, entry: &Entry) -> Result<(), HandlerError> {
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

fn enter<'a>(ctx: &'a ObjectContext<'_>, days: u32, row: Row) -> Request<'a, Json<Kept>, ()> {
    let hour: TrailClient<'_> = ctx.object_client(list(&row.hotel, "hour", &row.hour()));
    hour.enter(Json(Kept { row, days }))
}
