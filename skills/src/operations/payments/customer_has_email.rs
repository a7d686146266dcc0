use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::Email;
use serde::{Deserialize, Serialize};

/// Tell whether a customer of the payment processor has this e-mail. A customer without an e-mail has not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomerHasEmail {
    /// The customer.
    pub customer: CustomerId,
    /// The guest's e-mail.
    pub email: Email,
}

impl Skill for CustomerHasEmail {
    const NAME: &'static str = "customer_has_email";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = bool;

    async fn run(&self, call: &Call<'_>) -> Result<bool, SkillError> {
        call.payments().has_email(&self.customer, &self.email).await
    }
}
