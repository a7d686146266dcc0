use crate::records::Stay;
use crate::words::{BookingNumber, BookingStatus, Email, Nights, Open, RoomNumber};
use serde::{Deserialize, Serialize};

/// A booking as it was read when the saga decided what to do with it. A commit expects it to be the same, and otherwise
/// changes nothing (optimistic locking).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingAsSeen {
    /// The booking.
    pub booking: BookingNumber,
    /// Its status.
    pub status: Open<BookingStatus>,
    /// Its guest.
    pub guest: Email,
    /// Its room.
    pub room: RoomNumber,
    /// Its arrival and departure.
    pub nights: Nights,
}

impl From<&Stay> for BookingAsSeen {
    fn from(stay: &Stay) -> Self {
        Self {
            booking: stay.booking.clone(),
            status: stay.status.clone(),
            guest: stay.guest.email.clone(),
            room: stay.room.number.clone(),
            nights: stay.nights,
        }
    }
}
