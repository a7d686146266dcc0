use crate::records::Room;
use crate::skill::crm_change;
use crate::words::{Email, Open, RoomNumber, RoomStatus};
use serde::{Deserialize, Serialize};

/// Move a room from one status to another and set who is in it. Expects the status it moves from, and nobody
/// in it but the guest named in `leaving`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRoom {
    /// The room.
    pub room: RoomNumber,
    /// The status it is expected to have.
    pub from: Open<RoomStatus>,
    /// The status it gets.
    pub to: RoomStatus,
    /// Who may be in it now.
    pub leaving: Option<Email>,
    /// Who is in it afterwards.
    pub occupant: Option<Email>,
}

impl MoveRoom {
    /// A room as it was seen, moved: expects who was in it, and leaves it empty.
    pub fn of(room: &Room, to: RoomStatus) -> Self {
        let leaving = room.occupant.as_ref().map(|left| left.email.clone());
        Self { room: room.number.clone(), from: room.status.clone(), to, leaving, occupant: None }
    }

    /// The same, where this guest may be in it, seen or not.
    pub fn leaving(self, guest: &Email) -> Self {
        Self { leaving: Some(guest.clone()), ..self }
    }

    /// The same, with this guest in it afterwards.
    pub fn occupied_by(self, guest: &Email) -> Self {
        Self { occupant: Some(guest.clone()), ..self }
    }
}

crm_change!(MoveRoom, "move_room", Changes);
