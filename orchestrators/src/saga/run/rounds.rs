//! How a run goes on when it cannot go forward: it begins again, begins a new round, or unwinds.

use super::replay::UNDO;
use super::{Run, State};
use crate::saga::SagaError;
use skills::Refusal;

/// How many new rounds a saga may begin while others keep changing the records.
const MOST_ROUNDS: u32 = 8;

impl Run {
    /// How many new rounds the saga has begun because the records had changed.
    pub fn round(&self) -> u32 {
        self.state().round
    }

    /// A step's name in this round: each round has steps of its own.
    pub(in crate::saga) fn in_round(&self, name: &str) -> String {
        match self.state().round {
            0 => name.to_owned(),
            round if name.ends_with(&format!(" #{round}")) => name.to_owned(),
            round => format!("{name} #{round}"),
        }
    }

    /// Clears what a run without effects has read, so that it begins again.
    pub(crate) fn begin_again(&self) {
        *self.state() = State::default();
    }

    /// Begins a new round with a fresh read, after a step found that the records had changed. Not if an effect
    /// stands, nor if a fresh read led to the same refusal.
    pub(crate) fn begin_round(&self, moved_on: &Refusal) -> bool {
        let late = self.ledger.now().duration_since(self.began) > self.longest;
        let mut state = self.state();
        let same = state.moved_on.as_ref() == Some(moved_on);
        if state.effects || state.unknown || same || late || state.round >= MOST_ROUNDS {
            return false;
        }
        state.round += 1;
        state.moved_on = Some(moved_on.clone());
        (state.messages, state.warnings, state.undos) = Default::default();
        (state.standing, state.about) = Default::default();
        true
    }

    /// Runs the journaled ways back, last first. Each is a step of its own, so that it is done once.
    pub(crate) async fn unwind(&self) -> Result<(), SagaError> {
        let undos = std::mem::take(&mut self.state().undos);
        self.state().unwinding = true;
        for (step, undo) in undos.into_iter().rev() {
            let skill = undo["skill"].as_str().unwrap_or_default();
            let way_back = self.around.ways_back.iter().find(|way_back| way_back.name() == skill);
            let way_back = way_back.ok_or_else(|| SagaError::bug(&format!("{skill} is no way back")))?;
            let name = format!("{UNDO}{step}");
            match way_back.run(self, name, undo["input"].clone()).await {
                Err(SagaError::Refused(why) | SagaError::MovedOn(why)) => {
                    self.record_standing(&step, way_back.system());
                    return Err(SagaError::Stuck(why.detail("undo_of", step.as_str())));
                }
                result => result?,
            }
        }
        Ok(())
    }
}
