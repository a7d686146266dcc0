use super::BookingAsSeen;
use crate::records::Stay;
use crate::skill::crm_change;
use crate::words::{BookingStatus, Date};
use serde::{Deserialize, Serialize};

/// Move a booking from one status to another. Expects it as it was seen; moving back to Checked In also
/// expects the room to be free for the nights still to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveBooking {
    /// The booking as it was seen.
    pub seen: BookingAsSeen,
    /// The status it gets.
    pub to: BookingStatus,
    /// The new day of departure: the actual one at checkout, the planned one when a stay is reopened.
    pub departure: Option<Date>,
    /// The hotel's day.
    pub today: Date,
}

impl MoveBooking {
    /// A booking as it was seen, moved; its departure stays.
    pub fn of(stay: &Stay, to: BookingStatus, today: Date) -> Self {
        Self { seen: BookingAsSeen::from(stay), to, departure: None, today }
    }
}

crm_change!(MoveBooking, "move_booking", Changes);
