use crate::systems::crm::Stay;
use crate::words::{
    BookingNumber, BookingStatus, Cents, Date, Email, ListInfo, Paged, PaymentIntentId, RoomNumber, RoomType,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A booking as an agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BookingView {
    /// The booking's number.
    pub booking_number: BookingNumber,
    /// Where the booking stands.
    pub status: BookingStatus,
    /// Whose it is.
    pub guest_name: String,
    /// Whose it is.
    pub guest_email: Email,
    /// The room.
    pub room_number: RoomNumber,
    /// The name the room is sold under.
    pub room_name: String,
    /// What kind of room it is.
    pub room_type: RoomType,
    /// The floor it is on.
    pub floor: i32,
    /// The day of arrival.
    pub check_in_date: Date,
    /// The day of departure; the actual one once the guest has left.
    pub check_out_date: Date,
    /// How many nights that is.
    pub total_nights: u32,
    /// How many people.
    pub number_of_guests: u8,
    /// What the guest asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_requests: Option<String>,
    /// The price of a night, in cents, as it was fixed for this booking.
    pub nightly_rate_cents: Cents,
    /// What the stay costs in cents: due if leaving today for a guest who is here, the whole stay for a
    /// reservation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folio_cents: Option<Cents>,
    /// The currency of both, an ISO code in lower case.
    pub currency: String,
    /// The payment that closed the stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_intent_id: Option<PaymentIntentId>,
}

impl BookingView {
    /// The view of a stay on the hotel's day.
    pub fn of(stay: &Stay, today: Date, currency: &str) -> Self {
        Self {
            booking_number: stay.booking.clone(),
            status: stay.status,
            guest_name: stay.guest.name(),
            guest_email: stay.guest.email.clone(),
            room_number: stay.room.number.clone(),
            room_name: stay.room.name.clone(),
            room_type: stay.room.room_type,
            floor: stay.room.floor,
            check_in_date: stay.nights.from,
            check_out_date: stay.nights.to,
            total_nights: stay.total_nights(),
            number_of_guests: stay.number_of_guests,
            special_requests: stay.special_requests.clone(),
            nightly_rate_cents: stay.rate,
            folio_cents: stay.folio(today),
            currency: stay.currency.clone().unwrap_or_else(|| currency.to_owned()),
            payment_intent_id: stay.payment.clone(),
        }
    }
}

/// A list of bookings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BookingList {
    /// The bookings, newest first.
    pub bookings: Vec<BookingView>,
    /// What the list says about itself.
    #[serde(flatten)]
    pub list: ListInfo,
}

impl BookingList {
    /// The list of the stays found.
    pub fn of(found: &Paged<Stay>, today: Date, currency: &str) -> Self {
        Self {
            bookings: found.items.iter().map(|stay| BookingView::of(stay, today, currency)).collect(),
            list: ListInfo::from(found),
        }
    }
}
