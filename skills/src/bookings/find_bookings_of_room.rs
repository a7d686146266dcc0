use crate::error::SkillError;
use crate::skill::{Call, Effect, Skill};
use crate::systems::crm::{Stay, StayQuery};
use crate::words::{BookingStatus, Nights, Page, Paged, RoomNumber};
use serde::{Deserialize, Serialize};

/// Find the bookings that hold nights of a room: reserved or checked in, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindBookingsOfRoom {
    /// The room.
    pub room: RoomNumber,
    /// The nights asked about.
    pub nights: Nights,
    /// Which part of the list.
    pub page: Page,
}

impl Skill for FindBookingsOfRoom {
    const NAME: &'static str = "find_bookings_of_room";
    const EFFECT: Effect = Effect::Reads;
    type Output = Paged<Stay>;

    async fn run(&self, call: &Call<'_>) -> Result<Paged<Stay>, SkillError> {
        let query = StayQuery {
            room: Some(self.room.clone()),
            statuses: vec![BookingStatus::Reserved, BookingStatus::CheckedIn],
            overlapping: Some(self.nights),
            ..StayQuery::default()
        };
        call.crm().stays(&query, &self.page).await
    }
}
