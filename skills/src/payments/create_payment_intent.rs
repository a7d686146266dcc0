use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::{Intent, NewIntent};
use crate::words::Key;
use serde::{Deserialize, Serialize};

/// Create a stay's payment intent, or get the one that was created for it. Charges nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreatePaymentIntent {
    /// What it is for.
    pub intent: NewIntent,
    /// How many payments of this stay were refunded before: a stay that is charged anew needs a new intent.
    pub earlier_refunds: u32,
}

impl CreatePaymentIntent {
    /// The key of the stay's one intent. It depends on booking, folio and earlier refunds and on nothing of
    /// the call, so that every caller gets the same intent.
    pub fn stay_key(&self) -> Key {
        Key::derived(&[
            "payment_intent",
            self.intent.booking.as_str(),
            &self.intent.amount.0.to_string(),
            &self.intent.currency,
            &self.earlier_refunds.to_string(),
        ])
    }
}

impl Skill for CreatePaymentIntent {
    const NAME: &'static str = "create_payment_intent";
    const EFFECT: Effect = Effect::Prepares;
    const SYSTEM: System = System::Payments;
    type Output = Intent;

    async fn run(&self, call: &Call<'_>) -> Result<Intent, SkillError> {
        call.payments().create_intent(&call.fresh(&self.stay_key()), &self.intent).await
    }
}
