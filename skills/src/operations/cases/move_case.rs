use crate::skill::crm_change;
use crate::words::{CaseNumber, CaseStatus, Open};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Move a case from one status to another. Expects the status it moves from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveCase {
    /// The case.
    pub case: CaseNumber,
    /// The status it is expected to have.
    pub from: Open<CaseStatus>,
    /// The status it gets.
    pub to: CaseStatus,
    /// When it moved: the closing time if it is closed.
    pub at: Timestamp,
}

crm_change!(MoveCase, "move_case", Changes);
