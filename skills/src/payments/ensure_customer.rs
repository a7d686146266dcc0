use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::Email;
use serde::{Deserialize, Serialize};

/// Find the customer with this e-mail at the payment processor, or create it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnsureCustomer {
    /// The guest's e-mail.
    pub email: Email,
    /// The guest's name.
    pub name: String,
}

impl Skill for EnsureCustomer {
    const NAME: &'static str = "ensure_customer";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = CustomerId;

    async fn run(&self, call: &Call<'_>) -> Result<CustomerId, SkillError> {
        call.payments().ensure_customer(call.key(), &self.email, &self.name).await
    }
}
