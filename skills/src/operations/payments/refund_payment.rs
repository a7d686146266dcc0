use crate::error::{SkillError, System};
use crate::refusals;
use crate::skill::{Call, Effect, FollowUp, Settled, Skill};
use crate::systems::payments::{Intent, Money, Refund, RefundOutcome};
use crate::words::{Key, PaymentIntentId};
use serde::{Deserialize, Serialize};

/// How often a refund of one payment is asked for, where it comes to nothing.
pub const MOST_REFUNDS_ASKED_FOR: usize = 2;

/// Give back what a payment intent charged, as a whole: all that has not gone back yet. One that was refunded before or
/// never paid says so. A refund that comes to nothing is asked for once more, under another key; a second one is refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefundPayment {
    /// The intent.
    pub payment: PaymentIntentId,
    /// Why, kept with the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl RefundPayment {
    /// What an intent charged, all of it.
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
        // The key may answer what it answered before: only the intent says what has become of it since.
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

    /// A refund that is on its way may still come to nothing.
    fn follow_up(outcome: &RefundOutcome) -> Option<FollowUp> {
        match outcome {
            RefundOutcome::Refunded(refund) if refund.is_on_its_way() => {
                let payment = refund.payment.as_ref()?;
                Some(FollowUp { id: refund.id.clone(), of: payment.to_string() })
            }
            _ => None,
        }
    }

    /// Done is what has gone back as a whole, or is on its way: a part may have been given back by hand, and then the rest is
    /// asked for.
    async fn settle(&self, call: &Call<'_>) -> Result<Settled<RefundOutcome>, SkillError> {
        let found = call.payments().retrieve(&self.payment).await?;
        let refund = found.as_ref().and_then(standing);
        Ok(refund.map_or(Settled::NotDone, |refund| Settled::Done(RefundOutcome::Refunded(refund))))
    }
}

fn came_to_nothing(outcome: &RefundOutcome) -> bool {
    matches!(outcome, RefundOutcome::Refunded(refund) if refund.has_failed())
}

/// The refund that gives the money back, if all of it has gone back or is on its way.
fn standing(intent: &Intent) -> Option<Refund> {
    let whole = matches!(intent.money(), Money::Back | Money::OnItsWay);
    intent.refunds.iter().find(|refund| whole && !refund.has_failed()).cloned()
}
