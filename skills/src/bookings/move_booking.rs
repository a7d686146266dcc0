use crate::skill::crm_change;
use crate::systems::crm::Stay;
use crate::words::{BookingNumber, BookingStatus, Date};
use serde::{Deserialize, Serialize};

/// Move a booking from one status to another. Expects the status it moves from; moving back to Checked In also
/// expects the room to be free for the nights still to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveBooking {
    /// The booking.
    pub booking: BookingNumber,
    /// The status it is expected to have.
    pub from: BookingStatus,
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
        Self { booking: stay.booking.clone(), from: stay.status, to, departure: None, today }
    }
}

crm_change!(MoveBooking, "move_booking", Changes);
