use crate::records::Room;
use crate::skill::crm_change;
use crate::words::{Email, Open, RoomNumber, RoomStatus};
use serde::{Deserialize, Serialize};

/// Move a room from one status to another and set its occupant. Expects the status it moves from, and no occupant but the
/// guest named in `leaving`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRoom {
    /// The room.
    pub room: RoomNumber,
    /// The status it is expected to have.
    pub from: Open<RoomStatus>,
    /// The status it gets.
    pub to: RoomStatus,
    /// The guest who may occupy it now.
    pub leaving: Option<Email>,
    /// Whether somebody without e-mail may occupy it now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaving_unnamed: bool,
    /// The occupant afterwards.
    pub occupant: Option<Email>,
}

impl MoveRoom {
    /// A move of a room as it was read: it expects the same occupant, and leaves the room empty.
    pub fn of(room: &Room, to: RoomStatus) -> Self {
        let leaving = room.occupant.as_ref().map(|left| left.email.clone());
        Self {
            room: room.number.clone(),
            from: room.status.clone(),
            to,
            leaving,
            leaving_unnamed: room.occupant_without_email.is_some(),
            occupant: None,
        }
    }

    /// Like `self`, but this guest may occupy the room, whether or not that was read.
    pub fn leaving(self, guest: &Email) -> Self {
        Self { leaving: Some(guest.clone()), ..self }
    }

    /// Like `self`, with this guest as the occupant afterwards.
    pub fn occupied_by(self, guest: &Email) -> Self {
        Self { occupant: Some(guest.clone()), ..self }
    }
}

crm_change!(MoveRoom, "move_room", Changes);
