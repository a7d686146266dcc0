//! A step: announced, run until its outcome is definite, remembered; and its way back.

use super::{Boxed, Run, UndoWork};
use crate::saga::SagaError;
use crate::saga::journal::{StepOutcome, StepRow};
use jiff::Timestamp;
use serde::Serialize;
use skills::sqlite::Durability;
use skills::words::Key;
use skills::{Call, ErrorCode, Outage, Refusal, Skill, SkillError, System, faults};
use std::borrow::Cow;
use std::future::IntoFuture;
use std::time::{Duration, Instant};

/// The first pause between two tries of a step, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

impl Run {
    async fn run_step<S: Skill>(
        &self,
        skill: S,
        name: Cow<'static, str>,
        undo: Option<Undo>,
    ) -> Result<S::Output, SagaError> {
        let input = digest(&skill);
        let mut begun_before = false;
        let known = self.state().known.get(&*name).cloned(); // the guard must not outlive this line
        if let Some(known) = known {
            if known.input != input {
                return Err(diverged(&name));
            }
            match known.outcome {
                StepOutcome::Done(value) => {
                    let output = read_back(&name, value)?;
                    self.push_undo(&name, undo);
                    self.state().effects |= S::EFFECT.binds() && S::took_effect(&output);
                    return Ok(output);
                }
                StepOutcome::Refused(value) => return Err(SagaError::Refused(read_back(&name, value)?)),
                StepOutcome::Begun => begun_before = true,
            }
        }
        let mut row = StepRow {
            name: name.to_string(),
            place: self.next_place(),
            input,
            undo: undo.as_ref().map(|undo| undo.value.clone()),
            outcome: StepOutcome::Begun,
            started_at: Timestamp::now(),
            duration_ms: None,
        };
        let binds = S::EFFECT.binds();
        if S::EFFECT.writes() {
            let learned = std::mem::take(&mut self.state().learned);
            let durability = if binds { Durability::Forced } else { Durability::Relaxed };
            self.engine.journal().announce(&self.call, durability, learned, row.clone(), binds).await?;
        }
        self.push_undo(&name, undo);
        let began = Instant::now();
        let result = self.run_until_definite(&skill, &name, begun_before).await;
        row.duration_ms = Some(i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX));
        match &result {
            Ok(output) => row.outcome = StepOutcome::Done(serde_json::to_value(output).unwrap_or_default()),
            Err(SagaError::Refused(refusal)) => {
                row.outcome = StepOutcome::Refused(serde_json::to_value(refusal).unwrap_or_default());
            }
            Err(_) => {}
        }
        let mut state = self.state();
        match &result {
            Err(SagaError::Refused(_)) => state.undos.retain(|(step, _)| *step != name), // nothing was done
            Ok(output) => state.effects |= binds && S::took_effect(output),
            Err(SagaError::Unknown(_)) => state.unknown |= binds,
            Err(_) => {}
        }
        if row.outcome != StepOutcome::Begun {
            state.known.insert(row.name.clone(), row.clone());
            state.learned.push(row);
        }
        result
    }

    /// Runs a skill until its outcome is definite: an unknown outcome is settled by asking again under the same key.
    pub(super) async fn run_until_definite<S: Skill>(
        &self,
        skill: &S,
        name: &str,
        begun_before: bool,
    ) -> Result<S::Output, SagaError> {
        let call = Call::new(self.engine.hotel(), self.key_for(name), self.today());
        // One that began before a crash may have taken effect then.
        let (mut pause, mut unknown) = (FIRST_PAUSE, begun_before && S::EFFECT.writes());
        loop {
            let timeout = faults::time_limit(name, self.engine.settings().step_timeout);
            let outage = match tokio::time::timeout(timeout, faults::around(name, skill.run(&call))).await {
                Ok(Ok(output)) => return Ok(output),
                Ok(Err(SkillError::Refused(refusal))) => return Err(SagaError::Refused(refusal)),
                Ok(Err(SkillError::Outage(outage))) => outage,
                Err(_) => Outage {
                    error_code: ErrorCode::UpstreamTimeout,
                    ..Outage::unknown(System::Crm, format!("{name} took longer than {}s", timeout.as_secs()))
                },
            };
            unknown |= outage.effect_unknown && S::EFFECT.writes();
            tracing::warn!(step = name, reason = %outage.reason, unknown, "a step got no definite answer");
            let wait = outage.retry_after_seconds.map_or(pause, Duration::from_secs);
            if Instant::now() + wait > self.deadline || faults::outlasts_the_deadline(name) {
                return Err(if unknown { SagaError::Unknown(outage) } else { SagaError::Outage(outage) });
            }
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

pub(super) struct Undo {
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
        let name = format!("undo {}", self.name);
        let work: UndoWork =
            Box::new(move |run| Box::pin(async move { run.step(undo).named(name).await.map(|_| ()) }));
        self.undo = Some(Undo { value, work });
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
    Key::derived(&[&serde_json::to_string(skill).unwrap_or_default()])
}

fn read_back<T: serde::de::DeserializeOwned>(name: &str, value: serde_json::Value) -> Result<T, SagaError> {
    serde_json::from_value(value).map_err(|_| diverged(name))
}

/// The saga's code and its journal no longer tell the same story: another version of this program began the call.
fn diverged(step: &str) -> SagaError {
    let why = format!("The step {step} of this call was begun by another version of this program.");
    SagaError::Stuck(Refusal::new(ErrorCode::NeedsAttention, why).detail("step", step))
}
