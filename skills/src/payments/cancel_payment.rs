use crate::error::SkillError;
use crate::skill::{Call, Effect, Skill};
use crate::words::PaymentIntentId;
use serde::{Deserialize, Serialize};

/// Give an unpaid payment intent up, so that it can never be paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelPayment {
    /// The intent.
    pub payment: PaymentIntentId,
}

impl Skill for CancelPayment {
    const NAME: &'static str = "cancel_payment";
    const EFFECT: Effect = Effect::Prepares;
    type Output = ();

    async fn run(&self, call: &Call<'_>) -> Result<(), SkillError> {
        call.payments().cancel(call.key(), &self.payment).await
    }
}
