use crate::error::SkillError;
use crate::operations::suggestions::Suggestions;
use crate::records::RoomQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{Page, SearchText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Suggest room numbers that begin with what a member of staff has typed. Returns them by number.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SuggestRooms {
    /// The beginning of a room's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SearchText>,
}

impl Skill for SuggestRooms {
    const NAME: &'static str = "suggest_rooms";
    const EFFECT: Effect = Effect::Reads;
    type Output = Suggestions;

    async fn run(&self, call: &Call<'_>) -> Result<Suggestions, SkillError> {
        let number_begins = self.query.as_ref().map(ToString::to_string);
        let query = RoomQuery { number_begins, ..RoomQuery::default() };
        let found = call.crm().rooms(&query, &Page::most()).await?;
        Ok(Suggestions::of(&found, |room| room.number.to_string()))
    }
}
