use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::{Intent, IntentStatus};
use crate::words::PaymentIntentId;
use serde::{Deserialize, Serialize};

/// Read a payment intent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RetrievePayment {
    /// The intent.
    pub payment: PaymentIntentId,
}

impl Skill for RetrievePayment {
    const NAME: &'static str = "retrieve_payment";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Option<Intent>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Intent>, SkillError> {
        // The payment id of a stay that cost nothing does not exist at the processor.
        if self.payment.is_complimentary() {
            return Ok(None);
        }
        call.payments().retrieve(&self.payment).await
    }
}

/// Read a payment whose guest was asked to authenticate. With Stripe this is only a read. The embedded processor has no
/// bank, so asking on the guest's behalf counts as having authenticated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AfterAction {
    /// The intent.
    pub payment: PaymentIntentId,
}

impl Skill for AfterAction {
    const NAME: &'static str = "after_action";
    const EFFECT: Effect = Effect::MovesMoney;
    const SYSTEM: System = System::Payments;
    type Output = Option<Intent>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Intent>, SkillError> {
        call.payments().after_action(&self.payment).await
    }

    fn took_effect(intent: &Option<Intent>) -> bool {
        intent.as_ref().is_some_and(|intent| intent.status == IntentStatus::Succeeded)
    }
}
