use crate::systems::crm::Case;
use crate::words::{
    BookingNumber, CaseNumber, CaseStatus, CaseType, Email, ListInfo, Open, Origin, Paged, Priority,
    RoomNumber, stored,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A case as an agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseView {
    /// The case's number.
    pub case_number: CaseNumber,
    /// What it is about.
    #[serde(rename = "type")]
    pub case_type: Open<CaseType>,
    /// Where it stands.
    pub status: Open<CaseStatus>,
    /// How soon it matters.
    pub priority: Open<Priority>,
    /// Where it came from.
    pub origin: Open<Origin>,
    /// The first 255 characters of the description.
    pub subject: String,
    /// What was asked for.
    pub description: String,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_name: Option<String>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
    /// Which room it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// Which stay it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// When it was opened, RFC 3339.
    pub opened_at: String,
    /// When it was closed, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
}

impl From<&Case> for CaseView {
    fn from(case: &Case) -> Self {
        Self {
            case_number: case.number.clone(),
            case_type: case.case_type.clone(),
            status: case.status.clone(),
            priority: case.priority.clone(),
            origin: case.origin.clone(),
            subject: case.subject.clone(),
            description: case.description.clone(),
            guest_name: case.guest.as_ref().map(crate::systems::crm::Contact::name),
            guest_email: case.guest.as_ref().map(|guest| guest.email.clone()),
            room_number: case.room.clone(),
            booking_number: case.booking.clone(),
            opened_at: stored(case.opened_at),
            closed_at: case.closed_at.map(stored),
        }
    }
}

/// A list of cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseList {
    /// The cases, newest first.
    pub cases: Vec<CaseView>,
    /// What the list says about itself.
    #[serde(flatten)]
    pub list: ListInfo,
}

impl From<Paged<Case>> for CaseList {
    fn from(found: Paged<Case>) -> Self {
        Self { cases: found.items.iter().map(CaseView::from).collect(), list: ListInfo::from(&found) }
    }
}
