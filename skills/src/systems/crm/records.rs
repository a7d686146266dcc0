//! What the hotel's records hold.

use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, Cents, ContactMethod, ContactType, Date,
    Email, Nights, Origin, PaymentIntentId, Priority, RoomNumber, RoomStatus, RoomType, Stage,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The key of the person.
    pub email: Email,
    /// May be empty in an untidy system.
    pub first_name: String,
    /// May be empty in an untidy system.
    pub last_name: String,
    /// As somebody wrote it.
    pub phone: Option<String>,
    /// What the person is to the hotel.
    pub contact_type: ContactType,
    /// How the person wants to be reached.
    pub prefers: ContactMethod,
}

impl Contact {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The number for a text message, if the person wants one and can get one.
    pub fn sms_number(&self) -> Option<&str> {
        self.phone.as_deref().filter(|_| self.prefers == ContactMethod::Sms)
    }
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The number on its door.
    pub number: RoomNumber,
    /// The name it is sold under.
    pub name: String,
    /// What kind of room it is.
    pub room_type: RoomType,
    /// The floor it is on.
    pub floor: i32,
    /// Today's price of a night.
    pub rate: Cents,
    /// How many guests it takes.
    pub max_occupancy: u8,
    /// Where it stands.
    pub status: RoomStatus,
    /// Who is in it.
    pub occupant: Option<Contact>,
}

/// A booking with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The booking's number.
    pub booking: BookingNumber,
    /// Where the booking stands.
    pub status: BookingStatus,
    /// Whose it is.
    pub guest: Contact,
    /// The room it is for.
    pub room: Room,
    /// Arrival and departure; the actual departure once the guest has left.
    pub nights: Nights,
    /// The departure that was planned, kept when the guest leaves on another day.
    pub planned_departure: Date,
    /// How many people.
    pub number_of_guests: u8,
    /// What the guest asked for.
    pub special_requests: Option<String>,
    /// The price of a night, fixed when the booking was priced.
    pub rate: Cents,
    /// Where the sale stands.
    pub stage: Stage,
    /// What the sale amounts to; other bookings of the same sale included.
    pub amount: Cents,
    /// How many other bookings of the same sale are reserved or checked in.
    pub other_open_bookings: u32,
    /// The payment that closed the stay, unless it was refunded.
    pub payment: Option<PaymentIntentId>,
    /// The last payment recorded for the stay, refunded or not.
    pub last_payment: Option<PaymentIntentId>,
    /// How often a payment of this stay was refunded.
    pub refunds: u32,
    /// The booking's own key: ours, or the record's own id.
    #[serde(default)]
    pub key: String,
    /// When the booking was made, where its key is ours: a call that is made again on older records gives it again.
    #[serde(default)]
    pub made_at: Option<Timestamp>,
}

impl Stay {
    /// What the stay costs: if it ended today for a guest who is here, as a whole for a reservation, as it was
    /// for a guest who has left. Nothing for a booking that came to nothing.
    pub fn folio(&self, today: Date) -> Option<Cents> {
        match self.status {
            BookingStatus::Reserved | BookingStatus::CheckedOut => Some(self.price()),
            BookingStatus::CheckedIn => Some(self.rate.times(self.nights_until(today))),
            BookingStatus::Cancelled | BookingStatus::NoShow => None,
        }
    }

    /// The nights that count: those booked, or those stayed, at least one, once the guest has left.
    pub fn total_nights(&self) -> u32 {
        let nights = self.nights.count();
        if self.status == BookingStatus::CheckedOut { nights.max(1) } else { nights }
    }

    /// What this booking contributes to the sale: its nights at its rate.
    pub fn price(&self) -> Cents {
        self.rate.times(self.total_nights())
    }

    /// The nights to pay for when leaving on `day`: at least one.
    pub fn nights_until(&self, day: Date) -> u32 {
        Nights { from: self.nights.from, to: day }.count().max(1)
    }
}

/// A service or maintenance request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The case's number.
    pub number: CaseNumber,
    /// What it is about.
    pub case_type: CaseType,
    /// Where it stands.
    pub status: CaseStatus,
    /// How soon it matters.
    pub priority: Priority,
    /// Where it came from.
    pub origin: Origin,
    /// The first line of its description.
    pub subject: String,
    /// What was asked for.
    pub description: String,
    /// Who asked.
    pub guest: Option<Contact>,
    /// Which room it concerns.
    pub room: Option<RoomNumber>,
    /// Which stay it belongs to.
    pub booking: Option<BookingNumber>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}
