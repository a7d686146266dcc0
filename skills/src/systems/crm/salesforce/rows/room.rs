//! A room, with whoever is in it.

use super::{ContactRow, cents, choice, currency, text, whole};
use crate::records::Room;
use crate::words::{Cents, Open, RoomNumber, RoomStatus, RoomType};
use serde::Deserialize;

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
        self.status.as_deref().map_or_else(|| Open::Unknown("not set".to_owned()), Open::read)
    }

    /// The price of a night; what is not above 0 is none.
    pub(crate) fn rate(&self) -> Option<Cents> {
        self.rate.and_then(cents).filter(|rate| *rate > Cents(0))
    }

    pub(crate) fn room(&self) -> Option<Room> {
        let number = self.number()?;
        Some(Room {
            name: text(self.name.as_ref()).unwrap_or_else(|| number.to_string()),
            number,
            room_type: choice(self.room_type.as_ref(), RoomType::Standard),
            floor: whole(self.floor).unwrap_or_default(),
            rate: self.rate(),
            currency: currency(self.currency.as_ref()),
            max_occupancy: whole(self.max_occupancy).and_then(|most| most.try_into().ok()).unwrap_or(1),
            status: self.status(),
            occupant: self.occupant.as_ref().and_then(ContactRow::contact),
        })
    }
}
