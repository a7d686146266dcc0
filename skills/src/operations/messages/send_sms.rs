use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::messages::Sms;
use serde::{Deserialize, Serialize};

/// Send a text message to a guest. A saga stages it with `afterwards`, and it is sent when the saga has finished.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendSms {
    /// The message.
    pub sms: Sms,
}

impl Skill for SendSms {
    const NAME: &'static str = "send_sms";
    const EFFECT: Effect = Effect::Adds;
    const SYSTEM: System = System::Messages;
    type Output = String;

    async fn run(&self, call: &Call<'_>) -> Result<String, SkillError> {
        call.messages().send(call.key(), &self.sms).await
    }
}
