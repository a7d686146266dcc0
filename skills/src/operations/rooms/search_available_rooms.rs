use super::{AvailableRoom, AvailableRoomList};
use crate::error::SkillError;
use crate::records::{Free, Room, RoomQuery};
use crate::skill::{Call, Effect, Skill};
use crate::stay_rules::check_nights;
use crate::words::{Cursor, Date, GuestCount, Limit, ListInfo, Nights, Page, RoomType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Find available rooms, free (open) for all nights of a stay, from today on, and how much they cost. Tells what is
/// available or left (the options, vacancies) tonight, tomorrow, next week, at the weekend or any other time, the rate
/// or price a night of a double, a deluxe, a suite or a bigger room, space for so many people, adults or a family, the
/// cheapest or a cheaper one. Returns them by room number with the nightly rate and the price of the stay in cents;
/// book one with create_booking. An empty list is a success. Fails with INVALID_DATES (past or reversed).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Find free rooms and prices")]
pub struct SearchAvailableRooms {
    /// The day of arrival, YYYY-MM-DD.
    pub check_in_date: Date,
    /// The day of departure, YYYY-MM-DD; its night is not part of the stay.
    pub check_out_date: Date,
    /// Only rooms that take so many guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_guests: Option<GuestCount>,
    /// Only rooms of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_type: Option<RoomType>,
    /// Rows at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// next_cursor of the call before, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
}

impl Skill for SearchAvailableRooms {
    const NAME: &'static str = "search_available_rooms";
    const EFFECT: Effect = Effect::Reads;
    type Output = AvailableRoomList;

    async fn run(&self, call: &Call<'_>) -> Result<AvailableRoomList, SkillError> {
        let nights = Nights { from: self.check_in_date, to: self.check_out_date };
        check_nights(nights, call.today())?;
        let query = RoomQuery {
            sleeps: self.number_of_guests.map(GuestCount::get),
            room_type: self.room_type,
            free: Some(Free { nights, today: call.today() }),
            ..RoomQuery::default()
        };
        let found = call.crm().rooms(&query, &Page::new(self.limit, self.cursor.clone())).await?;
        let available = |room: &Room| {
            let rate = room.rate?; // a room without a price is not for sale
            Some(AvailableRoom {
                room_number: room.number.clone(),
                room_name: room.name.clone(),
                room_type: room.room_type.clone(),
                floor: room.floor,
                max_occupancy: room.max_occupancy,
                nightly_rate_cents: rate,
                total_nights: nights.count(),
                total_price_cents: rate.times(nights.count()),
                currency: room.currency.clone().unwrap_or_else(|| call.currency().to_owned()),
            })
        };
        Ok(AvailableRoomList {
            rooms: found.items.iter().filter_map(available).collect(),
            list: ListInfo::from(&found),
        })
    }
}
