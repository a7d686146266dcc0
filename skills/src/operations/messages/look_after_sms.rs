use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::messages::Delivery;
use serde::{Deserialize, Serialize};

/// See what became of a text message that the service has taken. Answers nothing if the service does not know it, or does
/// not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAfterSms {
    /// What the service calls it.
    pub id: String,
}

impl Skill for LookAfterSms {
    const NAME: &'static str = "look_after_sms";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Messages;
    type Output = Option<Delivery>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Delivery>, SkillError> {
        call.messages().delivery(&self.id).await
    }
}
