use crate::error::SkillError;
use crate::records::{Listed, Stay, StayQuery};
use crate::skill::{Call, Effect, Skill};
use crate::words::{Date, Page, Paged};
use serde::{Deserialize, Serialize};

/// Find the stays whose guest left on this day or later, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindStaysEndedSince {
    /// The day.
    pub since: Date,
    /// Which part of the list.
    pub page: Page,
}

impl Skill for FindStaysEndedSince {
    const NAME: &'static str = "find_stays_ended_since";
    const EFFECT: Effect = Effect::Reads;
    type Output = Paged<Stay>;

    async fn run(&self, call: &Call<'_>) -> Result<Paged<Stay>, SkillError> {
        let query = StayQuery { ended_since: Some(self.since), ..StayQuery::default() };
        Ok(call.crm().stays(&query, &self.page).await?.filter_map(Listed::stay))
    }
}
