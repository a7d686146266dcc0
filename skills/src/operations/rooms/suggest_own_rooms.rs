use crate::error::SkillError;
use crate::operations::suggestions::Suggestions;
use crate::records::RoomQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{BookingStatus, Email, Page, SearchText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Suggest room numbers of a guest's own stays and reservations that begin with what the guest has typed. Returns them
/// by number.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SuggestOwnRooms {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// The beginning of a room's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SearchText>,
}

impl Skill for SuggestOwnRooms {
    const NAME: &'static str = "suggest_own_rooms";
    const EFFECT: Effect = Effect::Reads;
    type Output = Suggestions;

    async fn run(&self, call: &Call<'_>) -> Result<Suggestions, SkillError> {
        let open = vec![BookingStatus::Reserved, BookingStatus::CheckedIn];
        let query = RoomQuery {
            guest: Some((self.guest_email.clone(), open)),
            number_begins: self.query.as_ref().map(ToString::to_string),
            ..RoomQuery::default()
        };
        let found = call.crm().rooms(&query, &Page::most()).await?;
        Ok(Suggestions::of(&found, |room| room.number.to_string()))
    }
}
