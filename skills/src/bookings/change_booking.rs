use crate::skill::crm_change;
use crate::systems::crm::Stay;
use crate::words::{BookingNumber, BookingStatus, Cents, Date, Email, LongText, Nights, RoomNumber};
use serde::{Deserialize, Serialize};

/// Change what is given of a booking, never its status. Expects the status, and, where nights or room change,
/// the room to be free for the nights that are still to come, but for this booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeBooking {
    /// The booking.
    pub booking: BookingNumber,
    /// The status it is expected to have.
    pub expect: BookingStatus,
    /// The new guest.
    pub guest: Option<Email>,
    /// The new room.
    pub room: Option<RoomNumber>,
    /// The new arrival and departure.
    pub nights: Option<Nights>,
    /// The new number of people.
    pub number_of_guests: Option<u8>,
    /// The new requests.
    pub special_requests: Option<LongText>,
    /// The new price of a night.
    pub rate: Option<Cents>,
    /// The hotel's day: nights before it have passed.
    pub today: Date,
}

impl ChangeBooking {
    /// A booking as it was seen, with nothing to change yet.
    pub fn of(stay: &Stay, today: Date) -> Self {
        Self {
            booking: stay.booking.clone(),
            expect: stay.status,
            guest: None,
            room: None,
            nights: None,
            number_of_guests: None,
            special_requests: None,
            rate: None,
            today,
        }
    }
}

crm_change!(ChangeBooking, "change_booking", Changes);
