use super::BookingAsSeen;
use crate::records::Stay;
use crate::skill::crm_change;
use crate::words::{BookingStatus, Date, Email, LongText, Nights, Prices, RoomNumber};
use serde::{Deserialize, Serialize};

/// Change what is given of a booking, never its status. Expects it as it was seen, and, where nights or room change,
/// the room to be free for the nights that are still to come, but for this booking. With a guest who is here go the open
/// cases of the stay that are a guest's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeBooking {
    /// The booking as it was seen.
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
    /// The hotel's day: nights before it have passed.
    pub today: Date,
}

impl ChangeBooking {
    /// A booking as it was seen, with nothing to change yet.
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

    /// Whether the stay's open cases go with it: its guest is here, and it is another one's from now on.
    pub(crate) fn moves_cases(&self) -> bool {
        self.guest.is_some() && self.seen.status == BookingStatus::CheckedIn
    }
}

crm_change!(ChangeBooking, "change_booking", Changes);
