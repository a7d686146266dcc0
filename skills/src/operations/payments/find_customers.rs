use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::Email;
use serde::{Deserialize, Serialize};

/// Find the customers with this e-mail at the payment processor, newest first; a person may have several.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindCustomers {
    /// The guest's e-mail.
    pub email: Email,
}

impl Skill for FindCustomers {
    const NAME: &'static str = "find_customers";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Vec<CustomerId>;

    async fn run(&self, call: &Call<'_>) -> Result<Vec<CustomerId>, SkillError> {
        call.payments().find_customers(&self.email).await
    }
}
