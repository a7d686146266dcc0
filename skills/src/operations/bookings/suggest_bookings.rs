use crate::error::SkillError;
use crate::operations::suggestions::Suggestions;
use crate::records::{Listed, StayQuery};
use crate::skill::{Call, Effect, Skill};
use crate::words::{Email, Page, Paged, SearchText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Suggest booking numbers that begin with what a member of staff has typed. Returns them newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SuggestBookings {
    /// The beginning of a booking's number, with or without `BK-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SearchText>,
    /// Only bookings of this guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
}

impl Skill for SuggestBookings {
    const NAME: &'static str = "suggest_bookings";
    const EFFECT: Effect = Effect::Reads;
    type Output = Suggestions;

    async fn run(&self, call: &Call<'_>) -> Result<Suggestions, SkillError> {
        let query = StayQuery {
            guest: self.guest_email.clone(),
            number_begins: self.query.as_ref().map(beginning),
            ..StayQuery::default()
        };
        let found = call.crm().stays(&query, &Page::most()).await?;
        Ok(numbers(&found))
    }
}

/// The beginning of a booking's number that a text stands for: people leave out what all numbers begin with.
pub(super) fn beginning(typed: &SearchText) -> String {
    let typed = typed.as_str().to_uppercase();
    if typed.starts_with(|c: char| c.is_ascii_digit()) { format!("BK-{typed}") } else { typed }
}

/// The numbers of listed bookings.
pub(super) fn numbers(found: &Paged<Listed>) -> Suggestions {
    Suggestions::of(found, |listed| match listed {
        Listed::Stay(stay) => stay.booking.to_string(),
        Listed::Incomplete(booking) => booking.booking.to_string(),
    })
}
