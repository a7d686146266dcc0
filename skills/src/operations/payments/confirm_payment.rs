use crate::error::{Outage, SkillError, System};
use crate::refusals;
use crate::skill::{Call, Effect, Settled, Skill};
use crate::systems::payments::{Confirmation, CustomerId, Intent, IntentStatus};
use crate::words::{Email, PaymentIntentId, PaymentMethodId};
use serde::{Deserialize, Serialize};

/// Charge a payment method for a payment intent. A decline is a definite no.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfirmPayment {
    /// The intent.
    pub payment: PaymentIntentId,
    /// What to charge.
    pub method: PaymentMethodId,
    /// Where the processor mails a receipt to, if the intent was made without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_email: Option<Email>,
}

/// The result of charging a payment method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Confirmed {
    /// The intent as it is now.
    Intent(Box<Intent>),
    /// The method was saved for another customer than the intent's.
    OfAnotherCustomer {
        /// The customer it was saved for.
        owner: CustomerId,
    },
    /// The intent is paid, cancelled or being processed already.
    HasToBeRead,
}

impl Skill for ConfirmPayment {
    const NAME: &'static str = "confirm_payment";
    const EFFECT: Effect = Effect::MovesMoney;
    const SYSTEM: System = System::Payments;
    type Output = Confirmed;

    async fn run(&self, call: &Call<'_>) -> Result<Confirmed, SkillError> {
        let receipt = self.receipt_email.as_ref();
        match call.payments().confirm(call.key(), &self.payment, &self.method, receipt).await? {
            Confirmation::Intent(intent) => Ok(Confirmed::Intent(intent)),
            Confirmation::OfAnotherCustomer(owner) => Ok(Confirmed::OfAnotherCustomer { owner }),
            Confirmation::UnexpectedState => Ok(Confirmed::HasToBeRead),
            Confirmation::Declined(decline) => Err(refusals::payment_failed(&decline).into()),
        }
    }

    fn took_effect(done: &Confirmed) -> bool {
        matches!(done, Confirmed::Intent(intent) if intent.status == IntentStatus::Succeeded)
    }

    async fn settle(&self, call: &Call<'_>) -> Result<Settled<Confirmed>, SkillError> {
        use IntentStatus::{Processing, RequiresConfirmation, RequiresPaymentMethod};
        let found = call.payments().retrieve(&self.payment).await?;
        let intent = found.ok_or_else(|| refusals::payment_not_found(&self.payment))?;
        match intent.status {
            RequiresPaymentMethod | RequiresConfirmation if call.is_late() => {
                Err(refusals::payment_lapsed().into())
            }
            RequiresPaymentMethod | RequiresConfirmation => Ok(Settled::NotDone),
            Processing => Err(Outage::unknown(System::Payments, "the payment is still processing").into()),
            _ => Ok(Settled::Done(Confirmed::Intent(Box::new(intent)))),
        }
    }
}
