use super::BookingAsSeen;
use crate::records::Stay;
use crate::skill::crm_change;
use crate::words::{BookingStatus, Date};
use serde::{Deserialize, Serialize};

/// Move a booking from one status to another. Expects the booking as it was read. A move back to Checked In also expects
/// the room to be free for the nights to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveBooking {
    /// The booking as it was read.
    pub seen: BookingAsSeen,
    /// The status it gets.
    pub to: BookingStatus,
    /// The new departure: the actual day at checkout, the planned day when a stay is reopened.
    pub departure: Option<Date>,
    /// The hotel's day.
    pub today: Date,
}

impl MoveBooking {
    /// A move of a booking as it was read; its departure stays.
    pub fn of(stay: &Stay, to: BookingStatus, today: Date) -> Self {
        Self { seen: BookingAsSeen::from(stay), to, departure: None, today }
    }
}

crm_change!(MoveBooking, "move_booking", Changes);
