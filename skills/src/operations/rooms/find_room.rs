use crate::error::SkillError;
use crate::records::{Look, Room};
use crate::skill::{Call, Effect, Skill};
use crate::words::RoomNumber;
use serde::{Deserialize, Serialize};

/// Find a room by its number, with who is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindRoom {
    /// The number on its door.
    pub room: RoomNumber,
}

impl Skill for FindRoom {
    const NAME: &'static str = "find_room";
    const EFFECT: Effect = Effect::Reads;
    type Output = Option<Room>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Room>, SkillError> {
        let look = Look { room: Some(self.room.clone()), ..Look::on(call.today()) };
        Ok(call.crm().look(&look).await?.room)
    }
}
