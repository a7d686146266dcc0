use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::{Intent, IntentsOf, Money};
use serde::{Deserialize, Serialize};

/// Find all payment intents that may belong to a stay, whatever their status.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindStayIntents {
    /// The stay.
    pub whose: IntentsOf,
    /// Where else to look if one that is found was given up: maybe for another, with a card that is saved for another customer
    /// of the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub else_everywhere: Option<IntentsOf>,
}

impl Skill for FindStayIntents {
    const NAME: &'static str = "find_stay_intents";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = Vec<Intent>;

    async fn run(&self, call: &Call<'_>) -> Result<Vec<Intent>, SkillError> {
        let found = call.payments().intents_of(&self.whose).await?;
        let given_up = |intent: &Intent| self.whose.are_of(intent) && intent.money() == Money::GivenUp;
        match &self.else_everywhere {
            Some(everywhere) if found.iter().any(given_up) => call.payments().intents_of(everywhere).await,
            _ => Ok(found),
        }
    }
}
