use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::Email;
use serde::{Deserialize, Serialize};

/// Find the customer with this e-mail at the payment processor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindCustomer {
    /// The guest's e-mail.
    pub email: Email,
}

impl Skill for FindCustomer {
    const NAME: &'static str = "find_customer";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Option<CustomerId>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<CustomerId>, SkillError> {
        call.payments().find_customer(&self.email).await
    }
}
