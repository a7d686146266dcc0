//! A service or maintenance request, keyed by its case number.

use super::Contact;
use crate::words::{BookingNumber, CaseNumber, CaseStatus, CaseType, Open, Origin, Priority, RoomNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A service or maintenance request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The case's number.
    pub number: CaseNumber,
    /// What it is about.
    pub case_type: Open<CaseType>,
    /// Its status.
    pub status: Open<CaseStatus>,
    /// How urgent it is.
    pub priority: Open<Priority>,
    /// Where it came from.
    pub origin: Open<Origin>,
    /// The first line of its description.
    pub subject: String,
    /// What was asked for.
    pub description: String,
    /// Who asked.
    pub guest: Option<Contact>,
    /// Which room it concerns.
    pub room: Option<RoomNumber>,
    /// Which stay it belongs to.
    pub booking: Option<BookingNumber>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}
