use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::Card;
use crate::words::PaymentMethodId;
use serde::{Deserialize, Serialize};

/// Find the card of a payment method, for the person who is asked whether to charge it: its brand and last four digits.
/// None if the processor does not know the method or does not let its card be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindCard {
    /// The payment method.
    pub method: PaymentMethodId,
}

impl Skill for FindCard {
    const NAME: &'static str = "find_card";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Option<Card>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Card>, SkillError> {
        call.payments().card(&self.method).await
    }
}
