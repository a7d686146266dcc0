use crate::error::SkillError;
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::RefundOutcome;
use crate::words::PaymentIntentId;
use serde::{Deserialize, Serialize};

/// Give back what a payment intent charged, as a whole. One that was refunded before or never paid says so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefundPayment {
    /// The intent.
    pub payment: PaymentIntentId,
}

impl Skill for RefundPayment {
    const NAME: &'static str = "refund_payment";
    const EFFECT: Effect = Effect::MovesMoney;
    type Output = RefundOutcome;

    async fn run(&self, call: &Call<'_>) -> Result<RefundOutcome, SkillError> {
        call.payments().refund(call.key(), &self.payment).await
    }

    fn took_effect(outcome: &RefundOutcome) -> bool {
        matches!(outcome, RefundOutcome::Refunded(_))
    }
}
