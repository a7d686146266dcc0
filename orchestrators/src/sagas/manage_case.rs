use crate::saga::{Run, Saga, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::cases::{CaseView, ChangeCase, MoveCase};
use skills::records::{Case, Look, Seen};
use skills::words::{CaseNumber, CaseStatus, CaseType, LongText, Priority, RoomNumber};
use skills::{Commit, Effect, Refusal, refusals};

/// Change a request, ticket, job or complaint (a case) that is open: close it when it is done, or edit it. Tick it off
/// as finished, delivered, resolved or taken care of, put it in progress when somebody started or is working on it,
/// escalate it to a manager, raise or mark the priority as high or urgent, correct its type, room or text. Moves New to
/// Working, Escalated or Closed; Working to Escalated and back; either to Closed. Changes only the given. Returns the
/// case; changed is false if it was so before. Fails with INVALID_TRANSITION (a closed case is neither reopened nor
/// edited).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Update or close a request")]
pub struct ManageCase {
    /// The case, such as 00001001.
    pub case_number: CaseNumber,
    /// The state to move it to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CaseStatus>,
    /// The new priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// The new type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub case_type: Option<CaseType>,
    /// The new room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// The new text; it replaces the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<LongText>,
}

/// The case as it is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ManagedCase {
    /// The case.
    #[serde(flatten)]
    pub case: CaseView,
    /// Whether anything is different from before.
    pub changed: bool,
}

impl Saga for ManageCase {
    const NAME: &'static str = "manage_case";
    const EFFECT: Effect = Effect::Changes;
    type Output = ManagedCase;

    async fn run(mut self, saga: &Run) -> Result<ManagedCase, SagaError> {
        self.description = self.description.map(|text| saga.kept("description", &text));
        if self.status.is_none() && !self.edits() {
            let fields = ["status", "priority", "type", "room_number", "description"];
            return Err(refusals::nothing_to_change(&fields).into());
        }
        let look = Look {
            case: Some(self.case_number.clone()),
            room: self.room_number.clone(),
            ..Look::on(saga.today())
        };
        let found =
            |seen: &Seen| seen.case.clone().ok_or_else(|| refusals::case_not_found(&self.case_number));
        saga.tell(1, 2, "looking up the request");
        let (seen, case) = saga.hold(look, found).await?;
        if let Some(room) = self.room_number.as_ref().filter(|_| seen.room.is_none()) {
            return Err(refusals::room_not_found(room).into());
        }
        self.check(&case)?;
        let after = self.after(&case, saga);
        let changed = after != case;
        if changed {
            saga.tell(2, 2, format!("changing request {}", case.number));
            saga.commit("change", self.changes(&case, saga)).await?;
        }
        Ok(ManagedCase { case: CaseView::from(&after), changed })
    }
}

impl ManageCase {
    const fn edits(&self) -> bool {
        self.priority.is_some()
            || self.case_type.is_some()
            || self.room_number.is_some()
            || self.description.is_some()
    }

    fn check(&self, case: &Case) -> Result<(), Refusal> {
        let edited_for_good = case.status == CaseStatus::Closed || case.status.known().is_none();
        if edited_for_good && self.edits() {
            return Err(refusals::case_cannot(&case.number, &case.status, "edited"));
        }
        match self.status {
            Some(to) if case.status != to && !case.status.may_become(to) => {
                Err(refusals::case_cannot(&case.number, &case.status, &format!("moved to {to}")))
            }
            _ => Ok(()),
        }
    }

    fn after(&self, case: &Case, saga: &Run) -> Case {
        let mut after = case.clone();
        after.status = self.status.map_or(after.status, Into::into);
        after.priority = self.priority.map_or(after.priority, Into::into);
        after.case_type = self.case_type.map_or(after.case_type, Into::into);
        after.room = self.room_number.clone().or(after.room);
        if let Some(text) = &self.description {
            after.description = text.to_string();
            after.subject = text.subject();
        }
        if after.status != case.status && after.status == CaseStatus::Closed {
            after.closed_at = Some(saga.now());
        }
        after
    }

    fn changes(&self, case: &Case, saga: &Run) -> Commit {
        let edit = ChangeCase {
            case: case.number.clone(),
            expect: case.status.clone(),
            case_type: self.case_type,
            priority: self.priority,
            room: self.room_number.clone(),
            description: self.description.clone(),
        };
        let step = self.status.filter(|to| case.status != *to).map(|to| MoveCase {
            case: case.number.clone(),
            from: case.status.clone(),
            to,
            at: saga.now(),
        });
        Commit::new().maybe(self.edits().then_some(edit)).maybe(step)
    }
}
