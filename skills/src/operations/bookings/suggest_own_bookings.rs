use super::suggest_bookings::{beginning, numbers};
use crate::error::SkillError;
use crate::operations::suggestions::Suggestions;
use crate::records::StayQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{Email, Page, SearchText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Suggest numbers of a guest's own bookings that begin with what the guest has typed. Returns them newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SuggestOwnBookings {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// The beginning of a booking's number, with or without `BK-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SearchText>,
}

impl Skill for SuggestOwnBookings {
    const NAME: &'static str = "suggest_own_bookings";
    const EFFECT: Effect = Effect::Reads;
    type Output = Suggestions;

    async fn run(&self, call: &Call<'_>) -> Result<Suggestions, SkillError> {
        let query = StayQuery {
            guest: Some(self.guest_email.clone()),
            number_begins: self.query.as_ref().map(beginning),
            complete: true,
            ..StayQuery::default()
        };
        let found = call.crm().stays(&query, &Page::most()).await?;
        Ok(numbers(&found))
    }
}
