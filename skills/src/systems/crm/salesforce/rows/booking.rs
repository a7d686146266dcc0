//! A booking, with its guest and its room.

use super::super::fields::{Beside, CURRENCIES, Field, Key, Kind, Object, PRICES, field, kind, table, words};
use super::{CONTACT, ContactRow, ROOM, RoomRow, cents, text, whole};
use crate::words::{BookingNumber, BookingStatus, Date, Nights, Open, Prices};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

pub(crate) static BOOKING: Object = Object {
    name: "Booking__c",
    help: "A stay of a guest in a room, from the reservation to the departure.",
    table: "bookings",
    beside: &[Beside::Row("Primary_Guest__r", &CONTACT), Beside::Row("Room__r", &ROOM)],
    fields: table! {
        Field::ID,
        field("Name", Kind::AutoNumber("BK-{0000}"), "The booking's number.").column("number"),
        field("External_ID__c", Kind::Text(50), "The servers' key: a request that is made twice books once.")
            .made().changed().holds(40).key(Key::External).column("external_id"),
        field("CreatedDate", Kind::DateTime, "When the booking was made."),
        field("Status__c", kind::choice(|| words(BookingStatus::ALL), Some("Reserved")), "Where the booking stands.")
            .made().changed().writes(|| words(BookingStatus::ALL)).column("status"),
        field("Check_In_Date__c", Kind::Date, "The day of arrival.").made().changed().column("check_in"),
        field("Check_Out_Date__c", Kind::Date, "The day of departure: as planned, or the actual one once the guest has left.")
            .made().changed().column("check_out"),
        field("Number_of_Guests__c", Kind::Number(2), "How many people stay.")
            .made().changed().column("guests").argument("number_of_guests"),
        field("Special_Requests__c", Kind::LongText(32_768), "What the guest asked for.")
            .made().changed().column("special_requests").argument("special_requests"),
        field("Agreed_Amount__c", Kind::Currency(16), "What was agreed for the whole stay.")
            .made().changed().only_for(PRICES),
        field("Nightly_Prices__c", Kind::Text(255), "What was agreed for each night, such as 149.99x2,199.99.")
            .made().changed().only_for(PRICES),
        field("Opportunity__c", kind::part_of("Opportunity", "Bookings"), "The sale that the booking belongs to.")
            .made().column("opportunity_id"),
        field("Primary_Guest__c", kind::firm_lookup("Contact", "Bookings"), "Whose stay it is.")
            .made().changed().column("guest_id"),
        field("Room__c", kind::firm_lookup("Hotel_Room__c", "Bookings"), "The room it is for.")
            .made().changed().column("room_id"),
        field("CurrencyIsoCode", Kind::CurrencyCode, "Says that the org has several currencies.")
            .unselected().only_for(CURRENCIES),
    },
};

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct BookingRow {
    #[serde(rename = "Id")]
    pub(crate) id: String,
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "External_ID__c")]
    pub(crate) external_id: Option<String>,
    #[serde(rename = "CreatedDate")]
    made_at: Option<String>,
    #[serde(rename = "Status__c")]
    pub(crate) status: Option<String>,
    #[serde(rename = "Check_In_Date__c")]
    pub(crate) check_in: Option<Date>,
    #[serde(rename = "Check_Out_Date__c")]
    pub(crate) check_out: Option<Date>,
    #[serde(rename = "Number_of_Guests__c")]
    pub(crate) guests: Option<f64>,
    #[serde(rename = "Special_Requests__c")]
    pub(crate) requests: Option<String>,
    /// What was agreed in all; a field of our own package, which an org may lack: then it is not even empty.
    #[serde(rename = "Agreed_Amount__c", default, deserialize_with = "there")]
    agreed_amount: Option<Option<f64>>,
    /// What was agreed for each night; likewise.
    #[serde(rename = "Nightly_Prices__c", default)]
    nightly_prices: Option<String>,
    #[serde(rename = "Opportunity__c")]
    pub(crate) sale: String,
    #[serde(rename = "Primary_Guest__r")]
    pub(crate) guest: Option<ContactRow>,
    #[serde(rename = "Room__r")]
    pub(crate) room: Option<RoomRow>,
}

/// A field that is there, empty or not.
fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl BookingRow {
    pub(crate) fn number(&self) -> Option<BookingNumber> {
        BookingNumber::new(self.name.as_str()).ok()
    }

    /// When it was made, where its key is ours.
    pub(crate) fn made_at(&self) -> Option<Timestamp> {
        self.external_id.as_ref()?;
        super::case::moment(self.made_at.as_deref()?)
    }

    /// Where it stands, if anybody said.
    pub(crate) fn status(&self) -> Option<Open<BookingStatus>> {
        self.status.as_deref().map(Open::read)
    }

    fn known_status(&self) -> Option<BookingStatus> {
        self.status()?.known()
    }

    pub(crate) fn is(&self, status: BookingStatus) -> bool {
        self.known_status() == Some(status)
    }

    /// Whether it may hold nights: it has not ended, as far as anybody can tell.
    pub(crate) fn is_open(&self) -> bool {
        self.known_status().is_none_or(BookingStatus::is_active)
    }

    /// Whether it came to nothing.
    pub(crate) fn is_lost(&self) -> bool {
        self.is(BookingStatus::Cancelled) || self.is(BookingStatus::NoShow)
    }

    pub(crate) fn nights(&self) -> Option<Nights> {
        Some(Nights { from: self.check_in?, to: self.check_out? })
    }

    /// What tells it from any other booking that ever had its number.
    pub(crate) fn key(&self) -> &str {
        self.external_id.as_deref().unwrap_or(&self.id)
    }

    /// What was agreed, where the booking itself says it. An amount that is not the sum of its nights was set by somebody:
    /// it counts, shared by the nights.
    pub(crate) fn own_prices(&self) -> Option<Prices> {
        let nightly: Option<Prices> = self.nightly_prices.as_deref().and_then(|text| text.parse().ok());
        let nightly = nightly.filter(|prices| !prices.nights().is_empty());
        match self.agreed_amount.flatten().and_then(cents) {
            _ if self.agreed_is_unreadable() => None,
            Some(amount) if nightly.as_ref().is_none_or(|nightly| nightly.total() != amount) => {
                Some(Prices::shared(amount, self.nights()?.count().max(1)))
            }
            _ => nightly,
        }
    }

    /// Whether what was agreed in all is no amount of money.
    pub(crate) fn agreed_is_unreadable(&self) -> bool {
        self.agreed_amount.flatten().is_some_and(|amount| cents(amount).is_none())
    }

    /// Whether the org has our package's fields, in which a price of its own can be kept.
    pub(crate) const fn may_keep_prices(&self) -> bool {
        self.agreed_amount.is_some()
    }

    pub(crate) fn room_id(&self) -> Option<&str> {
        self.room.as_ref().map(|room| room.id.as_str())
    }

    pub(crate) fn number_of_guests(&self) -> u8 {
        whole(self.guests).and_then(|guests| guests.try_into().ok()).unwrap_or(1)
    }

    pub(crate) fn special_requests(&self) -> Option<String> {
        text(self.requests.as_ref())
    }

    /// Later bookings have higher numbers.
    pub(crate) fn is_later_than(&self, other: &Self) -> bool {
        (self.name.len(), &self.name, &self.id) > (other.name.len(), &other.name, &other.id)
    }
}
