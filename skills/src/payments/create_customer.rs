use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::{Email, Key};
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

    /// Under a key of the person and nothing of the call: two machines that meet a new guest at once make one customer,
    /// and so ask for the stay's one intent in the same words.
    async fn run(&self, call: &Call<'_>) -> Result<CustomerId, SkillError> {
        let key = call.fresh(&Key::derived(&["customer", self.email.as_str(), &self.name]));
        call.payments().create_customer(&key, &self.email, &self.name).await
    }
}
