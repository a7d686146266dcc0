use super::DayView;
use crate::error::SkillError;
use crate::records::DayQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::Date;
use serde::{Deserialize, Serialize};

/// Read a day of the hotel: who comes and who leaves; of today also every room and the open requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeeDay {
    /// The day; today if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
}

impl Skill for SeeDay {
    const NAME: &'static str = "see_day";
    const EFFECT: Effect = Effect::Reads;
    type Output = DayView;

    async fn run(&self, call: &Call<'_>) -> Result<DayView, SkillError> {
        let query = DayQuery { day: self.day.unwrap_or_else(|| call.today()), today: call.today() };
        let seen = call.crm().day(&query).await?;
        Ok(DayView::of(&seen, query, call))
    }
}
