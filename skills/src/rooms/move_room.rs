use crate::skill::crm_change;
use crate::words::{Email, RoomNumber, RoomStatus};
use serde::{Deserialize, Serialize};

/// Move a room from one status to another and set who is in it. Expects the status it moves from, and nobody
/// in it but the guest named in `leaving`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRoom {
    /// The room.
    pub room: RoomNumber,
    /// The status it is expected to have.
    pub from: RoomStatus,
    /// The status it gets.
    pub to: RoomStatus,
    /// Who may be in it now.
    pub leaving: Option<Email>,
    /// Who is in it afterwards.
    pub occupant: Option<Email>,
}

crm_change!(MoveRoom, "move_room", Changes);
