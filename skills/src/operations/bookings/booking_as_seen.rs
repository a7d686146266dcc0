use crate::records::Stay;
use crate::words::{BookingNumber, BookingStatus, Email, Nights, Open, RoomNumber};
use serde::{Deserialize, Serialize};

/// A booking as it was when it was decided what to do with it. A commit finds it so or changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingAsSeen {
    /// The booking.
    pub booking: BookingNumber,
    /// Where it stood.
    pub status: Open<BookingStatus>,
    /// Whose it was.
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
