//! Replay: a saga that is run again asks for the same steps, and finished steps answer from the journal. This file
//! also records the effects that stand when a call can be neither finished nor undone.
//!
//! If the steps differ, another version of this program began the call. The engine does not guess: it leaves the call to that
//! version for a while, and then the call needs attention with both lists of steps.

use super::Run;
use crate::saga::SagaError;
use crate::saga::record::{StepOutcome, StepRow};
use serde_json::{Value, json};
use skills::words::Key;
use skills::{ErrorCode, Refusal, Skill, System};

/// An effect that is done and was not undone, or may be.
pub(super) struct Standing {
    step: String,
    system: System,
    result: Value,
}

/// The prefix of a way back's step name.
pub(super) const UNDO: &str = "undo ";

impl Run {
    /// Records that the saga asks for a step; returns the journal's row of it. Until an effect that binds has begun,
    /// reads may differ from those of an earlier run.
    pub(super) fn ask(&self, name: &str, input: &Key) -> Option<StepRow> {
        let mut state = self.state();
        if !state.asked.iter().any(|asked| asked == name) {
            state.asked.push(name.to_owned());
        }
        let free = !self.call.effects && state.before.iter().any(|step| step == name);
        state.known.get(name).filter(|known| known.input == *input || !free).cloned()
    }

    /// Records a step's effect, if it binds.
    pub(super) fn note_effect<S: Skill>(&self, name: &str, output: &S::Output) {
        let mut state = self.state();
        let undone = name.strip_prefix(UNDO);
        if let Some(undone) = undone {
            // Undone now, or found undone.
            state.standing.retain(|effect| effect.step != undone);
        }
        if let Some(follow_up) = S::follow_up(output)
            && !state.follow_ups.iter().any(|(_, known)| *known == follow_up)
        {
            state.follow_ups.push((name.to_owned(), follow_up));
        }
        if !S::EFFECT.binds() || !S::took_effect(output) {
            return;
        }
        state.effects = true;
        if undone.is_none() {
            let result = serde_json::to_value(output).unwrap_or_default();
            state.standing.push(Standing { step: name.to_owned(), system: S::SYSTEM, result });
        }
    }

    /// Records that somebody else undid what this call did: its token stands for that, and not for a new attempt.
    pub fn was_undone_elsewhere(&self) {
        self.state().effects = true;
    }

    /// Records that the saga itself has given back what it charged: nothing of it stands any more.
    pub fn has_given_back(&self) {
        self.state().standing.clear();
    }

    /// Whether every journaled step was asked for again. Reads and preparations may differ; an effect may not.
    pub(crate) fn replays_every_step(&self) -> Result<(), SagaError> {
        let state = self.state();
        let asked = |step: &String| step.starts_with(UNDO) || state.asked.contains(step);
        let told = !self.call.effects || state.before.iter().all(asked);
        drop(state);
        if told { Ok(()) } else { Err(self.does_not_replay("-")) }
    }

    /// The error of a saga whose code asks for other steps than its journal has.
    pub(crate) fn does_not_replay(&self, step: &str) -> SagaError {
        let state = self.state();
        let why = "This call was begun by another version of this program; its steps are no longer the same.";
        let refusal = Refusal::new(ErrorCode::NeedsAttention, why)
            .detail("step", step)
            .detail("steps_in_the_journal", json!(state.before))
            .detail("steps_asked_for", json!(state.asked));
        SagaError::OfAnotherVersion(refusal)
    }

    /// Whether an effect stands although the saga was refused: it can be neither finished nor undone.
    pub(crate) fn stands(&self) -> bool {
        !self.state().standing.is_empty()
    }

    /// Records that a step's effect may stand, because its way back was refused; its answer is all that is known of it.
    pub(super) fn record_standing(&self, step: &str, system: System) {
        let mut state = self.state();
        if state.standing.iter().any(|effect| effect.step == step) {
            return;
        }
        let result = match state.known.get(step).map(|known| &known.outcome) {
            Some(StepOutcome::Done(answer)) => answer.clone(),
            _ => json!("unknown"),
        };
        state.standing.push(Standing { step: step.to_owned(), system, result });
    }

    /// Why the call needs attention, with the effects that stand in each system.
    pub(crate) fn with_what_stands(&self, why: Refusal) -> Refusal {
        let effect = |effect: &Standing| json!({"system": effect.system.name(), "step": effect.step, "result": effect.result});
        let standing: Vec<Value> = self.state().standing.iter().map(effect).collect();
        if standing.is_empty() { why } else { why.detail("done_and_standing", standing) }
    }
}
