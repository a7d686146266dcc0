//! The person behind a call: asked before something that cannot be taken back, and told how far the call is.

use super::Run;
use crate::saga::SagaError;
use crate::saga::consent::{Consent, Question};
use crate::saga::live::Progress;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use skills::operations::payments::FindCard;
use skills::systems::payments::Card;
use skills::words::PaymentMethodId;
use skills::{Call, Effect, Skill, SkillError, refusals};
use std::sync::atomic::Ordering;

/// How long a call that has begun something waits for a yes to a changed price.
const LONGEST_WAIT_FOR_A_YES: SignedDuration = SignedDuration::from_hours(1);

impl Run {
    /// Goes on if the person behind the call has agreed to this, or is not asked. Call it when everything is validated and
    /// nothing is done yet that binds.
    ///
    /// # Errors
    /// `Asks`, until there is a yes to this very question.
    pub async fn confirm(&self, question: Question) -> Result<(), SagaError> {
        let yes = match &self.call.consent {
            Consent::NotAsked => return Ok(()),
            Consent::CannotAsk => return Err(refusals::client_cannot_ask().into()),
            Consent::Asked(yes) => yes,
        };
        match question.agreed(yes) {
            Some(digest) => {
                // A step, so that the audit trail shows what the person agreed to, and that locks what the call acts on.
                let name = format!("{} {}", PersonAgreed::NAME, &digest.as_str()[..8]);
                let agreed = PersonAgreed { says: question.says };
                // Its name has the facts of the question.
                self.step(agreed).named(name).known_by_its_name().await?;
                self.state().agreed = true;
                Ok(())
            }
            // The person who was asked is gone: recovery does not ask for ever.
            None if self.call.by_recovery && self.is_older_than(LONGEST_WAIT_FOR_A_YES) => {
                Err(refusals::person_said_no(true).into())
            }
            None => {
                // An earlier call may be in the middle of what the person agreed to then: it is finished first.
                self.ledger.acquire_now(&self.call).await?;
                Err(SagaError::Asks(Box::new(question)))
            }
        }
    }

    /// The card of a payment method, for the question before it is charged; none if nobody is asked.
    ///
    /// # Errors
    /// An outage of the processor.
    pub async fn card_for_question(
        &self,
        method: Option<&PaymentMethodId>,
    ) -> Result<Option<Card>, SagaError> {
        match (&self.call.consent, method) {
            (Consent::Asked(_), Some(method)) => match self.step(FindCard { method: method.clone() }).await {
                Err(SagaError::Refused(_)) => Ok(None),
                found => found,
            },
            _ => Ok(None),
        }
    }

    /// Tells the client that waits what begins now, in words for a person: stage 1, 2, … `of` how many.
    pub fn tell(&self, stage: u32, of: u32, doing: impl Into<String>) {
        if stage > self.told.fetch_max(stage, Ordering::Relaxed) {
            self.live.tell(Progress { stage, of, doing: doing.into() });
        }
    }

    /// Refuses a step that moves money although the person who must be asked has agreed to nothing: its saga has forgotten to
    /// ask. A way back is part of what was agreed to.
    pub(super) fn may_move_money(&self) -> Result<(), SagaError> {
        let state = self.state();
        if self.call.consent == Consent::NotAsked || state.agreed || state.unwinding {
            return Ok(());
        }
        drop(state);
        Err(SagaError::bug("money was about to move that nobody has agreed to"))
    }

    /// Whether the client cancelled a call that has not done anything yet; asked before an effect.
    pub(super) async fn is_called_off(&self, binds: bool) -> bool {
        !self.may_have_effects() && (self.live.is_cancelled() || self.ledger.is_cancelled(binds).await)
    }
}

/// A person agreed to what is about to be done. It changes nothing by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PersonAgreed {
    says: String,
}

impl Skill for PersonAgreed {
    const NAME: &'static str = "person_agreed";
    const EFFECT: Effect = Effect::Prepares;
    type Output = String;

    async fn run(&self, _: &Call<'_>) -> Result<String, SkillError> {
        Ok(self.says.clone())
    }
}
