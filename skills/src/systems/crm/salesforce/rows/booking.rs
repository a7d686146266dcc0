//! A booking, with its guest and its room.

mod prices;

use super::super::fields::{Beside, CURRENCIES, Field, Key, Kind, Object, PRICES, field, kind, table, words};
use super::super::shares::Shares;
use super::super::stays::{Money, planned_departure};
use super::{CONTACT, ContactRow, ROOM, RoomRow, SaleRow, text, whole};
use crate::records::{IncompleteBooking, Stay};
use crate::words::{BookingNumber, BookingStatus, Date, Email, Nights, Open, Stage};
use jiff::Timestamp;
use serde::Deserialize;

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
    #[serde(rename = "Agreed_Amount__c", default, deserialize_with = "prices::there")]
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

    /// The departure, unless it is before the arrival: then nobody can tell when the stay ends. A guest who has left may
    /// have been here before the arrival that was booked.
    pub(crate) fn departure(&self) -> Option<Date> {
        let left = self.is(BookingStatus::CheckedOut);
        self.check_out.filter(|to| left || self.check_in.is_none_or(|from| from <= *to))
    }

    /// Its nights; none without both days, or with a departure so far away that it stands for none.
    pub(crate) fn nights(&self) -> Option<Nights> {
        let nights = Nights { from: self.check_in?, to: self.departure()? };
        (nights.count() <= Nights::MOST_PRICED).then_some(nights)
    }

    /// What tells it from any other booking that ever had its number.
    pub(crate) fn key(&self) -> &str {
        self.external_id.as_deref().unwrap_or(&self.id)
    }

    pub(crate) fn room_id(&self) -> Option<&str> {
        self.room.as_ref().map(|room| room.id.as_str())
    }

    /// Whether it is this person's.
    pub(crate) fn is_of(&self, guest: &Email) -> bool {
        self.guest.as_ref().is_some_and(|row| row.is(guest))
    }

    pub(crate) fn number_of_guests(&self) -> Option<u8> {
        whole(self.guests).and_then(|guests| guests.try_into().ok())
    }

    pub(crate) fn special_requests(&self) -> Option<String> {
        text(self.requests.as_ref())
    }

    /// Later bookings have higher numbers.
    pub(crate) fn is_later_than(&self, other: &Self) -> bool {
        (self.name.len(), &self.name, &self.id) > (other.name.len(), &other.name, &other.id)
    }

    /// The stay it is, of this sale; none without a guest, a room, its days or a status.
    pub(crate) fn stay(&self, sale: &SaleRow) -> Option<Stay> {
        let (status, nights) = (self.status()?, self.nights()?);
        let others = sale.bookings().iter().filter(|other| other.id != self.id && other.is_open());
        let money = Money::of(sale, self);
        let room = self.room.as_ref()?.room()?;
        let shares = Shares::of(sale);
        Some(Stay {
            booking: self.number()?,
            key: self.key().to_owned(),
            record: self.external_id.is_some().then(|| self.id.clone()),
            status,
            guest: self.guest.as_ref()?.contact()?,
            currency: sale.currency().or_else(|| room.currency.clone()),
            room,
            nights,
            planned_departure: planned_departure(sale, self).unwrap_or(nights.to),
            number_of_guests: self.number_of_guests(),
            special_requests: self.special_requests(),
            agreed: shares.agreed(sale, self),
            rate: None,
            shares_evenly: self.own_prices().is_none() && !self.may_keep_prices(),
            paid: money.amount,
            stage: sale.stage.as_ref().and_then(|text| text.parse().ok()).unwrap_or(Stage::Prospecting),
            amount: sale.amount(),
            others_price: shares.of_others(sale, self),
            unreadable_price: sale.unreadable_price(),
            other_open_bookings: others.count().try_into().unwrap_or(u32::MAX),
            sharing: shares.sharing(sale, self),
            payment: money.in_force().cloned(),
            last_payment: money.last_charge,
            refunds: money.refunds.len().try_into().unwrap_or(u32::MAX),
            made_at: self.made_at(),
        })
    }

    /// What it is without a guest, a room, a day or a status.
    pub(crate) fn incomplete(&self) -> Option<IncompleteBooking> {
        let guest = self.guest.as_ref().and_then(ContactRow::contact);
        let room = self.room.as_ref().and_then(RoomRow::room);
        let lacks = [
            ("guest_email", guest.is_none()),
            ("room_number", room.is_none()),
            ("check_in_date", self.check_in.is_none()),
            (
                "check_out_date",
                self.check_out.is_none() || (self.check_in.is_some() && self.nights().is_none()),
            ),
            ("status", self.status().is_none()),
        ];
        Some(IncompleteBooking {
            booking: self.number()?,
            status: self.status(),
            guest,
            room,
            arrival: self.check_in,
            departure: self.check_out,
            number_of_guests: self.number_of_guests(),
            special_requests: self.special_requests(),
            missing: lacks
                .into_iter()
                .filter(|(_, lacks)| *lacks)
                .map(|(field, _)| field.to_owned())
                .collect(),
        })
    }
}
