use crate::skill::crm_change;
use crate::words::{BookingNumber, CaseType, Email, Key, LongText, Origin, Priority, RoomNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Write the case with this key: open it as New, or leave it as it is if it exists. A repeated request never resets an open
/// case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpsertCase {
    /// Our key for it (`External_ID__c`).
    pub external_id: Key,
    /// Who asked.
    pub guest: Option<Email>,
    /// Which room it concerns.
    pub room: Option<RoomNumber>,
    /// Which stay it belongs to.
    pub booking: Option<BookingNumber>,
    /// What it is about.
    pub case_type: CaseType,
    /// How soon it matters.
    pub priority: Priority,
    /// Where it came from.
    pub origin: Origin,
    /// What was asked for; its beginning is the subject.
    pub description: LongText,
    /// When it was opened.
    pub opened_at: Timestamp,
}

crm_change!(UpsertCase, "upsert_case", Adds);
