use super::{RoomList, RoomView};
use crate::error::SkillError;
use crate::records::RoomQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{Cursor, Limit, ListInfo, Page, RoomNumber, RoomStatus, RoomType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Show rooms of the hotel, the status (state) of each, and who is staying in it or occupies it. The housekeeping list:
/// which rooms are clean already, dirty, ready, vacant, occupied, under maintenance or out of service, and what still
/// needs cleaning today; the suites, or the rooms on a floor; also which room a guest is in. Filters narrow together.
/// Returns them by room number with status, type, rate and occupant (name, e-mail, phone). An empty list is a success.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Show rooms and who is in them")]
pub struct SearchRoomsOnBehalfOfStaff {
    /// This room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// Rooms in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_filter: Option<RoomStatus>,
    /// Rooms on this floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor_filter: Option<i32>,
    /// Rooms of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_type_filter: Option<RoomType>,
    /// Rows at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// next_cursor of the call before, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
}

impl Skill for SearchRoomsOnBehalfOfStaff {
    const NAME: &'static str = "search_rooms_on_behalf_of_staff";
    const EFFECT: Effect = Effect::Reads;
    type Output = RoomList;

    async fn run(&self, call: &Call<'_>) -> Result<RoomList, SkillError> {
        let query = RoomQuery {
            number: self.room_number.clone(),
            status: self.status_filter,
            floor: self.floor_filter,
            room_type: self.room_type_filter,
            ..RoomQuery::default()
        };
        let found = call.crm().rooms(&query, &Page::new(self.limit, self.cursor.clone())).await?;
        Ok(RoomList {
            rooms: found.items.iter().map(|room| RoomView::for_staff(room, call.currency())).collect(),
            list: ListInfo::from(&found),
        })
    }
}
