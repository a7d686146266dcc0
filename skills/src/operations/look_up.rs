//! The read of a workflow.

use crate::error::SkillError;
use crate::records::{Look, Seen};
use crate::skill::{Call, Effect, Skill};
use serde::{Deserialize, Serialize};

/// Read what a workflow needs in one round trip: a guest with stays, a booking, a room, a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookUp(pub Look);

impl Skill for LookUp {
    const NAME: &'static str = "look_up";
    const EFFECT: Effect = Effect::Reads;
    type Output = Seen;

    async fn run(&self, call: &Call<'_>) -> Result<Seen, SkillError> {
        call.crm().look(&self.0).await
    }
}
