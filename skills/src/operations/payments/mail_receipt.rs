use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::words::{Email, PaymentIntentId};
use serde::{Deserialize, Serialize};

/// Let the payment processor mail the receipt of a payment. Returns whether it accepted the e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReceipt {
    /// The payment.
    pub payment: PaymentIntentId,
    /// The e-mail.
    pub to: Email,
}

impl Skill for MailReceipt {
    const NAME: &'static str = "mail_receipt";
    const EFFECT: Effect = Effect::Adds;
    const SYSTEM: System = System::Payments;
    type Output = bool;

    async fn run(&self, call: &Call<'_>) -> Result<bool, SkillError> {
        call.payments().mail_receipt(call.key(), &self.payment, &self.to).await
    }
}
