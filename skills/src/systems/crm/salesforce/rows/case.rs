//! A case, with its guest and the numbers of its room and its booking.

use super::super::fields::{Beside, Field, Key, Kind, Object, field, kind, table, words};
use super::{CONTACT, ContactRow, chosen, text};
use crate::records::Case;
use crate::words::{BookingNumber, CaseStatus, CaseType, Email, Open, Origin, Priority, RoomNumber};
use jiff::Timestamp;
use serde::Deserialize;

pub(crate) static CASE: Object = Object {
    name: "Case",
    help: "A wish of a guest, or something in the house that has to be seen to.",
    table: "cases",
    beside: &[
        Beside::One("Room__r", "Room_Number__c"),
        Beside::One("Booking__r", "Name"),
        Beside::Row("Contact", &CONTACT),
    ],
    fields: table! {
        Field::ID,
        field("CaseNumber", Kind::AutoNumber("{00000000}"), "The case's number.").column("number"),
        field("External_ID__c", Kind::Text(50), "The servers' key: a request that is made twice opens one case.")
            .made().changed().holds(40).key(Key::Unique).column("external_id"),
        field("Type", kind::open_choice(|| words(CaseType::ALL)), "What it is about.")
            .made().changed().writes(|| words(CaseType::ALL)).column("case_type"),
        field("Status", kind::open_choice(|| words(CaseStatus::ALL)), "Where it stands.")
            .made().changed().writes(|| words(CaseStatus::ALL)).column("status"),
        field("Priority", kind::open_choice(|| words(Priority::ALL)), "How soon it matters.")
            .made().changed().writes(|| words(Priority::ALL)).column("priority"),
        field("Origin", kind::open_choice(|| words(Origin::ALL)), "Where it came from.")
            .made().writes(|| words(Origin::ALL)).column("origin"),
        field("Subject", Kind::Text(255), "Its first words.")
            .made().changed().holds(255).column("subject").argument("description"),
        field("Description", Kind::LongText(32_000), "What is wished or wrong.")
            .made().changed().holds(32_000).column("description").argument("description"),
        field("CreatedDate", Kind::DateTime, "When it was opened.").column("opened_at"),
        field("ClosedDate", Kind::DateTime, "When it was closed.").column("closed_at"),
        field("ContactId", kind::lookup("Contact", "Cases"), "Whose wish it is.")
            .unselected().made().changed().column("contact_id"),
        field("Room__c", kind::lookup("Hotel_Room__c", "Cases"), "The room it is about.")
            .made().changed().column("room_id"),
        field("Booking__c", kind::lookup("Booking__c", "Cases"), "The stay it is about.")
            .unselected().made().column("booking_id"),
    },
};

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct CaseRow {
    #[serde(rename = "Id")]
    pub(crate) id: String,
    #[serde(rename = "CaseNumber")]
    pub(crate) number: Option<String>,
    #[serde(rename = "External_ID__c")]
    pub(crate) external_id: Option<String>,
    #[serde(rename = "Type")]
    pub(crate) case_type: Option<String>,
    #[serde(rename = "Status")]
    pub(crate) status: Option<String>,
    #[serde(rename = "Priority")]
    pub(crate) priority: Option<String>,
    #[serde(rename = "Origin")]
    origin: Option<String>,
    #[serde(rename = "Subject")]
    subject: Option<String>,
    #[serde(rename = "Description")]
    description: Option<String>,
    #[serde(rename = "CreatedDate")]
    created: Option<String>,
    #[serde(rename = "ClosedDate")]
    closed: Option<String>,
    #[serde(rename = "Contact")]
    guest: Option<ContactRow>,
    #[serde(rename = "Room__r")]
    room: Option<NumberOnly>,
    #[serde(rename = "Booking__r")]
    booking: Option<NumberOnly>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct NumberOnly {
    #[serde(alias = "Name", alias = "Room_Number__c")]
    number: Option<String>,
}

impl CaseRow {
    pub(crate) fn status(&self) -> Open<CaseStatus> {
        chosen(self.status.as_ref())
    }

    /// Whether it is a wish of this person.
    pub(crate) fn is_of(&self, guest: &Email) -> bool {
        self.guest.as_ref().is_some_and(|row| row.is(guest))
    }

    pub(crate) fn description(&self) -> String {
        text(self.description.as_ref()).unwrap_or_default()
    }

    pub(crate) fn room(&self) -> Option<RoomNumber> {
        RoomNumber::new(self.room.as_ref()?.number.as_deref()?).ok()
    }

    /// Whether it is an open case of a guest, and of this stay.
    pub(crate) fn is_open_and_a_guests(&self, stay: &BookingNumber) -> bool {
        let of = self.booking.as_ref().and_then(|row| row.number.as_deref());
        self.status() != CaseStatus::Closed && self.guest.is_some() && of == Some(stay.as_str())
    }

    pub(crate) fn case(&self) -> Option<Case> {
        Some(Case {
            number: self.number.as_deref()?.to_owned().try_into().ok()?,
            case_type: chosen(self.case_type.as_ref()),
            status: self.status(),
            priority: chosen(self.priority.as_ref()),
            origin: chosen(self.origin.as_ref()),
            subject: text(self.subject.as_ref()).unwrap_or_default(),
            description: self.description(),
            guest: self.guest.as_ref().and_then(ContactRow::contact),
            room: self.room(),
            booking: self.booking.as_ref().and_then(|row| BookingNumber::new(row.number.as_deref()?).ok()),
            opened_at: self.created.as_deref().and_then(moment)?,
            closed_at: self.closed.as_deref().and_then(moment),
        })
    }
}

/// A moment as Salesforce writes it: `2026-11-21T10:00:00.000+0000`.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| text.replace("+0000", "Z").parse().ok())
}
