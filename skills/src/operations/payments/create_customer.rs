use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::CustomerId;
use crate::words::{Email, Key};
use serde::{Deserialize, Serialize};

/// Create a customer at the payment processor for a guest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateCustomer {
    /// The guest's e-mail.
    pub email: Email,
    /// The guest's name.
    pub name: String,
}

/// The new customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomer {
    /// Its id.
    pub id: CustomerId,
    /// Whether the processor accepted the e-mail. Without it, a search by e-mail does not find the customer.
    pub email_taken: bool,
}

impl Skill for CreateCustomer {
    const NAME: &'static str = "create_customer";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = NewCustomer;

    /// The key depends on the person, and on nothing of the call. So two machines that meet a new guest at once create one
    /// customer, and send the same request for the stay's one intent.
    async fn run(&self, call: &Call<'_>) -> Result<NewCustomer, SkillError> {
        let key = call.fresh(&Key::derived(&["customer", self.email.as_str(), &self.name]));
        let (id, email_taken) = call.payments().create_customer(&key, &self.email, &self.name).await?;
        Ok(NewCustomer { id, email_taken })
    }
}
