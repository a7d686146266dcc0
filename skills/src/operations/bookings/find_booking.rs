use crate::error::SkillError;
use crate::records::{Listed, Stay, StayQuery};
use crate::skill::{Call, Effect, Skill};
use crate::words::{BookingNumber, Key, Page};
use serde::{Deserialize, Serialize};

/// Find a booking by its number or by our key, with guest, room and sale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum FindBooking {
    /// By number.
    Number(BookingNumber),
    /// By our key (`External_ID__c`).
    ExternalId(Key),
}

impl Skill for FindBooking {
    const NAME: &'static str = "find_booking";
    const EFFECT: Effect = Effect::Reads;
    type Output = Option<Stay>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Stay>, SkillError> {
        let query = match self.clone() {
            Self::Number(number) => StayQuery { booking: Some(number), ..StayQuery::default() },
            Self::ExternalId(key) => StayQuery { external_id: Some(key), ..StayQuery::default() },
        };
        Ok(call.crm().stays(&query, &Page::default()).await?.items.pop().and_then(Listed::stay))
    }
}
