use crate::error::SkillError;
use crate::records::{Listed, Stay, StayQuery};
use crate::skill::{Call, Effect, Skill};
use crate::words::{BookingStatus, Email, Page, Paged};
use serde::{Deserialize, Serialize};

/// Find a guest's bookings with one of these statuses, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindBookingsOfGuest {
    /// The guest.
    pub guest: Email,
    /// The statuses; empty means any.
    pub statuses: Vec<BookingStatus>,
    /// Which part of the list.
    pub page: Page,
}

impl Skill for FindBookingsOfGuest {
    const NAME: &'static str = "find_bookings_of_guest";
    const EFFECT: Effect = Effect::Reads;
    type Output = Paged<Stay>;

    async fn run(&self, call: &Call<'_>) -> Result<Paged<Stay>, SkillError> {
        let query = StayQuery {
            guest: Some(self.guest.clone()),
            statuses: self.statuses.clone(),
            ..StayQuery::default()
        };
        Ok(call.crm().stays(&query, &self.page).await?.filter_map(Listed::stay))
    }
}
