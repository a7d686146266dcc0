use crate::error::SkillError;
use crate::operations::suggestions::Suggestions;
use crate::records::{ContactQuery, Sought};
use crate::skill::{Call, Effect, Skill};
use crate::words::{ContactType, Page, SearchText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Suggest e-mails of guests whose name, e-mail or phone has what a member of staff has typed. Returns them newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SuggestGuests {
    /// Words or parts of words of name, e-mail or phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SearchText>,
}

impl Skill for SuggestGuests {
    const NAME: &'static str = "suggest_guests";
    const EFFECT: Effect = Effect::Reads;
    type Output = Suggestions;

    async fn run(&self, call: &Call<'_>) -> Result<Suggestions, SkillError> {
        let sought = self.query.as_ref().map(|text| Sought::new(text, call.country()));
        let query = ContactQuery { sought, contact_type: Some(ContactType::Guest) };
        let found = call.crm().contacts(&query, &Page::most()).await?;
        Ok(Suggestions::of(&found, |person| person.email.to_string()))
    }
}
