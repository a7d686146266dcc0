use crate::skill::crm_change;
use crate::words::{CaseNumber, CaseStatus, CaseType, LongText, Open, Priority, RoomNumber};
use serde::{Deserialize, Serialize};

/// Change the given fields of a case, never its status. Expects the status it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCase {
    /// The case.
    pub case: CaseNumber,
    /// The status it is expected to have.
    pub expect: Open<CaseStatus>,
    /// The new type.
    pub case_type: Option<CaseType>,
    /// The new priority.
    pub priority: Option<Priority>,
    /// The new room.
    pub room: Option<RoomNumber>,
    /// The new text.
    pub description: Option<LongText>,
}

crm_change!(ChangeCase, "change_case", Changes);
