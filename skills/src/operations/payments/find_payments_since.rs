use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::Intent;
use crate::words::{Page, Paged};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Find the successful payments, refunded or not, whose intent was made at this moment or later; newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindPaymentsSince {
    /// The moment.
    pub since: Timestamp,
    /// Which part of the list.
    pub page: Page,
}

impl Skill for FindPaymentsSince {
    const NAME: &'static str = "find_payments_since";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Paged<Intent>;

    async fn run(&self, call: &Call<'_>) -> Result<Paged<Intent>, SkillError> {
        call.payments().paid_since(self.since, &self.page).await
    }
}
