use crate::saga::{Run, Saga, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::rooms::{MoveRoom, RoomView};
use skills::records::{Look, Seen};
use skills::words::{Open, RoomNumber, RoomStatus};
use skills::{Commit, Effect, refusals};

/// Set the status of a room as housekeeping and maintenance do: Vacant when it is clean and ready, Cleaning when it is
/// dirty. A room that is cleaned, repaired, fixed or finished goes back in service, available to sell; one that is out
/// of order or closed for renovation is put into Maintenance or Out of Service. Never into or out of Occupied: that is
/// for check-in, checkout and assign_room. Returns the room; changed is false if it was so before. Fails with
/// INVALID_TRANSITION (names the current state).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Set a room's status: clean, dirty, out of service")]
pub struct UpdateRoomStatus {
    /// The room.
    pub room_number: RoomNumber,
    /// The state to move it to.
    pub status: RoomStatus,
}

/// The room as it is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RoomUpdated {
    /// The room.
    #[serde(flatten)]
    pub room: RoomView,
    /// Whether the state is another than before.
    pub changed: bool,
    /// The state it had before.
    pub previous_status: Open<RoomStatus>,
}

impl Saga for UpdateRoomStatus {
    const NAME: &'static str = "update_room_status";
    const EFFECT: Effect = Effect::Changes;
    type Output = RoomUpdated;

    async fn run(self, saga: &Run) -> Result<RoomUpdated, SagaError> {
        let look = Look { room: Some(self.room_number.clone()), ..Look::on(saga.today()) };
        let found =
            |seen: &Seen| seen.room.clone().ok_or_else(|| refusals::room_not_found(&self.room_number));
        saga.tell(1, 2, "looking up the room");
        let (_, mut room) = saga.hold(look, found).await?;
        let previous_status = room.status.clone();
        let changed = previous_status != self.status;
        if changed {
            if !previous_status.may_become(self.status) {
                return Err(refusals::room_cannot(&room.number, &previous_status, self.status).into());
            }
            let change = MoveRoom::of(&room, self.status);
            saga.tell(2, 2, format!("changing room {}", room.number));
            saga.commit("move_room", Commit::new().with(change)).await?;
            (room.status, room.occupant, room.occupant_without_email) = (self.status.into(), None, None);
        }
        Ok(RoomUpdated { room: RoomView::for_staff(&room, saga.currency()), changed, previous_status })
    }
}
