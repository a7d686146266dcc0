use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::messages::Delivery;
use serde::{Deserialize, Serialize};

/// Read the status of a text message that the service has accepted. Nothing if the service does not know it or does not
/// report it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAfterSms {
    /// The id that the service gave it.
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
