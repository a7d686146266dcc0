//! A booking with everything that belongs to it, and what it costs.

use super::{Contact, Room, Sharing};
use crate::words::{BookingNumber, BookingStatus, Cents, Date, Nights, Open, PaymentIntentId, Prices, Stage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A booking with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The booking's number.
    pub booking: BookingNumber,
    /// What tells it from any other booking that ever had this number: our key for it, else the record's own id.
    #[serde(default)]
    pub key: String,
    /// Where the booking stands.
    pub status: Open<BookingStatus>,
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
    /// What was agreed, night by night from the arrival on; none where the records do not say: then the room's rate counts.
    #[serde(default)]
    pub agreed: Option<Prices>,
    /// The one price of all nights, in the journals of version 0.1.
    #[serde(default, skip_serializing)]
    pub rate: Option<Cents>,
    /// Whether the records keep only what the stay costs in all, so that its nights share that evenly.
    #[serde(default)]
    pub shares_evenly: bool,
    /// The currency of all of it, an ISO code in lower case, where the records say one: the sale's, else the room's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid for the stay, or recorded as paid.
    #[serde(default)]
    pub paid: Option<Cents>,
    /// Where the sale stands.
    pub stage: Stage,
    /// What the sale amounts to, other bookings of the same sale included; none where the records do not say.
    pub amount: Option<Cents>,
    /// What the other bookings of the same sale contribute to it; none where nobody can know.
    #[serde(default)]
    pub others_price: Option<Cents>,
    /// A price in the records that is no amount of money: until somebody mends it nobody knows what the stay costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable_price: Option<UnreadablePrice>,
    /// How many other bookings of the same sale are reserved or checked in.
    pub other_open_bookings: u32,
    /// What it shares with other bookings of the sale, where the records keep no price of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// The payment that closed the stay, unless it was refunded.
    pub payment: Option<PaymentIntentId>,
    /// The last payment recorded for the stay, refunded or not.
    pub last_payment: Option<PaymentIntentId>,
    /// How often a payment of this stay was refunded.
    pub refunds: u32,
    /// When the booking was made, where its key is ours: a call that is made again on older records gives it again.
    #[serde(default)]
    pub made_at: Option<Timestamp>,
}

/// Where the records keep a price that is no amount of money, in the words of whoever runs them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadablePrice {
    /// What kind of record.
    pub object: String,
    /// Which field of it.
    pub field: String,
}

impl Stay {
    /// The price of a night, counted from the arrival: as agreed, else the room's rate. None if nothing could price it.
    pub fn price_of_night(&self, night: u32) -> Option<Cents> {
        let agreed = self.agreed.as_ref().and_then(|agreed| agreed.of_night(night));
        let usual = || self.rate.or(self.room.rate).filter(|_| self.unreadable_price.is_none());
        agreed.or_else(usual)
    }

    /// What has to be said wherever the price of a stay is shown: that the records do not say it, or say what is none.
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

    /// What the first nights cost. None if one of them has no price.
    pub fn cost_of(&self, nights: u32) -> Option<Cents> {
        (0..nights).try_fold(Cents(0), |sum, night| Some(sum.plus(self.price_of_night(night)?)))
    }

    /// What the stay costs if the guest leaves on `day`: at least one night. None if a night has no price.
    pub fn folio_on(&self, day: Date) -> Option<Cents> {
        self.cost_of(self.nights_until(day))
    }

    /// What the stay costs: if it ended today for a guest who is here, as a whole for a reservation, as it was
    /// for a guest who has left. Nothing for a booking that came to nothing or whose state we have no word for.
    pub fn folio(&self, today: Date) -> Option<Cents> {
        match self.status.known()? {
            BookingStatus::Reserved | BookingStatus::CheckedOut => self.price(),
            BookingStatus::CheckedIn => self.folio_on(today),
            BookingStatus::Cancelled | BookingStatus::NoShow => None,
        }
    }

    /// The nights that count: those booked, or those stayed, at least one, once the guest has left.
    pub fn total_nights(&self) -> u32 {
        let nights = self.nights.count();
        if self.status == BookingStatus::CheckedOut { nights.max(1) } else { nights }
    }

    /// What this booking contributes to the sale: what was paid, else its nights at their prices. None if a night has no
    /// price.
    pub fn price(&self) -> Option<Cents> {
        match self.paid {
            Some(paid) if self.status == BookingStatus::CheckedOut => Some(paid),
            _ => self.cost_of(self.total_nights()),
        }
    }

    /// What it was to contribute as planned.
    pub fn planned_price(&self) -> Option<Cents> {
        self.cost_of(Nights { from: self.nights.from, to: self.planned_departure }.count())
    }

    /// The nights to pay for when leaving on `day`: at least one.
    pub fn nights_until(&self, day: Date) -> u32 {
        Nights { from: self.nights.from, to: day }.count().max(1)
    }

    /// What was agreed for other nights: those in both stays keep their price, the others cost the rate of the `room`.
    /// None if a night has no price.
    pub fn agreed_for(&self, nights: Nights, room: &Room) -> Option<Prices> {
        let price = |night: u32| {
            let day = nights.from.plus_days(i32::try_from(night).ok()?);
            let before = u32::try_from(self.nights.from.days_until(day)).ok();
            let kept = before.filter(|_| day < self.nights.to).and_then(|night| self.price_of_night(night));
            kept.or(room.rate)
        };
        (0..nights.count()).map(price).collect::<Option<_>>().map(Prices::new)
    }

    /// Whether the booking holds its nights: somebody is here or expected, or it is in a state we have no word for.
    pub fn holds_nights(&self) -> bool {
        self.status.known().is_none_or(BookingStatus::is_active)
    }

    /// Whether it holds one of these nights. A guest who should have left before today holds tonight.
    pub fn holds_one_of(&self, nights: Nights, today: Date) -> bool {
        let overstays =
            self.status == BookingStatus::CheckedIn && self.nights.to < today && nights.from <= today;
        self.holds_nights() && self.nights.from < nights.to && (self.nights.to > nights.from || overstays)
    }

    /// Whether somebody is here or expected.
    pub fn is_active(&self) -> bool {
        self.status.known().is_some_and(BookingStatus::is_active)
    }
}

/// A booking made by hand that lacks what a stay cannot do without. It is shown, holds whatever it may hold, and no tool
/// moves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncompleteBooking {
    /// The booking's number.
    pub booking: BookingNumber,
    /// Where it stands, if anybody said.
    pub status: Option<Open<BookingStatus>>,
    /// Whose it is.
    pub guest: Option<Contact>,
    /// The room it is for.
    pub room: Option<Room>,
    /// The day of arrival.
    pub arrival: Option<Date>,
    /// The day of departure.
    pub departure: Option<Date>,
    /// How many people.
    pub number_of_guests: u8,
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
