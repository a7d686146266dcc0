//! A step: announced, run until its outcome is definite, recorded; and its way back.

use super::Run;
use super::attempt::Attempt;
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::saga::ledger::{Work, WorkResult};
use crate::saga::pauses::{AFTER_AN_EFFECT, BEFORE_AN_EFFECT, IN_RECOVERY, Pauses};
use crate::saga::record::{Announcement, StepOutcome, StepRow};
use crate::saga::way_back::journaled;
use crate::telemetry::{self, StepSpan};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::words::Key;
use skills::{Effect, Refusal, Skill};
use std::borrow::Cow;
use std::future::IntoFuture;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a step is retried once an effect stands, before its caller gets a pending answer.
const PATIENCE_AFTER_AN_EFFECT: Duration = Duration::from_secs(2);

/// A step that was performed.
pub(super) struct Done<T> {
    /// Its definite outcome; and its output, unless only an engine's record has it.
    pub(super) result: Result<(Option<T>, StepOutcome), SagaError>,
    began_at: Timestamp,
    duration_ms: i64,
    spent_keys: u32,
}

impl Run {
    async fn run_step<S: Skill>(
        &self,
        skill: S,
        name: Cow<'static, str>,
        undo: Option<Value>,
        known_by: KnownBy,
    ) -> Result<S::Output, SagaError> {
        let input = digest(&skill);
        let name = self.in_round(&name);
        let (mut begun_at, mut spent_keys, mut undo) = (None, 0, undo);
        let known = self.ask(&name, &input); // the guard must not outlive this line
        if let Some(known) = known {
            // The previous program version wrote the input differently. Its effects are found by their keys all the
            // same, and its reads can be repeated.
            let of_before = known.input.is_of_the_version_before();
            if known.input != input && !of_before && known_by == KnownBy::Input {
                return Err(self.does_not_replay(&name));
            }
            if let Some(step) = known.as_traced() {
                telemetry::taken(self.call.trace.as_ref(), &step);
            }
            undo = known.undo.or(undo); // the journaled way back is the one that is run
            match known.outcome {
                StepOutcome::Begun => (begun_at, spent_keys) = (Some(known.started_at), known.spent_keys),
                StepOutcome::Done(value) => match serde_json::from_value(value) {
                    Ok(output) => {
                        self.push_undo(&name, undo);
                        self.note_effect::<S>(&name, &output);
                        return Ok(output);
                    }
                    Err(_) if of_before && !S::EFFECT.writes() => {}
                    Err(_) => return Err(self.does_not_replay(&name)),
                },
                definite => return self.told::<S>(None, &definite, &name),
            }
        } else if S::EFFECT.writes() {
            self.replays_every_step()?;
        }
        let mut row = StepRow {
            name: name.clone(),
            place: self.next_place(),
            input,
            undo: undo.clone(),
            outcome: StepOutcome::Begun,
            spent_keys,
            started_at: begun_at.unwrap_or_else(|| self.ledger.now()),
            duration_ms: None,
        };
        if S::EFFECT == Effect::MovesMoney {
            self.may_move_money()?;
        }
        if S::EFFECT.writes() && self.is_called_off(S::EFFECT.binds()).await {
            return Err(skills::refusals::cancelled().into());
        }
        if S::EFFECT.writes() {
            let learned = self.take_learned();
            let (binds, about) = (S::EFFECT.binds(), self.about());
            self.ledger
                .announce(&self.call, Announcement { learned, step: row.clone(), binds, about })
                .await?;
        }
        self.push_undo(&name, undo);
        let done = self.perform(skill, &name, &name, begun_at, spent_keys).await;
        row.started_at = begun_at.unwrap_or(done.began_at);
        (row.duration_ms, row.spent_keys) = (Some(done.duration_ms), done.spent_keys);
        let result = match done.result {
            Ok((output, outcome)) => {
                row.outcome = outcome;
                self.told::<S>(output, &row.outcome, &name)
            }
            Err(error) => Err(error),
        };
        if let Ok(output) = &result {
            self.note_effect::<S>(&name, output);
        }
        let mut state = self.state();
        match &result {
            // The step did nothing.
            Err(SagaError::Refused(_) | SagaError::MovedOn(_)) => {
                state.undos.retain(|(step, _)| *step != name);
            }
            Err(SagaError::Unknown(_)) => state.unknown = true,
            _ => {}
        }
        if row.outcome != StepOutcome::Begun {
            state.known.insert(row.name.clone(), row.clone());
            state.learned.push(row);
        } else if row.spent_keys > spent_keys {
            state.learned.push(row); // the next run need not try the spent keys again
        }
        result
    }

    fn push_undo(&self, step: &str, undo: Option<Value>) {
        let mut state = self.state();
        state.undos.extend(undo.map(|undo| (step.to_owned(), undo)));
    }

    /// How often and how long a step is retried.
    fn patience(&self) -> Pauses {
        let (at_most, patience) = if !self.may_have_effects() {
            (BEFORE_AN_EFFECT, Duration::MAX)
        } else if self.call.by_recovery {
            (IN_RECOVERY, Duration::ZERO)
        } else {
            // A guest who has paid does not wait: recovery finishes the rest.
            (AFTER_AN_EFFECT, PATIENCE_AFTER_AN_EFFECT)
        };
        let deadline = Instant::now().checked_add(patience).map_or(self.deadline, |at| at.min(self.deadline));
        Pauses::until(deadline, at_most)
    }

    /// Has the ledger run a skill's work, under the key of the step `key_of`.
    pub(super) async fn perform<S: Skill>(
        &self,
        skill: S,
        name: &str,
        key_of: &str,
        begun_at: Option<Timestamp>,
        spent_keys: u32,
    ) -> Done<S::Output> {
        let attempt = Attempt {
            hotel: Arc::clone(&self.around.hotel),
            skill,
            name: key_of.to_owned(),
            key: self.key_for(key_of),
            today: self.today(),
            pauses: self.patience(),
            step_timeout: self.around.step_timeout,
            spent_keys,
            span: StepSpan::new(&self.within, self.call.trace.as_ref(), self.call.epoch, name),
            tries: 0,
        };
        let here = Arc::new(Mutex::new(None));
        let there = Arc::clone(&here);
        let run = move |before: Option<Timestamp>| -> Boxed<'static, WorkResult> {
            Box::pin(async move {
                let (output, result) = attempt.until_definite(begun_at.or(before)).await;
                *there.lock().unwrap_or_else(PoisonError::into_inner) = output;
                result
            })
        };
        let (reads, binds) = (!S::EFFECT.writes(), S::EFFECT.binds());
        let work = Work { name: name.to_owned(), reads, binds, run: Box::new(run) };
        let performed = self.ledger.perform(work).await;
        let output = here.lock().unwrap_or_else(PoisonError::into_inner).take();
        Done {
            result: performed.result.outcome.map(|outcome| (output, outcome)),
            began_at: performed.began_at,
            duration_ms: performed.duration_ms,
            spent_keys: performed.result.spent_keys,
        }
    }

    /// A step's answer: its output if this process has it, else parsed from its definite outcome.
    pub(super) fn told<S: Skill>(
        &self,
        output: Option<S::Output>,
        outcome: &StepOutcome,
        step: &str,
    ) -> Result<S::Output, SagaError> {
        let refusal = |value: &Value| Refusal::deserialize(value).map_err(|_| self.does_not_replay(step));
        match (output, outcome) {
            (Some(output), _) => Ok(output),
            (None, StepOutcome::Done(value)) => {
                S::Output::deserialize(value).map_err(|_| self.does_not_replay(step))
            }
            (None, StepOutcome::Refused(value)) => Err(SagaError::Refused(refusal(value)?)),
            (None, StepOutcome::MovedOn(value)) => Err(SagaError::MovedOn(refusal(value)?)),
            (None, StepOutcome::Begun) => Err(SagaError::bug("a step was performed and has no outcome")),
        }
    }
}

/// How a step is known to be the one of the journal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownBy {
    /// Its input is the same.
    Input,
    /// Its name alone says what it does; its input has words, which another version may choose otherwise.
    Name,
}

/// A step about to run. It runs when awaited.
#[must_use = "a step runs when it is awaited"]
pub struct Step<'a, S> {
    pub(super) run: &'a Run,
    pub(super) skill: S,
    pub(super) name: Cow<'static, str>,
    pub(super) undo: Option<Value>,
    pub(super) known_by: KnownBy,
}

impl<S: Skill> Step<'_, S> {
    /// The step is the one that the journal has under its name, whatever its input was.
    pub(crate) fn known_by_its_name(mut self) -> Self {
        self.known_by = KnownBy::Name;
        self
    }

    /// Gives the step its own name; a name stands for one step of a saga.
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Registers the way back. It is journaled before the step begins, runs on a later definite no, and must be
    /// harmless if the step never took effect. It must be in the engine's list (`sagas::ways_back`).
    pub fn undo<U: Skill>(mut self, undo: &U) -> Self {
        debug_assert!(
            self.run.around.ways_back.iter().any(|way_back| way_back.name() == U::NAME),
            "{} is not among the ways back",
            U::NAME
        );
        self.undo = Some(journaled(undo));
        self
    }
}

impl<'a, S: Skill> IntoFuture for Step<'a, S> {
    type Output = Result<S::Output, SagaError>;
    type IntoFuture = Boxed<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run.run_step(self.skill, self.name, self.undo, self.known_by))
    }
}

/// A digest of a step's input: the journal stores the answers of steps, not their inputs.
fn digest(skill: &impl Serialize) -> Key {
    Key::written(&serde_json::to_string(skill).unwrap_or_default())
}
