//! A case, with its guest and the numbers of its room and its booking.

use super::{ContactRow, choice, text};
use crate::records::Case;
use crate::words::{BookingNumber, CaseStatus, CaseType, Open, Origin, Priority, RoomNumber};
use jiff::Timestamp;
use serde::Deserialize;

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
        self.status.as_deref().map_or_else(|| Open::Unknown("not set".to_owned()), Open::read)
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
            case_type: choice(self.case_type.as_ref(), CaseType::ServiceRequest),
            status: self.status(),
            priority: choice(self.priority.as_ref(), Priority::Medium),
            origin: choice(self.origin.as_ref(), Origin::Web),
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
