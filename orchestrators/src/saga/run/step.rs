//! A step: announced, run until its outcome is definite, remembered; and its way back.

use super::replay::UNDO;
use super::{Boxed, Run, UndoWork};
use crate::engine::journal::{Announcement, Lock, StepOutcome, StepRow};
use crate::engine::pauses::{AFTER_AN_EFFECT, BEFORE_AN_EFFECT, IN_RECOVERY, Pauses};
use crate::saga::SagaError;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use skills::words::Key;
use skills::{Call, Effect, ErrorCode, Outage, Settled, Skill, SkillError, System, faults};
use std::borrow::Cow;
use std::future::IntoFuture;
use std::time::{Duration, Instant};

/// How long a step is tried once an effect stands, before its caller is told that the rest is being finished.
const PATIENCE_AFTER_AN_EFFECT: Duration = Duration::from_secs(2);
/// How long a payment's key is relied on. Stripe keeps one for at least a day (<https://docs.stripe.com/api/idempotent_requests>).
const KEYS_ARE_RELIED_ON: SignedDuration = SignedDuration::from_hours(20);

impl Run {
    async fn run_step<S: Skill>(
        &self,
        skill: S,
        name: Cow<'static, str>,
        undo: Option<Undo>,
    ) -> Result<S::Output, SagaError> {
        let input = digest(&skill);
        let name = self.in_round(&name);
        let undo = undo.map(|undo| Undo { step: name.clone(), ..undo });
        let (mut begun_at, mut spent_keys) = (None, 0);
        let known = self.ask(&name, &input); // the guard must not outlive this line
        if let Some(known) = known {
            // The version before this one wrote the same down otherwise. An effect of it has its key all the same, and what
            // it read can be read again.
            let of_before = known.input.is_of_the_version_before();
            if known.input != input && !of_before {
                return Err(self.does_not_replay(&name));
            }
            match known.outcome {
                StepOutcome::Done(value) => match serde_json::from_value(value) {
                    Ok(output) => {
                        self.push_undo(undo);
                        self.note_effect::<S>(&name, &output);
                        return Ok(output);
                    }
                    Err(_) if of_before && !S::EFFECT.writes() => {}
                    Err(_) => return Err(self.does_not_replay(&name)),
                },
                StepOutcome::Refused(value) => {
                    let refusal = serde_json::from_value(value).map_err(|_| self.does_not_replay(&name))?;
                    return Err(SagaError::Refused(refusal));
                }
                StepOutcome::MovedOn(value) => {
                    let refusal = serde_json::from_value(value).map_err(|_| self.does_not_replay(&name))?;
                    return Err(SagaError::MovedOn(refusal));
                }
                StepOutcome::Begun => (begun_at, spent_keys) = (Some(known.started_at), known.spent_keys),
            }
        } else if S::EFFECT.writes() {
            self.replays_every_step()?;
        }
        let mut row = StepRow {
            name: name.clone(),
            place: self.next_place(),
            input,
            undo: undo.as_ref().map(|undo| undo.value.clone()),
            outcome: StepOutcome::Begun,
            spent_keys,
            started_at: begun_at.unwrap_or_else(Timestamp::now),
            duration_ms: None,
        };
        let binds = S::EFFECT.binds();
        if S::EFFECT.writes() {
            let learned = std::mem::take(&mut self.state().learned);
            let lock = self.state().wanted.clone();
            let new = Announcement { learned, step: row.clone(), binds, about: self.about(), lock };
            self.announce(new).await?;
        }
        self.push_undo(undo);
        let began = Instant::now();
        let result = self.run_until_definite(&skill, &name, begun_at, &mut row.spent_keys).await;
        row.duration_ms = Some(i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX));
        match &result {
            Ok(output) => row.outcome = StepOutcome::Done(serde_json::to_value(output).unwrap_or_default()),
            Err(SagaError::Refused(refusal)) => {
                row.outcome = StepOutcome::Refused(serde_json::to_value(refusal).unwrap_or_default());
            }
            Err(SagaError::MovedOn(refusal)) => {
                row.outcome = StepOutcome::MovedOn(serde_json::to_value(refusal).unwrap_or_default());
            }
            Err(_) => {}
        }
        if let Ok(output) = &result {
            self.note_effect::<S>(&name, output);
        }
        let mut state = self.state();
        match &result {
            Err(SagaError::Refused(_) | SagaError::MovedOn(_)) => {
                state.undos.retain(|undo| undo.step != name);
            } // nothing was done
            Err(SagaError::Unknown(_)) => state.unknown = true,
            _ => {}
        }
        if row.outcome != StepOutcome::Begun {
            state.known.insert(row.name.clone(), row.clone());
            state.learned.push(row);
        } else if row.spent_keys > spent_keys {
            state.learned.push(row); // whoever goes on need not try them again
        }
        result
    }

    async fn announce(&self, new: Announcement) -> Result<(), SagaError> {
        let Lock::Fresh = self.engine.journal().announce(&self.call, new).await? else {
            return Err(SagaError::Again);
        };
        let mut state = self.state();
        state.announced = true;
        state.wanted = None;
        Ok(())
    }

    /// How often and how long a step is tried.
    fn patience(&self) -> Pauses {
        let (at_most, patience) = if !self.may_have_effects() {
            (BEFORE_AN_EFFECT, Duration::MAX)
        } else if self.call.by_recovery {
            (IN_RECOVERY, Duration::ZERO)
        } else {
            // Who has paid is not kept waiting: the rest is finished without them.
            (AFTER_AN_EFFECT, PATIENCE_AFTER_AN_EFFECT)
        };
        let deadline = Instant::now().checked_add(patience).map_or(self.deadline, |at| at.min(self.deadline));
        Pauses::until(deadline, at_most)
    }

    /// Runs a skill until its outcome is definite: an unknown outcome is settled by asking again under the same key, or by
    /// reading where the key is of no use any more.
    pub(super) async fn run_until_definite<S: Skill>(
        &self,
        skill: &S,
        name: &str,
        begun_at: Option<Timestamp>,
        spent_keys: &mut u32,
    ) -> Result<S::Output, SagaError> {
        // One that began before a crash may have taken effect then. What binds nothing is harmless to leave.
        let mut unknown = begun_at.is_some() && S::EFFECT.binds();
        let now = skills::clock::now();
        let late = S::EFFECT == Effect::MovesMoney
            && begun_at.is_some_and(|begun| now.duration_since(begun) > KEYS_ARE_RELIED_ON);
        // Of the last one that is known to be spent it is not known what became of the effect under it.
        let (mut spent, mut key_spent, mut key_dead) = (spent_keys.saturating_sub(1), *spent_keys > 0, false);
        let mut pauses = self.patience();
        let call = |spent, again| {
            let call = Call::new(self.engine.hotel(), self.key_for(name), self.today());
            call.after_spent_keys(spent).late(late).again(again)
        };
        loop {
            let work = async {
                if late || key_spent {
                    match skill.settle(&call(spent, unknown)).await? {
                        Settled::Done(output) => return Ok(output),
                        Settled::NotDone => spent += 1,
                        // What binds nothing is made under the next key once this one is known to be dead: whoever comes
                        // after us is told the same, and comes to the same key. What binds keeps its own.
                        Settled::Ask => spent += u32::from(key_dead && !S::EFFECT.binds()),
                    }
                    key_spent = false;
                }
                skill.run(&call(spent, unknown)).await
            };
            let timeout = self.engine.settings().step_timeout;
            let outage = match tokio::time::timeout(timeout, faults::around(name, S::SYSTEM, work)).await {
                Ok(Ok(output)) => return Ok(output),
                Ok(Err(SkillError::Refused(refusal))) => return Err(SagaError::Refused(refusal)),
                Ok(Err(SkillError::MovedOn(refusal))) => return Err(SagaError::MovedOn(refusal)),
                Ok(Err(SkillError::Outage(outage))) => outage,
                Err(_) => Outage {
                    error_code: ErrorCode::UpstreamTimeout,
                    ..Outage::unknown(S::SYSTEM, format!("{name} took longer than {}s", timeout.as_secs()))
                },
            };
            unknown |= outage.effect_unknown && S::EFFECT.binds();
            key_spent |= outage.key_spent;
            key_dead = outage.key_dead;
            *spent_keys = spent + u32::from(key_spent);
            tracing::warn!(step = name, reason = %outage.reason, unknown, "a step got no definite answer");
            match pauses.after(&outage).filter(|_| !faults::outlasts_the_deadline(name)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None if unknown => return Err(SagaError::Unknown(outage)),
                None => return Err(SagaError::Outage(outage)),
            }
        }
    }
}

/// A way back.
pub(super) struct Undo {
    /// The step it is of.
    pub(super) step: String,
    /// Where that step has its effect.
    pub(super) system: System,
    value: serde_json::Value,
    pub(super) work: UndoWork,
}

/// A step about to run. It runs when awaited.
#[must_use = "a step runs when it is awaited"]
pub struct Step<'a, S> {
    pub(super) run: &'a Run,
    pub(super) skill: S,
    pub(super) name: Cow<'static, str>,
    pub(super) undo: Option<Undo>,
}

impl<S: Skill> Step<'_, S> {
    /// Gives the step a name of its own: a name stands for one step of a saga.
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Registers the way back. It is journaled before the step begins, runs on a later definite no, and must be
    /// harmless if the step never took effect.
    pub fn undo<U: Skill>(mut self, undo: U) -> Self {
        let value = serde_json::json!({"skill": U::NAME, "input": undo});
        let name = format!("{UNDO}{}", self.name);
        let work: UndoWork =
            Box::new(move |run| Box::pin(async move { run.step(undo).named(name).await.map(|_| ()) }));
        self.undo = Some(Undo { step: self.name.to_string(), system: S::SYSTEM, value, work });
        self
    }
}

impl<'a, S: Skill> IntoFuture for Step<'a, S> {
    type Output = Result<S::Output, SagaError>;
    type IntoFuture = Boxed<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run.run_step(self.skill, self.name, self.undo))
    }
}

/// What a step asks for, as a digest: the journal keeps what steps answered, not what they were asked.
fn digest(skill: &impl Serialize) -> Key {
    Key::written(&serde_json::to_string(skill).unwrap_or_default())
}
