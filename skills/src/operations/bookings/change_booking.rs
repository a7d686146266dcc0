use super::BookingAsSeen;
use crate::records::Stay;
use crate::skill::crm_change;
use crate::words::{BookingStatus, Date, Email, LongText, Nights, Prices, RoomNumber};
use serde::{Deserialize, Serialize};

/// Change the given fields of a booking, never its status. Expects the booking as it was read and, if nights or room
/// change, the room to be free for the nights to come, except for this booking. If the guest of a stay that is checked in
/// changes, the stay's open guest cases move to the new guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeBooking {
    /// The booking as it was read.
    pub seen: BookingAsSeen,
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
    /// The new price of each night.
    pub agreed: Option<Prices>,
    /// The hotel's day. Nights before it have passed.
    pub today: Date,
}

impl ChangeBooking {
    /// A change of a booking as it was read, with nothing to change yet.
    pub fn of(stay: &Stay, today: Date) -> Self {
        Self {
            seen: BookingAsSeen::from(stay),
            guest: None,
            room: None,
            nights: None,
            number_of_guests: None,
            special_requests: None,
            agreed: None,
            today,
        }
    }

    /// Whether the stay's open cases move too: the stay is checked in and gets another guest.
    pub(crate) fn moves_cases(&self) -> bool {
        self.guest.is_some() && self.seen.status == BookingStatus::CheckedIn
    }
}

crm_change!(ChangeBooking, "change_booking", Changes);
