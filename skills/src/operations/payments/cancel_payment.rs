use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::Intent;
use crate::words::PaymentIntentId;
use serde::{Deserialize, Serialize};

/// Cancel an unpaid payment intent, so that it can never be paid. Returns the intent as it is then: if it was paid at the
/// last moment, it is paid.
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
