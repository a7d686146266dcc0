use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::{Intent, IntentsOf};
use serde::{Deserialize, Serialize};

/// Find all payment intents that may belong to a stay, whatever their status.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindStayIntents {
    /// The stay.
    pub whose: IntentsOf,
}

impl Skill for FindStayIntents {
    const NAME: &'static str = "find_stay_intents";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Vec<Intent>;

    async fn run(&self, call: &Call<'_>) -> Result<Vec<Intent>, SkillError> {
        call.payments().intents_of(&self.whose).await
    }
}
