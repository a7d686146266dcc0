use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Settled, Skill};
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
    const SYSTEM: System = System::Payments;
    type Output = RefundOutcome;

    async fn run(&self, call: &Call<'_>) -> Result<RefundOutcome, SkillError> {
        call.payments().refund(call.key(), &self.payment).await
    }

    fn took_effect(outcome: &RefundOutcome) -> bool {
        matches!(outcome, RefundOutcome::Refunded(_))
    }

    /// Money goes back as a whole or not at all, so one refund is what was asked for.
    async fn settle(&self, call: &Call<'_>) -> Result<Settled<RefundOutcome>, SkillError> {
        let found = call.payments().retrieve(&self.payment).await?;
        let refund = found.and_then(|intent| intent.refunds.into_iter().next());
        Ok(refund.map_or(Settled::NotDone, |refund| Settled::Done(RefundOutcome::Refunded(refund))))
    }
}
