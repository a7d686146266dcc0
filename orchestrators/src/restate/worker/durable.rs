//! The ledger of a run on the engine: it hands each step's work to the handler that alone may speak to the engine, and knows
//! what the handler holds.

use super::holds::{Fact, HeldFor, first_refused};
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::saga::ledger::{Acquired, History, Ledger, Performed, Wish, Work, WorkResult};
use crate::saga::record::{Announcement, Held, StepOutcome, StepRow};
use crate::telemetry::Step;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::Outage;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinError;

/// What a saga asks for.
pub(super) enum Asked {
    /// A step.
    Step(AskedStep),
    /// Whether its client has cancelled it.
    Cancelled(oneshot::Sender<bool>),
}

/// A step that a saga asks for.
pub(super) struct AskedStep {
    pub(super) work: Work,
    pub(super) answer: oneshot::Sender<Performed>,
}

/// What a step's work came to, as an entry of the engine's journal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Recorded {
    outcome: RecordedOutcome,
    spent_keys: u32,
    began_at: Timestamp,
    pub(super) duration_ms: i64,
}

#[derive(Debug, Serialize, Deserialize)]
enum RecordedOutcome {
    Definite(StepOutcome),
    Outage(Outage),
    Unknown(Outage),
    /// The program failed in it.
    Panicked(String),
}

impl Recorded {
    pub(super) fn of(result: Result<WorkResult, JoinError>, began_at: Timestamp, duration_ms: i64) -> Self {
        let done = match result {
            Ok(done) => done,
            Err(panic) => {
                let outcome = RecordedOutcome::Panicked(panic.to_string());
                return Self { outcome, spent_keys: 0, began_at, duration_ms };
            }
        };
        let outcome = match done.outcome {
            Ok(outcome) => RecordedOutcome::Definite(outcome),
            Err(SagaError::Outage(outage)) => RecordedOutcome::Outage(outage),
            Err(SagaError::Unknown(outage)) => RecordedOutcome::Unknown(outage),
            // An attempt ends in no other way.
            Err(other) => {
                let why = format!("an attempt ended as {other:?}");
                RecordedOutcome::Unknown(Outage::unknown(skills::System::Crm, why))
            }
        };
        Self { outcome, spent_keys: done.spent_keys, began_at, duration_ms }
    }

    /// When it ended.
    pub(super) fn ended_at(&self) -> Timestamp {
        let lasted = jiff::SignedDuration::from_millis(self.duration_ms + 1);
        self.began_at.checked_add(lasted).unwrap_or(self.began_at)
    }

    /// The step that it is the outcome of, for traces.
    pub(super) fn as_step<'a>(&self, name: &'a str) -> Step<'a> {
        let outcome = match &self.outcome {
            RecordedOutcome::Definite(outcome) => outcome.word(),
            RecordedOutcome::Outage(_) | RecordedOutcome::Unknown(_) => "unknown",
            RecordedOutcome::Panicked(_) => "panicked",
        };
        Step { name, outcome, began_at: self.began_at, duration_ms: self.duration_ms }
    }

    /// Why the program failed in it, if it did.
    pub(super) fn panicked(&self) -> Option<&str> {
        match &self.outcome {
            RecordedOutcome::Panicked(why) => Some(why),
            _ => None,
        }
    }

    pub(super) fn performed(self) -> Performed {
        let outcome = match self.outcome {
            RecordedOutcome::Panicked(why) => Err(SagaError::bug(&why)),
            RecordedOutcome::Definite(outcome) => Ok(outcome),
            RecordedOutcome::Outage(outage) => Err(SagaError::Outage(outage)),
            RecordedOutcome::Unknown(outage) => Err(SagaError::Unknown(outage)),
        };
        let result = WorkResult { outcome, spent_keys: self.spent_keys };
        Performed { result, began_at: self.began_at, duration_ms: self.duration_ms }
    }
}

/// Why a play stops before its saga has ended.
#[derive(Debug, Clone)]
pub(super) enum Leaves {
    /// It goes on where this key is held.
    For(String),
    /// An unfinished call holds the key.
    Behind(HeldFor),
}

/// The durable side of one play.
pub(super) struct Durable {
    asks: mpsc::UnboundedSender<Asked>,
    /// The key whose object's handler plays; none where it is not known yet.
    here: Option<String>,
    /// When the play began: the only time that a saga may steer by.
    began: Timestamp,
    facts: Vec<Fact>,
    /// A client waits that may cancel.
    may_be_cancelled: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The unfinished call that the key is held for.
    holder: Option<HeldFor>,
    leaves: Option<Leaves>,
    /// The answer of the call that was taken over.
    taken_over: Option<Value>,
    /// Effects that were announced, as their steps began.
    begun: Vec<StepRow>,
    /// An effect that binds was announced.
    announced: bool,
    /// It was looked before an effect whether the client has cancelled.
    has_looked: bool,
}

impl Durable {
    pub(super) fn new(
        asks: mpsc::UnboundedSender<Asked>,
        here: Option<String>,
        holder: Option<HeldFor>,
        facts: Vec<Fact>,
        began: Timestamp,
        may_be_cancelled: bool,
    ) -> Self {
        let state = Mutex::new(State { holder, ..State::default() });
        Self { asks, here, began, facts, may_be_cancelled, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key whose object's handler plays.
    pub(super) fn key(&self) -> Option<&str> {
        self.here.as_deref()
    }

    /// Adds the steps that were announced and have no outcome.
    pub(super) fn with_begun(&self, mut steps: Vec<StepRow>) -> Vec<StepRow> {
        for begun in self.state().begun.drain(..) {
            if !steps.iter().any(|step| step.name == begun.name) {
                steps.push(begun);
            }
        }
        steps.sort_by(|one, other| (one.place, &one.name).cmp(&(other.place, &other.name)));
        steps
    }

    pub(super) fn has_announced(&self) -> bool {
        self.state().announced
    }

    pub(super) fn taken_over(&self) -> Option<Value> {
        self.state().taken_over.take()
    }

    pub(super) fn leaves(&self) -> Option<Leaves> {
        self.state().leaves.take()
    }

    /// Stops the play: the handler sees why.
    fn leave(&self, leaves: Leaves) -> SagaError {
        self.state().leaves = Some(leaves);
        SagaError::LostLease
    }

    fn take(&self, wish: &Wish<'_>) -> Result<Acquired, SagaError> {
        if self.here.as_deref() != Some(wish.key) {
            return Err(self.leave(Leaves::For(wish.key.to_owned())));
        }
        let Some(holder) = self.state().holder.clone() else { return Ok(Acquired::Fresh) };
        let Some(ends) = wish.ends.filter(|ends| ends.tools.contains(&holder.tool.as_str())) else {
            return Err(self.leave(Leaves::Behind(holder)));
        };
        let mut state = self.state();
        state.holder = None;
        state.announced = true;
        state.taken_over = Some(crate::tool::answer::Answer::failure(&ends.ended_as).json().clone());
        state.begun.push(ends.step.clone());
        Ok(Acquired::TookOver)
    }
}

impl Ledger for Durable {
    fn announce<'a>(&'a self, _: &'a Held, new: Announcement) -> Boxed<'a, Result<(), SagaError>> {
        let mut state = self.state();
        state.announced |= new.binds;
        state.begun.push(StepRow { started_at: self.began, ..new.step });
        Box::pin(ready(Ok(())))
    }

    fn perform(&self, work: Work) -> Boxed<'_, Performed> {
        Box::pin(async move {
            let (answer, told) = oneshot::channel();
            let gone = || Performed {
                result: WorkResult { outcome: Err(SagaError::LostLease), spent_keys: 0 },
                began_at: self.began,
                duration_ms: 0,
            };
            if self.asks.send(Asked::Step(AskedStep { work, answer })).is_err() {
                return gone();
            }
            told.await.unwrap_or_else(|_| gone())
        })
    }

    fn acquire<'a>(&'a self, _: &'a Held, wish: Wish<'a>) -> Boxed<'a, Result<Acquired, SagaError>> {
        Box::pin(ready(self.take(&wish)))
    }

    fn acquire_now<'a>(&'a self, _: &'a Held) -> Boxed<'a, Result<(), SagaError>> {
        // It has it: an object's handler runs alone.
        Box::pin(ready(Ok(())))
    }

    fn release<'a>(&'a self, _: &'a Held, _: String) -> Boxed<'a, Result<(), SagaError>> {
        Box::pin(ready(Ok(())))
    }

    /// Each look is a request to the engine. It looks before the first effect, and before one that binds.
    fn is_cancelled(&self, binds: bool) -> Boxed<'_, bool> {
        let has_looked = std::mem::replace(&mut self.state().has_looked, true);
        let looks = self.may_be_cancelled && (binds || !has_looked);
        Box::pin(async move {
            let (answer, told) = oneshot::channel();
            looks && self.asks.send(Asked::Cancelled(answer)).is_ok() && told.await.unwrap_or(false)
        })
    }

    fn history(&self) -> &dyn History {
        self
    }

    fn now(&self) -> Timestamp {
        self.began
    }
}

impl History for Durable {
    fn first_refused(
        &self,
        subject: &str,
        error_code: &str,
        settling: &[&str],
    ) -> Result<Option<Timestamp>, SagaError> {
        Ok(first_refused(&self.facts, subject, error_code, settling))
    }

    fn were_seen_to(&self, subject: &str, tool: &str, after: Timestamp) -> Result<bool, SagaError> {
        let needed: Vec<_> = self
            .facts
            .iter()
            .filter(|fact| fact.subject == subject && fact.tool == tool && fact.needed_attention())
            .collect();
        let last = needed.iter().filter_map(|fact| fact.resolved_at).max();
        Ok(last.is_some_and(|last| last >= after) && needed.iter().all(|fact| fact.resolved_at.is_some()))
    }
}
