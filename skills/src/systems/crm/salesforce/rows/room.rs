//! A room, with whoever is in it.

use super::super::fields::{Beside, CURRENCIES, Field, Key, Kind, Object, field, kind, table, words};
use super::{CONTACT, ContactRow, cents, chosen, currency, text, whole};
use crate::records::Room;
use crate::words::{Cents, Open, RoomNumber, RoomStatus, RoomType};
use serde::Deserialize;

pub(crate) static ROOM: Object = Object {
    name: "Hotel_Room__c",
    help: "A room of the hotel.",
    table: "rooms",
    beside: &[Beside::Row("Current_Guest__r", &CONTACT)],
    fields: table! {
        Field::ID,
        field("Name", Kind::Text(80), "What the room is called.").required().sampled().column("name"),
        field("Room_Number__c", Kind::Text(5), "The number on its door, by which it is known.")
            .required().sampled().changed().key(Key::Unique).column("number"),
        field("Room_Type__c", kind::choice(|| words(RoomType::ALL), Some("Standard")), "What kind of room it is.")
            .sampled().column("room_type"),
        field("Floor__c", Kind::Number(2), "Which floor it is on.").sampled().column("floor"),
        field("Nightly_Rate__c", Kind::Currency(10), "What a night costs. A room without one above 0 is not for sale.")
            .sampled().column("rate_cents"),
        field("CurrencyIsoCode", Kind::CurrencyCode, "The currency of the rate.").only_for(CURRENCIES),
        field("Max_Occupancy__c", Kind::Number(1), "How many people it sleeps.").sampled().column("max_occupancy"),
        field("Status__c", kind::choice(|| words(RoomStatus::ALL), Some("Vacant")), "What state it is in now.")
            .sampled().changed().writes(|| words(RoomStatus::ALL)).column("status"),
        field("Current_Guest__c", kind::lookup("Contact", "Current_Room"), "Who is in it now.")
            .changed().column("current_guest"),
    },
};

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct RoomRow {
    #[serde(rename = "Id")]
    pub(crate) id: String,
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Room_Number__c")]
    number: Option<String>,
    #[serde(rename = "Room_Type__c")]
    room_type: Option<String>,
    #[serde(rename = "Floor__c")]
    floor: Option<f64>,
    #[serde(rename = "Nightly_Rate__c")]
    rate: Option<f64>,
    /// Of its rate; in an org of several.
    #[serde(rename = "CurrencyIsoCode")]
    pub(crate) currency: Option<String>,
    #[serde(rename = "Max_Occupancy__c")]
    max_occupancy: Option<f64>,
    #[serde(rename = "Status__c")]
    pub(crate) status: Option<String>,
    #[serde(rename = "Current_Guest__c")]
    pub(crate) occupant_id: Option<String>,
    #[serde(rename = "Current_Guest__r")]
    pub(crate) occupant: Option<ContactRow>,
}

impl RoomRow {
    pub(crate) fn number(&self) -> Option<RoomNumber> {
        RoomNumber::new(self.number.as_deref()?).ok()
    }

    /// A room nobody has said anything of is not vacant.
    pub(crate) fn status(&self) -> Open<RoomStatus> {
        chosen(self.status.as_ref())
    }

    /// The price of a night; what is not above 0 is none.
    pub(crate) fn rate(&self) -> Option<Cents> {
        self.rate.and_then(cents).filter(|rate| *rate > Cents(0))
    }

    /// Whether somebody is in it whose e-mail the org does not have, or does not show.
    pub(crate) fn has_unnamed_occupant(&self) -> bool {
        self.occupant_id.is_some() && self.occupant.as_ref().and_then(ContactRow::email).is_none()
    }

    pub(crate) fn room(&self) -> Option<Room> {
        let number = self.number()?;
        Some(Room {
            name: text(self.name.as_ref()).unwrap_or_else(|| number.to_string()),
            number,
            room_type: chosen(self.room_type.as_ref()),
            floor: whole(self.floor),
            rate: self.rate(),
            currency: currency(self.currency.as_ref()),
            max_occupancy: whole(self.max_occupancy).and_then(|most| most.try_into().ok()),
            status: self.status(),
            occupant: self.occupant.as_ref().and_then(ContactRow::contact),
            occupant_without_email: self
                .has_unnamed_occupant()
                .then(|| self.occupant.as_ref().map(ContactRow::name).unwrap_or_default()),
        })
    }
}
