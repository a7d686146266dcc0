use crate::error::{Outage, SkillError, System};
use crate::refusals;
use crate::skill::{Call, Effect, Settled, Skill};
use crate::systems::payments::{Confirmation, IntentStatus};
use crate::words::{PaymentIntentId, PaymentMethodId};
use serde::{Deserialize, Serialize};

/// Charge a payment method for a payment intent. A decline is a definite no.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfirmPayment {
    /// The intent.
    pub payment: PaymentIntentId,
    /// What to charge.
    pub method: PaymentMethodId,
}

impl Skill for ConfirmPayment {
    const NAME: &'static str = "confirm_payment";
    const EFFECT: Effect = Effect::MovesMoney;
    const SYSTEM: System = System::Payments;
    type Output = Confirmation;

    async fn run(&self, call: &Call<'_>) -> Result<Confirmation, SkillError> {
        match call.payments().confirm(call.key(), &self.payment, &self.method).await? {
            Confirmation::Declined(decline) => Err(refusals::payment_failed(&decline).into()),
            other => Ok(other),
        }
    }

    fn took_effect(done: &Confirmation) -> bool {
        matches!(done, Confirmation::Intent(intent) if intent.status == IntentStatus::Succeeded)
    }

    async fn settle(&self, call: &Call<'_>) -> Result<Settled<Confirmation>, SkillError> {
        use IntentStatus::{Processing, RequiresConfirmation, RequiresPaymentMethod};
        let found = call.payments().retrieve(&self.payment).await?;
        let intent = found.ok_or_else(|| refusals::payment_not_found(&self.payment))?;
        match intent.status {
            RequiresPaymentMethod | RequiresConfirmation if call.is_late() => {
                Err(refusals::payment_lapsed().into())
            }
            RequiresPaymentMethod | RequiresConfirmation => Ok(Settled::NotDone),
            Processing => Err(Outage::unknown(System::Payments, "the payment is still processing").into()),
            _ => Ok(Settled::Done(Confirmation::Intent(Box::new(intent)))),
        }
    }
}
