use crate::error::{SkillError, System};
use crate::skill::{Call, Effect, Skill};
use crate::systems::crm::SentMessage;
use serde::{Deserialize, Serialize};

/// Store sent text messages in the hotel's records, in one round trip. One that is stored already stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSms {
    /// The messages, at most 200.
    pub messages: Vec<SentMessage>,
}

impl Skill for RecordSms {
    const NAME: &'static str = "record_sms";
    const EFFECT: Effect = Effect::Adds;
    const SYSTEM: System = System::Crm;
    type Output = ();

    async fn run(&self, call: &Call<'_>) -> Result<(), SkillError> {
        Ok(call.crm().record_messages(&self.messages).await?)
    }
}
