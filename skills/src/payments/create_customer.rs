use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::Email;
use serde::{Deserialize, Serialize};

/// Make a customer of a guest at the payment processor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateCustomer {
    /// The guest's e-mail.
    pub email: Email,
    /// The guest's name.
    pub name: String,
}

impl Skill for CreateCustomer {
    const NAME: &'static str = "create_customer";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = CustomerId;

    async fn run(&self, call: &Call<'_>) -> Result<CustomerId, SkillError> {
        call.payments().create_customer(call.key(), &self.email, &self.name).await
    }
}
