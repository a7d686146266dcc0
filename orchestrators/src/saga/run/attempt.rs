//! Runs one skill until its outcome is definite. An unknown outcome is settled by a retry under the same key, or by a
//! read if the key is no longer of use.

use crate::saga::SagaError;
use crate::saga::ledger::WorkResult;
use crate::saga::pauses::Pauses;
use crate::saga::record::StepOutcome;
use crate::telemetry::{self, StepSpan};
use jiff::Timestamp;
use serde_json::Value;
use skills::systems::Hotel;
use skills::words::{Date, Key};
use skills::{Call, Effect, ErrorCode, Outage, Refusal, Settled, Skill, SkillError, faults};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// It owns all its data: an engine may run it anywhere.
pub(super) struct Attempt<S> {
    pub(super) hotel: Arc<Hotel>,
    pub(super) skill: S,
    pub(super) name: String,
    pub(super) key: Key,
    pub(super) today: Date,
    pub(super) pauses: Pauses,
    pub(super) step_timeout: Duration,
    /// For how many idempotency keys of this step the system has stored a failure as the answer.
    pub(super) spent_keys: u32,
    /// Its span in the call's trace.
    pub(super) span: StepSpan,
    /// How often the system was asked.
    pub(super) tries: u32,
}

impl<S: Skill> Attempt<S> {
    /// Runs the skill; returns its output, if there is one, and what the step's work came to.
    pub(super) async fn until_definite(
        mut self,
        begun_at: Option<Timestamp>,
    ) -> (Option<S::Output>, WorkResult) {
        let span = self.span.begin(begun_at.is_some());
        let (output, outcome) = match self.run(begun_at).instrument(span.clone()).await {
            Ok(output) => {
                let value = serde_json::to_value(&output).unwrap_or_default();
                (Some(output), Ok(StepOutcome::Done(value)))
            }
            Err(SagaError::Refused(refusal)) => (None, Ok(StepOutcome::Refused(plain(&refusal)))),
            Err(SagaError::MovedOn(refusal)) => (None, Ok(StepOutcome::MovedOn(plain(&refusal)))),
            Err(error) => (None, Err(error)),
        };
        let outage = match &outcome {
            Err(SagaError::Outage(outage) | SagaError::Unknown(outage)) => Some(outage.error_code.as_str()),
            _ => None,
        };
        telemetry::ended(&span, outcome.as_ref().map_or("unknown", StepOutcome::word), outage, self.tries);
        (output, WorkResult { outcome, spent_keys: self.spent_keys })
    }

    async fn run(&mut self, begun_at: Option<Timestamp>) -> Result<S::Output, SagaError> {
        // A skill that began before a crash may have taken effect. An effect that binds nothing is harmless to leave.
        let mut unknown = begun_at.is_some() && S::EFFECT.binds();
        let late =
            S::EFFECT == Effect::MovesMoney && begun_at.is_some_and(|begun| self.may_have_forgotten(begun));
        // Whether the effect under the last spent key happened is not known.
        let (mut spent, mut key_spent, mut key_dead) =
            (self.spent_keys.saturating_sub(1), self.spent_keys > 0, false);
        let (skill, name) = (&self.skill, self.name.as_str());
        let call = |spent, again| {
            let call = Call::new(&self.hotel, self.key.clone(), self.today);
            call.after_spent_keys(spent).late(late).again(again)
        };
        loop {
            self.tries += 1;
            if self.tries > 1 {
                telemetry::asked_again(S::NAME, S::SYSTEM);
            }
            let work = async {
                if late || key_spent {
                    match skill.settle(&call(spent, unknown)).await? {
                        Settled::Done(output) => return Ok(output),
                        Settled::NotDone => spent += 1,
                        // An effect that binds nothing is made under the next key once this one is known to be dead:
                        // a later run gets the same answer, and arrives at the same key. An effect that binds keeps its key.
                        Settled::Ask => spent += u32::from(key_dead && !S::EFFECT.binds()),
                    }
                    key_spent = false;
                }
                skill.run(&call(spent, unknown)).await
            };
            let timeout = self.step_timeout;
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
            self.spent_keys = spent + u32::from(key_spent);
            tracing::warn!(step = name, reason = %outage.reason, unknown, "a step got no definite answer");
            match self.pauses.after(&outage).filter(|_| !faults::outlasts_the_deadline(name)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None if unknown => return Err(SagaError::Unknown(outage)),
                None => return Err(SagaError::Outage(outage)),
            }
        }
    }

    /// Whether the system may have forgotten the idempotency key of an effect that began then.
    fn may_have_forgotten(&self, begun: Timestamp) -> bool {
        let kept = self.hotel.keeps_keys_for(S::SYSTEM);
        kept.is_some_and(|kept| skills::clock::now().duration_since(begun) > kept)
    }
}

fn plain(refusal: &Refusal) -> Value {
    serde_json::to_value(refusal).unwrap_or_default()
}
