//! A booking with all its records, and its price.

use super::{Contact, Room, Sharing};
use crate::words::{BookingNumber, BookingStatus, Cents, Date, Nights, Open, PaymentIntentId, Prices, Stage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A booking with its guest, room, sale and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The booking's number.
    pub booking: BookingNumber,
    /// Tells it from any other booking that ever had this number: our key, else the record's own id.
    #[serde(default)]
    pub key: String,
    /// The record's own id, if it is not the key: it was, as long as the record had no key of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The booking's status.
    pub status: Open<BookingStatus>,
    /// Its guest.
    pub guest: Contact,
    /// The room it is for.
    pub room: Room,
    /// Arrival and departure; the actual departure once the guest has left.
    pub nights: Nights,
    /// The planned departure; stays when the guest leaves on another day.
    pub planned_departure: Date,
    /// How many people; none if the records do not say.
    #[serde(default)]
    pub number_of_guests: Option<u8>,
    /// What the guest asked for.
    pub special_requests: Option<String>,
    /// The agreed price of each night from the arrival on; none if the records have none: then the room's rate counts.
    #[serde(default)]
    pub agreed: Option<Prices>,
    /// The one price of all nights, in the journals of version 0.1.
    #[serde(default, skip_serializing)]
    pub rate: Option<Cents>,
    /// Whether the records store only the total price, which the nights then share evenly.
    #[serde(default)]
    pub shares_evenly: bool,
    /// The currency, an ISO code in lower case, if the records have one: the sale's, else the room's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid for the stay, or recorded as paid.
    #[serde(default)]
    pub paid: Option<Cents>,
    /// The sale's stage.
    pub stage: Stage,
    /// The sale's amount, including its other bookings; none if the records have none.
    pub amount: Option<Cents>,
    /// The other bookings' part of that amount; none if it cannot be known.
    #[serde(default)]
    pub others_price: Option<Cents>,
    /// A price in the records that is no amount of money: until somebody corrects it, the stay has no known price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable_price: Option<UnreadablePrice>,
    /// How many other bookings of the same sale are reserved or checked in.
    pub other_open_bookings: u32,
    /// The sale's shared amount, if the records store no price of this booking's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// The payment that closed the stay, unless it was refunded.
    pub payment: Option<PaymentIntentId>,
    /// The last payment recorded for the stay, refunded or not.
    pub last_payment: Option<PaymentIntentId>,
    /// How often a payment of this stay was refunded.
    pub refunds: u32,
    /// When the booking was made, if its key is ours: on restored older records, a repeated call makes another
    /// booking with the same key.
    #[serde(default)]
    pub made_at: Option<Timestamp>,
}

/// The place of a price that is no amount of money, in the record system's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadablePrice {
    /// The kind of record.
    pub object: String,
    /// The field.
    pub field: String,
}

impl Stay {
    /// The fewest people it can be for: one, if the records do not say.
    pub fn least_guests(&self) -> u8 {
        self.number_of_guests.unwrap_or(1)
    }

    /// The price of a night, counted from the arrival: as agreed, else the room's rate. None if there is neither.
    pub fn price_of_night(&self, night: u32) -> Option<Cents> {
        let agreed = self.agreed.as_ref().and_then(|agreed| agreed.of_night(night));
        let usual = || self.rate.or(self.room.rate).filter(|_| self.unreadable_price.is_none());
        agreed.or_else(usual)
    }

    /// Whether one of the nights until `day` costs the room's rate, because none was agreed for it.
    pub fn costs_the_rate(&self, day: Date) -> bool {
        let agreed = |night| self.agreed.as_ref().is_some_and(|agreed| agreed.of_night(night).is_some());
        self.rate.is_none() && !(0..self.nights_until(day)).all(agreed)
    }

    /// The warning for answers that show the stay's price: the records have none, or one that is no amount of money.
    pub fn price_warning(&self) -> Option<String> {
        let closed = self.status == BookingStatus::CheckedOut;
        let shown = self.is_active() || (closed && self.paid.is_none());
        if !shown {
            None
        } else if self.unreadable_price.is_some() {
            Some(format!(
                "What booking {} costs is not known: what the hotel's records keep as its price is no amount of money, and \
                 has to be mended there.",
                self.booking
            ))
        } else if self.agreed.is_none() && self.rate.is_none() {
            Some(format!(
                "The hotel's records do not say what booking {} costs; its nights were priced at the rate of room {}.",
                self.booking, self.room.number
            ))
        } else {
            None
        }
    }

    /// The price of the first nights. None if one of them has no price.
    pub fn cost_of(&self, nights: u32) -> Option<Cents> {
        (0..nights).try_fold(Cents(0), |sum, night| Some(sum.plus(self.price_of_night(night)?)))
    }

    /// The price of the stay if the guest leaves on `day`: at least one night. None if a night has no price.
    pub fn folio_on(&self, day: Date) -> Option<Cents> {
        self.cost_of(self.nights_until(day))
    }

    /// The price of the stay: until today for a guest who is here, of all nights for a reservation, the final price
    /// for a guest who has left. None for a cancelled booking, a no-show or an unknown status.
    pub fn folio(&self, today: Date) -> Option<Cents> {
        match self.status.known()? {
            BookingStatus::Reserved | BookingStatus::CheckedOut => self.price(),
            BookingStatus::CheckedIn => self.folio_on(today),
            BookingStatus::Cancelled | BookingStatus::NoShow => None,
        }
    }

    /// The nights that count: those booked, at least one.
    pub fn total_nights(&self) -> u32 {
        self.nights.count().max(1)
    }

    /// The booking's part of the sale: what was paid, else its nights at their prices. None if a night has no price.
    pub fn price(&self) -> Option<Cents> {
        match self.paid {
            Some(paid) if self.status == BookingStatus::CheckedOut => Some(paid),
            _ => self.cost_of(self.total_nights()),
        }
    }

    /// What the records have as paid for the stay and not as given back, by any means.
    pub fn recorded_as_paid(&self) -> Option<Cents> {
        let stands = self.payment.is_some() || self.last_payment.is_none();
        self.paid.filter(|paid| stands && *paid > Cents(0))
    }

    /// The booking's part of the sale with the planned departure.
    pub fn planned_price(&self) -> Option<Cents> {
        self.cost_of(Nights { from: self.nights.from, to: self.planned_departure }.count())
    }

    /// The nights to pay for when leaving on `day`: at least one.
    pub fn nights_until(&self, day: Date) -> u32 {
        Nights { from: self.nights.from, to: day }.count().max(1)
    }

    /// The agreed prices for other nights: nights in both stays keep their price, the others cost the rate of the
    /// `room`. None if a night has no price.
    pub fn agreed_for(&self, nights: Nights, room: &Room) -> Option<Prices> {
        let price = |night: u32| {
            let day = nights.from.plus_days(i32::try_from(night).ok()?);
            let before = u32::try_from(self.nights.from.days_until(day)).ok();
            let kept = before.filter(|_| day < self.nights.to).and_then(|night| self.price_of_night(night));
            kept.or(room.rate)
        };
        (0..nights.count()).map(price).collect::<Option<_>>().map(Prices::new)
    }

    /// Whether the booking holds its nights: its guest is here or expected, or its status is unknown to us.
    pub fn holds_nights(&self) -> bool {
        self.status.known().is_none_or(BookingStatus::is_active)
    }

    /// Whether it holds one of these nights. A guest who should have left before today holds tonight, and one who is here
    /// before the arrival that was booked holds the nights from today on.
    pub fn holds_one_of(&self, nights: Nights, today: Date) -> bool {
        let here = self.status == BookingStatus::CheckedIn;
        let begins_before = self.nights.from < nights.to || (here && today < nights.to);
        let overstays = here && self.nights.to < today && nights.from <= today;
        self.holds_nights() && begins_before && (self.nights.to > nights.from || overstays)
    }

    /// Whether its guest is here or expected.
    pub fn is_active(&self) -> bool {
        self.status.known().is_some_and(BookingStatus::is_active)
    }
}

/// A booking made by hand that lacks a field that a stay needs. It is shown, holds its room if it has one, and no
/// tool moves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncompleteBooking {
    /// The booking's number.
    pub booking: BookingNumber,
    /// Its status, if it has one.
    pub status: Option<Open<BookingStatus>>,
    /// Its guest.
    pub guest: Option<Contact>,
    /// The room it is for.
    pub room: Option<Room>,
    /// The day of arrival.
    pub arrival: Option<Date>,
    /// The day of departure.
    pub departure: Option<Date>,
    /// How many people; none if the records do not say.
    #[serde(default)]
    pub number_of_guests: Option<u8>,
    /// What the guest asked for.
    pub special_requests: Option<String>,
    /// What is missing, by the names an agent knows.
    pub missing: Vec<String>,
}

/// A booking in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// With everything that belongs to it.
    Stay(Box<Stay>),
    /// Lacking something.
    Incomplete(Box<IncompleteBooking>),
}

impl Listed {
    /// The stay, if it lacks nothing.
    pub fn stay(self) -> Option<Stay> {
        match self {
            Self::Stay(stay) => Some(*stay),
            Self::Incomplete(_) => None,
        }
    }
}
