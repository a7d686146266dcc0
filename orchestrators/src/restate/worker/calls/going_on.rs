//! Plays a call: here, and where its keys are held.

use super::super::holds::{Hold, HoldsClient, object_of};
use super::super::hotels::Served;
use super::super::now;
use super::super::play::{Ended, Holding, Played, Turn, play_turn};
use crate::engine::journal::Rest;
use crate::engine::{Verdict, end_of, of_another_version};
use crate::restate::wire::{Entry, Look, Row};
use crate::saga::Question;
use crate::saga::ledger::held_for_too_long;
use crate::saga::live::Progress;
use crate::saga::outcome::{Ending, Outcome};
use crate::saga::pauses;
use crate::tool::answer::{self, Answer};
use restate_sdk::prelude::*;
use skills::ErrorCode;
use std::time::Duration;

use super::CallsClient;
use super::ending::{Rests, enter, finish, is_taken_over, panicked, rest};

/// How often a call looks again for a key that another call holds, and the first pause; each further one is longer by as much.
const LOOKS: u32 = 12;
const FIRST_LOOK: Duration = Duration::from_millis(250);
/// How long a call rests whose play was stopped from outside.
const STOPPED: Duration = Duration::from_secs(3);

/// Plays the call as far as it goes, here and where its keys are held, and keeps how far it came.
pub(super) async fn go_on(
    ctx: &ObjectContext<'_>,
    served: &Served,
    attempt: i64,
    entry: &mut Entry,
) -> Result<(Option<Question>, Vec<Progress>), HandlerError> {
    let held = &mut entry.asking.held;
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
    let Some(saga) = served.sagas.find(&entry.asking.held.tool) else {
        let now = now!(ctx);
        match of_another_version(&entry.asking.held, &entry.steps, now) {
            Verdict::Ended(end, _) => finish(ctx, attempt, entry, *end, now).await?,
            Verdict::Pending(Rest { long, because, told }, _) => {
                let key = entry.holds.clone();
                rest(ctx, attempt, entry, Rests { rests: long, because, told, key }, now).await?;
            }
        }
        return Ok((None, vec![]));
    };
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
    let Played { end, steps, about, effects, cancelled_at, .. } = played;
    entry.cancelled_at = entry.cancelled_at.or(cancelled_at);
    entry.steps = steps;
    entry.about = about.or(std::mem::take(&mut entry.about));
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
            let late = held_for_too_long();
            if entry.asking.held.effects {
                let told = Answer::failure(&answer::pending_behind(late.error_code, &late)).json().clone();
                let rests = pauses::rest(entry.asking.held.id, entry.asking.held.tries, 0, None);
                let rests = Rests { rests, because: late.to_string(), told, key: entry.holds.clone() };
                rest(ctx, attempt, entry, rests, now).await?;
            } else {
                let end = end_of(&answer::outage(&late), Ending::Failed, false);
                finish(ctx, attempt, entry, end, now).await?;
            }
        }
    }
    Ok((None, stages))
}
