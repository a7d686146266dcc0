//! A booking, with its guest and its room.

use super::{ContactRow, RoomRow, text, whole};
use crate::words::{BookingNumber, BookingStatus, Date, Nights};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
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

    /// Its own key, never another booking's: ours, or the row's id.
    pub(crate) fn own_key(&self) -> String {
        self.external_id.clone().unwrap_or_else(|| self.id.clone())
    }

    /// When it was made, where its key is ours.
    pub(crate) fn made_at(&self) -> Option<Timestamp> {
        self.external_id.as_ref()?;
        super::case::moment(self.made_at.as_deref()?)
    }

    pub(crate) fn status(&self) -> Option<BookingStatus> {
        self.status.as_ref()?.parse().ok()
    }

    pub(crate) fn is_active(&self) -> bool {
        self.status().is_some_and(BookingStatus::is_active)
    }

    pub(crate) fn nights(&self) -> Option<Nights> {
        Some(Nights { from: self.check_in?, to: self.check_out? })
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
