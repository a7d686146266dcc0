use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Settled, Skill};
use crate::systems::payments::{Intent, RefundOutcome};
use crate::words::PaymentIntentId;
use serde::{Deserialize, Serialize};

/// Give back what a payment intent charged, as a whole: all that has not gone back yet. One that was refunded before or never paid says so.
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

    /// Done is what has gone back as a whole: a part may have been given back by hand, and then the rest is asked for.
    async fn settle(&self, call: &Call<'_>) -> Result<Settled<RefundOutcome>, SkillError> {
        let found = call.payments().retrieve(&self.payment).await?;
        let refund = found.filter(Intent::is_refunded).and_then(|intent| intent.refunds.into_iter().next());
        Ok(refund.map_or(Settled::NotDone, |refund| Settled::Done(RefundOutcome::Refunded(refund))))
    }
}
