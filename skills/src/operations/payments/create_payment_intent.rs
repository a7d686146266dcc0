use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::{Intent, NewIntent};
use crate::words::Key;
use serde::{Deserialize, Serialize};

/// Create a stay's payment intent, or get the one created before, even if it has another amount. Charges nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreatePaymentIntent {
    /// What it is for.
    pub intent: NewIntent,
    /// How many intents of this stay have ended (refunded or cancelled): a stay that is charged again needs a new one.
    pub number: u32,
}

impl CreatePaymentIntent {
    /// The key of the stay's one intent. It depends on the booking's own key and on how many intents have ended, and on
    /// nothing of the call, the guest or the price. So every caller gets the same intent.
    pub fn stay_key(&self) -> Key {
        Key::derived(&["stay intent", &self.intent.booking_key, &self.number.to_string()])
    }
}

impl Skill for CreatePaymentIntent {
    const NAME: &'static str = "create_payment_intent";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = Intent;

    async fn run(&self, call: &Call<'_>) -> Result<Intent, SkillError> {
        call.payments().create_intent(&call.fresh(&self.stay_key()), self.number, &self.intent).await
    }
}
