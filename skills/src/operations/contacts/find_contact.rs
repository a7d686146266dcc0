use crate::error::SkillError;
use crate::records::{Contact, Look};
use crate::skill::{Call, Effect, Skill};
use crate::words::Email;
use serde::{Deserialize, Serialize};

/// Find the person with this e-mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindContact {
    /// The person's e-mail.
    pub email: Email,
}

impl Skill for FindContact {
    const NAME: &'static str = "find_contact";
    const EFFECT: Effect = Effect::Reads;
    type Output = Option<Contact>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Contact>, SkillError> {
        let look = Look { guest: Some(self.email.clone()), ..Look::on(call.today()) };
        Ok(call.crm().look(&look).await?.guest)
    }
}
