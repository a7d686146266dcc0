//! Which writes an outage ended, and what is to be done about each.

use super::{PastWish, Standing, overtaken};
use crate::audit::ToolCall;
use crate::engine::{Calls, PastWrite};
use crate::operate::reconcile::{fix, journal};
use crate::saga::Saga;
use crate::saga::outcome::Outcome;
use crate::sagas::shared::refunds_on_their_way;
use crate::sagas::{ProcessGuestCheckout, THAT_ASK};
use crate::tool::{Again, CannotAgain, Front};
use skills::words::Date;
use std::collections::HashMap;

/// Every wish that an outage ended since a moment, once, in the order in which they were last made.
pub(super) async fn all(front: &Front, since: &str) -> anyhow::Result<Vec<PastWish>> {
    let past = journal(front.engine().trail().refused_by_outage(since).await)?;
    let mut judged = vec![];
    for calls in wishes(past) {
        judged.extend(one(front, calls).await?);
    }
    judged.sort_by(|a, b| a.call.started_at.cmp(&b.call.started_at));
    Ok(judged)
}

/// The calls by wish (the same caller, tool and arguments), each from the oldest to the newest. Without those that this
/// program made for itself: it makes them again by itself.
fn wishes(past: Vec<PastWrite>) -> impl Iterator<Item = Vec<PastWrite>> {
    let own = [fix::CALLER, refunds_on_their_way::BY];
    let mut wishes: HashMap<_, Vec<PastWrite>> = HashMap::new();
    for write in past.into_iter().filter(|write| !own.contains(&write.call.caller.as_str())) {
        let call = &write.call;
        let wish = (call.caller.clone(), call.tool.clone(), call.arguments.to_string());
        wishes.entry(wish).or_default().push(write);
    }
    wishes.into_values()
}

/// What is to be said of a wish; none if its caller has had a definite answer since, or if staff have cleared it.
async fn one(front: &Front, mut calls: Vec<PastWrite>) -> anyhow::Result<Option<PastWish>> {
    let times_asked = calls.len();
    let Some(newest) = calls.pop() else { return Ok(None) };
    let said = |call: PastWrite, standing, message: String, again| PastWish {
        call: ToolCall::of(call.call),
        times_asked,
        standing,
        message,
        again,
    };
    let later = |end: &str| {
        let token = newest.call.token.as_deref().unwrap_or_default();
        format!("The same call of {}, with the token {token}, {end}", newest.call.started_at)
    };
    let (standing, message) = match newest.call.outcome {
        Outcome::Failed if newest.is_cleared => return Ok(None),
        Outcome::Failed => {
            let judged = judge(front, &newest).await?;
            let (standing, message, again) = match judged {
                Ok((again, message)) => (Standing::ToSend, message, Some(again)),
                Err(why) => (Standing::AskAgain, why, None),
            };
            return Ok(Some(said(newest, standing, message, again)));
        }
        Outcome::Done => (Standing::AlreadyDone, later("has done it.")),
        Outcome::Running | Outcome::Waiting => (Standing::InHand, later("is not finished: see reconcile.")),
        Outcome::Refused | Outcome::NeedsAttention => return Ok(None),
    };
    let failed = calls.into_iter().rev().find(|call| call.call.outcome == Outcome::Failed);
    Ok(failed.map(|failed| said(failed, standing, message, None)))
}

/// A write that no later call has settled: ready to be sent, with what is to be known of it, or why it is not to be.
async fn judge(front: &Front, past: &PastWrite) -> anyhow::Result<Result<(Again, String), String>> {
    let engine = front.engine();
    if !past.is_token_free {
        return Ok(Err("Its token stands for another call of its caller by now.".to_owned()));
    }
    let again = match front.again(past) {
        Ok(again) => again,
        Err(CannotAgain::NotOffered) => {
            let tool = &past.call.tool;
            return Ok(Err(format!("This server does not offer {tool} (--read-only, --exclude-tools).")));
        }
        Err(CannotAgain::Refused(refusal)) => return Ok(Err(refusal.error_message)),
    };
    if !fits_here(&**engine, past, &again) {
        let systems = &past.systems;
        return Ok(Err(format!("It was made on other systems ({systems}), and is sent on none but those.")));
    }
    if again.needs_a_yes() && THAT_ASK.contains(&past.call.tool.as_str()) {
        return Ok(Err("A person must agree to it, and only the caller's own client can ask.".to_owned()));
    }
    let (made, today) = (day_of(front, past), engine.hotel().today());
    if made != Some(today) && costs_more_each_day(&again, &past.call.tool) {
        return Ok(Err(
            "It was a checkout of another day and names no amount: by now it would cost more.".to_owned()
        ));
    }
    if let Some(later) = overtaken::by(front, past).await? {
        return Ok(Err(format!(
            "{later} has changed the same since then, and this call would change it back."
        )));
    }
    let code = past.call.error_code.as_deref().unwrap_or_default();
    let another_day =
        if made == Some(today) { "" } else { " It was made on another day; what counts is today." };
    Ok(Ok((again, format!("It was answered {code}, and nothing was done.{another_day}"))))
}

/// Whether what the call names is the same thing here: the records are, and where money moves every system is. (A key of
/// the processor that was rolled is another system.)
fn fits_here(engine: &dyn Calls, past: &PastWrite, again: &Again) -> bool {
    let records = format!("{}, ", engine.hotel().crm.runs_on());
    past.systems == engine.systems() || !again.moves_money() && past.systems.starts_with(&records)
}

fn day_of(front: &Front, past: &PastWrite) -> Option<Date> {
    past.call.started_at.parse().ok().map(|made| front.engine().hotel().day_of(made))
}

/// A checkout charges the nights until the day on which it is made, unless its caller has said how much.
fn costs_more_each_day(again: &Again, tool: &str) -> bool {
    tool == ProcessGuestCheckout::NAME && again.arguments()["amount_cents"].is_null()
}
