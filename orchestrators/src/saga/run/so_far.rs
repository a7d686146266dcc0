//! How far a run has come, for the engine.

use super::Run;
use super::replay::UNDO;
use crate::saga::record::{About, Held, StepRow};
use skills::FollowUp;
use skills::systems::messages::Sms;
use skills::words::Key;

impl Run {
    /// What this call started that must be followed up.
    pub(crate) fn follow_ups(&self) -> Vec<FollowUp> {
        self.state().follow_ups.iter().map(|(_, follow_up)| follow_up.clone()).collect()
    }

    /// Whether a way back started something that has not ended: a refund that has not reached the guest.
    pub(crate) fn is_on_its_way_back(&self) -> bool {
        self.state().follow_ups.iter().any(|(step, _)| step.starts_with(UNDO))
    }

    /// Whether an effect is done.
    pub(crate) fn has_effects(&self) -> bool {
        self.state().effects
    }

    /// Whether the call continues forward after an effect: not while it is being undone.
    pub(crate) fn goes_forward(&self) -> bool {
        let state = self.state();
        state.effects && !state.unwinding
    }

    /// Whether an effect is done or may be: in this run, or in an earlier one that did not learn its outcome.
    pub(crate) fn may_have_effects(&self) -> bool {
        let state = self.state();
        state.effects || state.unknown || self.call.effects
    }

    /// All steps that the call has by now.
    #[cfg(feature = "restate")]
    pub(crate) fn rows(&self) -> Vec<StepRow> {
        let state = self.state();
        let mut rows = state.known.clone();
        rows.extend(state.learned.iter().map(|row| (row.name.clone(), row.clone())));
        rows.into_values().collect()
    }

    pub(crate) fn take_learned(&self) -> Vec<StepRow> {
        std::mem::take(&mut self.state().learned)
    }

    pub(crate) fn about(&self) -> About {
        self.state().about.clone()
    }

    pub(crate) fn take_messages(&self) -> Vec<(Key, Sms)> {
        std::mem::take(&mut self.state().messages)
    }

    pub(crate) fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.state().warnings)
    }

    pub(crate) const fn call(&self) -> &Held {
        &self.call
    }

    /// Whether a field's value may appear in the log.
    pub(crate) fn may_be_logged(&self) -> fn(&str) -> bool {
        self.around.may_be_logged
    }
}
