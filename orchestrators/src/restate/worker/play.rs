//! One play of a saga: as far as it goes in one handler of the engine.
//!
//! The saga does not see the engine's context, which only one future may use. It runs beside a loop that polls it until all it
//! can do is wait, and then does what it asked for, in order. What a saga asks for next follows from what it was answered, so a
//! replay asks for the same.

use super::cancellations::CancellationsClient;
use super::durable::{Asked, AskedStep, Durable, Leaves, Recorded};
use super::holds::{Fact, HeldFor};
use super::hotels::Served;
use super::stages::StagesClient;
use super::{later, now};
use crate::engine::{Verdict, play};
use crate::restate::wire::Asking;
use crate::saga::erased::ErasedSaga;
use crate::saga::live::{Live, Progress};
use crate::saga::record::{About, End, StepRow};
use crate::saga::{Question, Run, SagaError};
use crate::telemetry::{self, Resumed};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::{Outage, System};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tracing::{Instrument, Span};

/// Within this time a step whose outcome is not known has written, or never will.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// A play to be made: the call, and what its earlier plays have done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Turn {
    pub(super) asking: Asking,
    pub(super) steps: Vec<StepRow>,
    /// When what it knows was read.
    pub(super) since: Timestamp,
}

/// How far a play came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Played {
    pub(super) end: Ended,
    pub(super) steps: Vec<StepRow>,
    pub(super) about: About,
    /// An effect that binds may have begun.
    pub(super) effects: bool,
    pub(super) began: Timestamp,
    /// When its last step had ended.
    pub(super) last: Timestamp,
    /// The stages that it told.
    pub(super) stages: Vec<Progress>,
    /// When its client had cancelled it, as it looked before an effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cancelled_at: Option<Timestamp>,
}

/// How a play ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Ended {
    At(Box<End>, Option<Question>),
    /// It rests this long.
    Pending {
        rests: Duration,
        because: String,
        told: Value,
    },
    /// It goes on where this key is held.
    Elsewhere(String),
    /// It waits for the unfinished call that holds the key.
    Behind(HeldFor),
    /// The program failed.
    Panicked,
    /// Another call ended it and took its key over; its answer.
    TakenOver(Value),
}

/// What the handler that plays holds.
#[derive(Default)]
pub(super) struct Holding {
    pub(super) key: Option<String>,
    pub(super) holder: Option<HeldFor>,
    pub(super) facts: Vec<Fact>,
}

/// Plays a call's saga as far as it goes. Returns also the answer of a call that it took over.
pub(super) async fn play_turn(
    ctx: &ObjectContext<'_>,
    served: &Served,
    saga: &dyn ErasedSaga,
    turn: Turn,
    holding: Holding,
) -> Result<(Played, Option<Value>), HandlerError> {
    let began = now!(ctx);
    let (asks, mut asked) = mpsc::unbounded_channel();
    let Holding { key, holder, facts } = holding;
    let waits = turn.asking.client.clone();
    let durable = Arc::new(Durable::new(asks, key, holder, facts, began, waits.is_some()));
    let had_effects = turn.asking.held.effects;
    let ledger: Arc<Durable> = Arc::clone(&durable);
    let (tells, stages) = mpsc::unbounded_channel();
    // Nobody listens any more if the play has ended.
    let live = Live::default().telling(move |stage| drop(tells.send(stage)));
    let client = turn.asking.tells.then(|| turn.asking.key());
    let place = durable.key().unwrap_or_default();
    let within = telemetry::resumed(&Resumed { place, ..turn.asking.held.resumed() });
    let (held, faults) = (turn.asking.held.clone(), turn.asking.faults.clone());
    let run = Run::new(Arc::clone(&served.around), ledger, held, turn.steps, live, within.clone());
    let mut told = Told { client, stages, told: vec![], last: began, cancelled_at: None };
    let driven = drive(ctx, &run, saga, &mut asked, &mut told, (waits, faults)).instrument(within);
    let driven = AssertUnwindSafe(driven).catch_unwind().await;
    told.hear(ctx);
    let Told { told: stages, last, cancelled_at, .. } = told;
    let end = match driven {
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|why| (*why).to_owned());
            let why = text.or_else(|| panic.downcast_ref::<String>().cloned());
            tracing::error!(tool = saga.name(), call = run.call().id, why, "a saga panicked");
            Ended::Panicked
        }
        Ok(verdict) => match verdict? {
            Ok(Verdict::Ended(end, mut answer)) => {
                Ended::At(end, answer.take_question().map(|question| *question))
            }
            Ok(Verdict::Pending(rest, _)) => {
                Ended::Pending { rests: rest.long, because: rest.because, told: rest.told }
            }
            Err(error) => match durable.leaves() {
                Some(Leaves::For(key)) => Ended::Elsewhere(key),
                Some(Leaves::Behind(holder)) => Ended::Behind(holder),
                None => return Err(later(format!("a play stopped: {error:?}"))),
            },
        },
    };
    let steps = durable.with_begun(run.rows());
    let effects = had_effects || durable.has_announced();
    // A step whose outcome is not known may still write, within the deadline.
    let open = matches!(end, Ended::Pending { .. } | Ended::Panicked);
    let last = if open { last.max(began + LONGEST) } else { last };
    let played = Played { end, steps, about: run.about(), effects, began, last, stages, cancelled_at };
    Ok((played, durable.taken_over()))
}

/// What is known of a play while it goes on.
struct Told {
    /// The object of the call's client, if it wants to know how far the call is.
    client: Option<String>,
    stages: mpsc::UnboundedReceiver<Progress>,
    told: Vec<Progress>,
    /// When its last step had ended.
    last: Timestamp,
    /// When its client had cancelled it.
    cancelled_at: Option<Timestamp>,
}

impl Told {
    /// Hears which stages have begun, and tells the client that waits.
    fn hear(&mut self, ctx: &ObjectContext<'_>) {
        while let Ok(stage) = self.stages.try_recv() {
            if let Some(client) = &self.client {
                let stages: StagesClient<'_> = ctx.object_client(client.clone());
                stages.begin(Json(stage.clone())).send();
            }
            self.told.push(stage);
        }
    }
}

/// Polls the saga until it waits, and does what it asked for.
async fn drive(
    ctx: &ObjectContext<'_>,
    run: &Run,
    saga: &dyn ErasedSaga,
    asked: &mut mpsc::UnboundedReceiver<Asked>,
    told: &mut Told,
    (waits, faults): (Option<String>, Option<String>),
) -> Result<Result<Verdict, SagaError>, HandlerError> {
    // Every attempt at this play has a name of its own, which is compared with what a step has in the journal.
    let attempt = uuid::Uuid::new_v4().to_string();
    let mut playing = pin!(play(run, saga));
    let mut next: Option<Asked> = None;
    loop {
        let first = match next.take() {
            Some(first) => first,
            None => tokio::select! {
                biased;
                verdict = &mut playing => return Ok(verdict),
                Some(first) = asked.recv() => first,
            },
        };
        told.hear(ctx);
        let first = match first {
            Asked::Step(first) => first,
            Asked::Cancelled(answer) => {
                // Nobody waits for the answer to a question of a step that its saga does not want any more.
                told.cancelled_at = cancelled_at(ctx, waits.as_ref()).await;
                let _ = answer.send(told.cancelled_at.is_some());
                continue;
            }
        };
        // Reads that were asked for at the same time run side by side, in one entry.
        let mut together = vec![first];
        while together[0].work.reads
            && let Ok(another) = asked.try_recv()
        {
            match another {
                Asked::Step(another) if another.work.reads => together.push(another),
                another => {
                    next = Some(another);
                    break;
                }
            }
        }
        together.sort_by(|one, other| one.work.name.cmp(&other.work.name)); // whichever was polled first
        let (works, answers): (Vec<_>, Vec<_>) =
            together.into_iter().map(|AskedStep { work, answer }| (work, answer)).unzip();
        let name = works.iter().map(|work| work.name.as_str()).collect::<Vec<_>>().join(" & ");
        let mut before = None;
        if works[0].binds {
            let by = attempt.clone();
            let begins = ctx.run(move || async move { Ok(Json((skills::clock::now(), by))) });
            let Json((begun, by)): Json<(Timestamp, String)> = begins.name(format!("{name} begins")).await?;
            before = (by != attempt).then_some(begun);
        }
        let ran_here = Arc::new(AtomicBool::new(false));
        let runs = Arc::clone(&ran_here);
        let names: Vec<_> = works.iter().map(|work| work.name.clone()).collect();
        let faults = faults.clone();
        let done = ctx
            .run(move || async move {
                runs.store(true, Ordering::Relaxed);
                let began_at = skills::clock::now();
                let began = Instant::now();
                let tasks: Vec<_> = works
                    .into_iter()
                    .map(|work| {
                        let faults = faults.clone();
                        tokio::spawn(async move {
                            skills::faults::handed_on(faults.as_deref(), (work.run)(before)).await
                        })
                    })
                    .collect();
                let mut all = vec![];
                for task in tasks {
                    let result = task.await;
                    let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
                    all.push(Recorded::of(result, began_at, duration_ms));
                }
                Ok(Json(all))
            })
            .name(name)
            .await;
        let done: Vec<Recorded> = match done {
            Ok(Json(done)) => done,
            // Somebody cancelled the invocation: whether the step happened is not known.
            Err(stopped) => {
                let unknown = || SagaError::Unknown(Outage::unknown(System::Crm, stopped.message()));
                let lost = || crate::saga::ledger::WorkResult { outcome: Err(unknown()), spent_keys: 0 };
                answers.iter().map(|_| Recorded::of(Ok(lost()), told.last, 0)).collect()
            }
        };
        if let Some(why) = done.iter().find_map(Recorded::panicked) {
            std::panic::panic_any(why.to_owned());
        }
        if !ran_here.load(Ordering::Relaxed) {
            let within = Span::current();
            for (name, done) in names.iter().zip(&done) {
                telemetry::taken_by(&within, run.call().trace.as_ref(), &done.as_step(name));
            }
        }
        for (answer, done) in answers.into_iter().zip(done) {
            told.last = told.last.max(done.ended_at());
            // Nobody waits for a read that its saga does not want any more.
            let _ = answer.send(done.performed());
        }
    }
}

/// When the client that waits has cancelled. If that cannot be asked, the call goes on.
async fn cancelled_at(ctx: &ObjectContext<'_>, waits: Option<&String>) -> Option<Timestamp> {
    let client: CancellationsClient<'_> = ctx.object_client(waits?.clone());
    match client.noted(Json(())).call().await {
        Ok(Json(at)) => at,
        Err(stopped) => {
            tracing::warn!(why = stopped.message(), "whether a client has cancelled its call is not known");
            None
        }
    }
}
