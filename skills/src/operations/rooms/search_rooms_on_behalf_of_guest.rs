use super::{RoomList, RoomView};
use crate::error::SkillError;
use crate::records::RoomQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{BookingStatus, Cursor, Email, Limit, ListInfo, Page, choice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choice!(
    /// Which of a guest's rooms.
    GuestRoomFilter { Current = "current", Historical = "historical", All = "all" }
);

/// Show which room the guest is in: room number, floor, name, type or kind (standard, deluxe or suite), and how many
/// people it takes. Tells what the number of the room is, where it is and what kind, now or for past stays, such as
/// last year. Returns the rooms of the guest's own stays by room number: by default the current ones. Never says who
/// else is in a room. An empty list is a success.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Show the guest's room number")]
pub struct SearchRoomsOnBehalfOfGuest {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// current (staying there now), historical (stayed there) or all (reserved ones too).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "current"))]
    pub filter: Option<GuestRoomFilter>,
    /// Rows at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// next_cursor of the call before, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
}

impl Skill for SearchRoomsOnBehalfOfGuest {
    const NAME: &'static str = "search_rooms_on_behalf_of_guest";
    const EFFECT: Effect = Effect::Reads;
    type Output = RoomList;

    async fn run(&self, call: &Call<'_>) -> Result<RoomList, SkillError> {
        use BookingStatus::{CheckedIn, CheckedOut, Reserved};
        let statuses = match self.filter.unwrap_or(GuestRoomFilter::Current) {
            GuestRoomFilter::Current => vec![CheckedIn],
            GuestRoomFilter::Historical => vec![CheckedOut],
            GuestRoomFilter::All => vec![Reserved, CheckedIn, CheckedOut],
        };
        let query = RoomQuery { guest: Some((self.guest_email.clone(), statuses)), ..RoomQuery::default() };
        let found = call.crm().rooms(&query, &Page::new(self.limit, self.cursor.clone())).await?;
        let view = |room| RoomView::for_guest(room, &self.guest_email, call.currency());
        Ok(RoomList { rooms: found.items.iter().map(view).collect(), list: ListInfo::from(&found) })
    }
}
