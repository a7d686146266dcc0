use crate::skill::crm_change;
use crate::words::{BookingNumber, Date, Email, Key, LongText, Nights, Prices, RoomNumber};
use serde::{Deserialize, Serialize};

/// Write the booking with this key: create it as Reserved, or leave it as it is if it exists. Expects the room to be free
/// for its nights, and the guest to hold none of them except with the bookings that are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpsertBooking {
    /// Our key for it (`External_ID__c`).
    pub external_id: Key,
    /// The key of the sale it belongs to.
    pub opportunity: Key,
    /// Its guest.
    pub guest: Email,
    /// The room.
    pub room: RoomNumber,
    /// Arrival and departure.
    pub nights: Nights,
    /// How many people.
    pub number_of_guests: u8,
    /// What the guest asked for.
    pub special_requests: Option<LongText>,
    /// The guest's bookings that are known to hold some of these nights: the guest wants a further room.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_to: Vec<BookingNumber>,
    /// The price of each night.
    pub agreed: Prices,
    /// The hotel's day. An overstaying guest holds tonight.
    pub today: Date,
}

crm_change!(UpsertBooking, "upsert_booking", Adds);
