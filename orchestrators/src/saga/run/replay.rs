//! Replay: a saga that is run again asks for the same steps, and those that are finished answer from the journal. What
//! stands when it can be neither finished nor undone is kept here too.
//!
//! If the steps differ, another version of this program began the call: nobody guesses what was meant, and the call needs
//! attention with both lists.

use super::Run;
use crate::engine::journal::{StepOutcome, StepRow};
use crate::saga::SagaError;
use serde_json::{Value, json};
use skills::words::Key;
use skills::{ErrorCode, Refusal, Skill, System};

/// An effect that is done and was not undone, or may be.
pub(super) struct Standing {
    step: String,
    system: System,
    result: Value,
}

/// What the name of a step's way back begins with.
pub(super) const UNDO: &str = "undo ";

impl Run {
    /// Notes that the saga asks for a step; answers what the journal knows of it. While nothing that binds was begun, what
    /// an earlier run read may be read otherwise.
    pub(super) fn ask(&self, name: &str, input: &Key) -> Option<StepRow> {
        let mut state = self.state();
        if !state.asked.iter().any(|asked| asked == name) {
            state.asked.push(name.to_owned());
        }
        let free = !self.call.effects && state.before.iter().any(|step| step == name);
        state.known.get(name).filter(|known| known.input == *input || !free).cloned()
    }

    /// Notes what a step did, if it did something that binds.
    pub(super) fn note_effect<S: Skill>(&self, name: &str, output: &S::Output) {
        let mut state = self.state();
        let undone = name.strip_prefix(UNDO);
        if let Some(undone) = undone {
            // Whether it was undone now, or was found undone.
            state.standing.retain(|effect| effect.step != undone);
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

    /// Notes that what this call did was undone by somebody else: its token stands for that, and not for a new attempt.
    pub fn was_undone_elsewhere(&self) {
        self.state().effects = true;
    }

    /// Whether every step the journal knows was asked for again. Reads and preparations may go another way; an effect
    /// may not.
    pub(crate) fn replays_every_step(&self) -> Result<(), SagaError> {
        let state = self.state();
        let asked = |step: &String| step.starts_with(UNDO) || state.asked.contains(step);
        let told = !self.call.effects || state.before.iter().all(asked);
        drop(state);
        if told { Ok(()) } else { Err(self.does_not_replay("-")) }
    }

    /// The saga's code asks for other steps than its journal has.
    pub(super) fn does_not_replay(&self, step: &str) -> SagaError {
        let state = self.state();
        let why = "This call was begun by another version of this program; its steps are no longer the same.";
        let refusal = Refusal::new(ErrorCode::NeedsAttention, why)
            .detail("step", step)
            .detail("steps_in_the_journal", json!(state.before))
            .detail("steps_asked_for", json!(state.asked));
        SagaError::Stuck(refusal)
    }

    /// What stands although the saga was refused: it can be neither finished nor undone.
    pub(crate) fn stands(&self) -> bool {
        !self.state().standing.is_empty()
    }

    /// Notes that what a step did may stand, because its way back was refused: what is known of it is what it answered.
    pub(super) fn may_stand(&self, step: &str, system: System) {
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

    /// Whether money that was given back is still on its way.
    pub(crate) fn is_on_its_way_back(&self) -> bool {
        let state = self.state();
        let undone = state.known.values().filter(|step| step.name.starts_with(UNDO));
        undone
            .filter_map(
                |step| if let StepOutcome::Done(answer) = &step.outcome { Some(answer) } else { None },
            )
            .any(|answer| answer.to_string().contains(r#""status":"pending""#))
    }

    /// Why the call needs attention, with what each system holds.
    pub(crate) fn with_what_stands(&self, why: Refusal) -> Refusal {
        let effect = |effect: &Standing| json!({"system": effect.system.name(), "step": effect.step, "result": effect.result});
        let standing: Vec<Value> = self.state().standing.iter().map(effect).collect();
        if standing.is_empty() { why } else { why.detail("done_and_standing", standing) }
    }
}
