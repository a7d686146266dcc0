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

/// A customer that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomer {
    /// Its id.
    pub id: CustomerId,
    /// Whether the processor took the e-mail; without it the customer is not found by it.
    pub email_taken: bool,
}

impl Skill for CreateCustomer {
    const NAME: &'static str = "create_customer";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = NewCustomer;

    /// Under a key of the person and nothing of the call: two machines that meet a new guest at once make one customer,
    /// and so ask for the stay's one intent in the same words.
    async fn run(&self, call: &Call<'_>) -> Result<NewCustomer, SkillError> {
        let key = call.fresh(&Key::derived(&["customer", self.email.as_str(), &self.name]));
        let (id, email_taken) = call.payments().create_customer(&key, &self.email, &self.name).await?;
        Ok(NewCustomer { id, email_taken })
    }
}
