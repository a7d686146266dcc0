use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::Intent;
use crate::words::PaymentIntentId;
use serde::{Deserialize, Serialize};

/// Give an unpaid payment intent up, so that it can never be paid. Answers the intent as it stands then: one that was paid
/// at the last moment is paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelPayment {
    /// The intent.
    pub payment: PaymentIntentId,
}

impl Skill for CancelPayment {
    const NAME: &'static str = "cancel_payment";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = Option<Intent>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Intent>, SkillError> {
        call.payments().cancel(call.key(), &self.payment).await?;
        call.payments().retrieve(&self.payment).await
    }
}
