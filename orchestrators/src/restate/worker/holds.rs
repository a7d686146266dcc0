//! `Holds`, one object per booking, room, case or guest: its handler runs alone, which is the lock.

use super::hotels::Hotels;
use super::later;
use super::play::{Ended, Holding, Played, Turn, play_turn};
use crate::restate::wire::list;
use crate::saga::outcome::Outcome;
use crate::sagas::{SETTLING, WAITS};
use jiff::{SignedDuration, Timestamp};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How far the clocks of two workers may be apart.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(2);
/// The most facts that are kept of a subject.
const MOST_FACTS: usize = 200;

/// The unfinished call that a key is held for between its plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeldFor {
    pub(super) call: String,
    pub(super) tool: String,
}

/// A call about a subject, as later calls about it may need to know it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fact {
    pub(super) id: i64,
    pub(super) subject: String,
    pub(super) tool: String,
    pub(super) outcome: Outcome,
    pub(super) error_code: Option<String>,
    pub(super) started_at: Timestamp,
    pub(super) resolved_at: Option<Timestamp>,
}

impl Fact {
    pub(super) fn is_done(&self) -> bool {
        self.outcome == Outcome::Done
    }

    pub(super) fn needed_attention(&self) -> bool {
        self.outcome == Outcome::NeedsAttention
    }
}

/// The calls whose key was taken over, with their answers, until they have been told.
async fn ended(ctx: &ObjectContext<'_>) -> Result<BTreeMap<String, Value>, HandlerError> {
    Ok(ctx.get::<Json<BTreeMap<String, Value>>>("ended").await?.map(Json::into_inner).unwrap_or_default())
}

/// When a call about a subject was first refused with a code, since one of the `settling` tools last succeeded.
pub(super) fn first_refused(
    facts: &[Fact],
    subject: &str,
    error_code: &str,
    settling: &[&str],
) -> Option<Timestamp> {
    let facts: Vec<_> = facts.iter().filter(|fact| fact.subject == subject).collect();
    let settled = facts.iter().rposition(|fact| fact.is_done() && settling.contains(&fact.tool.as_str()));
    let since = &facts[settled.map_or(0, |at| at + 1)..];
    since
        .iter()
        .filter(|fact| fact.error_code.as_deref() == Some(error_code))
        .map(|fact| fact.started_at)
        .min()
}

/// A call's turn at the key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Hold {
    pub(super) call: String,
    pub(super) key: String,
    pub(super) turn: Turn,
}

pub(super) struct Holds(pub(super) Hotels);

/// The object of a key of a hotel.
pub(super) fn object_of(hotel: &str, key: &str) -> String {
    format!("{hotel} {key}")
}

#[object(ingress_private)]
impl Holds {
    /// Plays a call's saga while no other call writes to what this object stands for. Returns also the answer of a call that
    /// was taken over, with its object.
    #[handler]
    async fn play(&self, ctx: ObjectContext<'_>, hold: Json<Hold>) -> HandlerResult<Json<Played>> {
        let Hold { call, key, mut turn } = hold.into_inner();
        let served = self.0.find_on(&turn.asking.hotel, &turn.asking.systems).map_err(later)?;
        let tool = turn.asking.held.tool.clone();
        let Some(saga) = served.sagas.find(&tool) else {
            return Err(later(format!("{tool} is no saga of this version")));
        };
        let touched = ctx.get::<Json<Timestamp>>("touched").await?.map(Json::into_inner);
        let held_for = ctx.get::<Json<HeldFor>>("held_for").await?.map(Json::into_inner);
        let facts = ctx.get::<Json<Vec<Fact>>>("facts").await?.map(Json::into_inner).unwrap_or_default();
        let mut ended = ended(&ctx).await?;
        // Its booking was taken over, and it has not been told yet: it does nothing more.
        if let Some(answer) = ended.get(&call) {
            let Turn { asking, steps, since } = turn;
            let (effects, about) = (asking.held.effects, asking.about);
            let end = Ended::TakenOver(answer.clone());
            let (began, last, stages, cancelled_at) = (since, since, vec![], None);
            return Ok(Json(Played { end, steps, about, effects, began, last, stages, cancelled_at }));
        }
        // What was read before somebody else wrote is read again.
        let is_stale = touched.is_some_and(|at| at + CLOCKS_DIFFER >= turn.since);
        if is_stale && !turn.asking.held.effects {
            turn.steps.clear();
        }
        let holder = held_for.filter(|holder| holder.call != call);
        let holding = Holding { key: Some(key), holder: holder.clone(), facts };
        let (played, taken_over) = play_turn(&ctx, &served, &**saga, turn, holding).await?;
        let mut is_free = holder.is_none();
        if let (Some(answer), Some(holder)) = (taken_over, &holder) {
            let other: super::calls::CallsClient<'_> = ctx.object_client(holder.call.clone());
            other.end(Json(answer.clone())).send();
            ended.insert(holder.call.clone(), answer);
            ctx.set("ended", Json(ended));
            is_free = true;
        }
        if played.effects {
            ctx.set("touched", Json(played.last));
        }
        match &played.end {
            Ended::Pending { .. } => ctx.set("held_for", Json(HeldFor { call, tool })),
            Ended::Panicked if played.effects => ctx.set("held_for", Json(HeldFor { call, tool })),
            Ended::At(..) | Ended::Panicked if is_free => ctx.clear("held_for"),
            Ended::At(..) | Ended::Panicked | Ended::Behind(_) | Ended::Elsewhere(_) => {}
            Ended::TakenOver(_) => return Err(later("a play ended as taken over")),
        }
        Ok(Json(played))
    }

    /// Keeps what became of a call about this subject.
    #[handler]
    async fn note(&self, ctx: ObjectContext<'_>, fact: Json<Fact>) -> HandlerResult<()> {
        let fact = fact.into_inner();
        let mut facts = ctx.get::<Json<Vec<Fact>>>("facts").await?.map(Json::into_inner).unwrap_or_default();
        facts.retain(|known| known.id != fact.id);
        // Reads show since when a guest waits for a refund.
        let concerns_wait = fact.error_code.as_deref() == Some(WAITS.as_str())
            || fact.is_done() && SETTLING.contains(&fact.tool.as_str());
        let subject = fact.subject.clone();
        facts.push(fact);
        let waits = concerns_wait.then(|| {
            let since = first_refused(&facts, &subject, WAITS.as_str(), &SETTLING);
            (subject, since)
        });
        let surplus = facts.len().saturating_sub(MOST_FACTS);
        facts.drain(..surplus);
        if let Some((subject, since)) = waits {
            let hotel = ctx.key().split(' ').next().unwrap_or_default();
            let waits: super::trail::TrailClient<'_> = ctx.object_client(list(hotel, "waits", ""));
            waits.wait(Json((subject, since))).send();
        }
        ctx.set("facts", Json(facts));
        Ok(())
    }

    /// A call that was ended holds nothing any more, and knows that it was ended.
    #[handler]
    async fn release(&self, ctx: ObjectContext<'_>, call: String) -> HandlerResult<()> {
        let mut ended = ended(&ctx).await?;
        if ended.remove(&call).is_some() {
            match ended.is_empty() {
                true => ctx.clear("ended"),
                false => ctx.set("ended", Json(ended)),
            }
        }
        let held_for = ctx.get::<Json<HeldFor>>("held_for").await?.map(Json::into_inner);
        if held_for.is_some_and(|holder| holder.call == call) {
            ctx.clear("held_for");
        }
        Ok(())
    }
}
