use crate::error::{SkillError, System};
use crate::refusals;
use crate::skill::{Call, Effect, FollowUp, Settled, Skill};
use crate::systems::payments::{Intent, Money, Refund, RefundOutcome};
use crate::words::{Key, PaymentIntentId};
use serde::{Deserialize, Serialize};

/// How often a refund of one payment is requested if it fails.
pub const MOST_REFUNDS_ASKED_FOR: usize = 2;

/// Refund what a payment intent charged: all that was not refunded yet. Says so if it was refunded before or never paid. A
/// refund that fails is requested once more, under another key; after a second failure it is a refusal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefundPayment {
    /// The intent.
    pub payment: PaymentIntentId,
    /// The reason, stored with the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl RefundPayment {
    /// A refund of all that an intent charged.
    pub const fn of(payment: PaymentIntentId) -> Self {
        Self { payment, why: None }
    }

    async fn ask(&self, call: &Call<'_>, key: &Key) -> Result<RefundOutcome, SkillError> {
        call.payments().refund(key, &self.payment, self.why.as_deref()).await
    }
}

impl Skill for RefundPayment {
    const NAME: &'static str = "refund_payment";
    const EFFECT: Effect = Effect::MovesMoney;
    const SYSTEM: System = System::Payments;
    type Output = RefundOutcome;

    async fn run(&self, call: &Call<'_>) -> Result<RefundOutcome, SkillError> {
        let mut outcome = self.ask(call, call.key()).await?;
        if !came_to_nothing(&outcome) {
            return Ok(outcome);
        }
        // The key may replay an old answer; only the intent itself says what the refund's status is now.
        let intent = call.payments().retrieve(&self.payment).await?;
        let intent = intent.ok_or_else(|| refusals::payment_not_found(&self.payment))?;
        if let Some(refund) = standing(&intent) {
            return Ok(RefundOutcome::Refunded(refund));
        }
        if intent.failed_refunds() < MOST_REFUNDS_ASKED_FOR {
            outcome = self.ask(call, &Key::derived(&[call.key().as_str(), "once more"])).await?;
        }
        match outcome {
            RefundOutcome::Refunded(refund) if refund.has_failed() => {
                Err(refusals::refund_failed(&self.payment, &refund).into())
            }
            other => Ok(other),
        }
    }

    fn took_effect(outcome: &RefundOutcome) -> bool {
        matches!(outcome, RefundOutcome::Refunded(_))
    }

    /// A pending refund may still fail.
    fn follow_up(outcome: &RefundOutcome) -> Option<FollowUp> {
        match outcome {
            RefundOutcome::Refunded(refund) if refund.is_on_its_way() => {
                let payment = refund.payment.as_ref()?;
                Some(FollowUp { id: refund.id.clone(), of: payment.to_string() })
            }
            _ => None,
        }
    }

    /// It is settled if the whole payment was refunded, or its refunds are pending. If only a part was refunded by hand,
    /// the rest is still requested.
    async fn settle(&self, call: &Call<'_>) -> Result<Settled<RefundOutcome>, SkillError> {
        let found = call.payments().retrieve(&self.payment).await?;
        let refund = found.as_ref().and_then(standing);
        Ok(refund.map_or(Settled::NotDone, |refund| Settled::Done(RefundOutcome::Refunded(refund))))
    }
}

fn came_to_nothing(outcome: &RefundOutcome) -> bool {
    matches!(outcome, RefundOutcome::Refunded(refund) if refund.has_failed())
}

/// The refund that returns the money, if all of it was refunded or is pending.
fn standing(intent: &Intent) -> Option<Refund> {
    let whole = matches!(intent.money(), Money::Back | Money::OnItsWay);
    intent.refunds.iter().find(|refund| whole && !refund.has_failed()).cloned()
}
