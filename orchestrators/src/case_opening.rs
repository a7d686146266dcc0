//! What the sagas that open a case share: when two requests are the same request, and the case they open.

use crate::saga::{Run, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::Commit;
use skills::cases::{CaseView, UpsertCase};
use skills::systems::crm::{Case, CaseLike, Contact};
use skills::words::{BookingNumber, CaseStatus, CaseType, Email, LongText, Origin, Priority, RoomNumber};

/// The case that was opened, or the open one that is the same request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenedCase {
    /// The case.
    #[serde(flatten)]
    pub case: CaseView,
    /// Whether it is new; false if the same request was open already.
    pub created: bool,
}

/// A request for a case.
pub(crate) struct Request<'a> {
    pub(crate) guest: Option<&'a Contact>,
    pub(crate) room: &'a RoomNumber,
    pub(crate) booking: Option<&'a BookingNumber>,
    pub(crate) case_type: CaseType,
    pub(crate) priority: Priority,
    pub(crate) origin: Origin,
    pub(crate) description: &'a LongText,
}

/// What to look for before a case is opened: the same request, open since this hotel day began. An explicit new token
/// files another, so then there is nothing to look for.
pub(crate) fn same_request(
    saga: &Run,
    guest: Option<&Email>,
    room: Option<&RoomNumber>,
    case_type: CaseType,
    description: &LongText,
) -> Option<CaseLike> {
    (!saga.explicit_token()).then(|| CaseLike {
        guest: guest.cloned(),
        room: room.cloned(),
        case_type,
        description: description.clone(),
        opened_since: saga.start_of_today(),
    })
}

/// Opens the case, together with `more`, or answers the open one with whatever of `more` is still to do.
pub(crate) async fn open(
    saga: &Run,
    request: Request<'_>,
    same: Vec<Case>,
    more: Commit,
) -> Result<OpenedCase, SagaError> {
    // Asked without a room, the same words may have been said of another one.
    if let Some(case) = same.iter().find(|case| case.room.as_ref() == Some(request.room)) {
        if !more.changes.is_empty() {
            saga.commit("complete_case", more).await?;
        }
        return Ok(OpenedCase { case: CaseView::from(case), created: false });
    }
    let new = UpsertCase {
        external_id: saga.key_for("case"),
        guest: request.guest.map(|guest| guest.email.clone()),
        room: Some(request.room.clone()),
        booking: request.booking.cloned(),
        case_type: request.case_type,
        priority: request.priority,
        origin: request.origin,
        description: request.description.clone(),
        opened_at: saga.now(),
    };
    let mut changes = Commit::new().with(new);
    changes.changes.extend(more.changes);
    let made = saga.commit("open_case", changes).await?;
    let case = Case {
        number: made.case_number.ok_or_else(|| SagaError::bug("a case was opened without a number"))?,
        case_type: request.case_type,
        status: CaseStatus::New,
        priority: request.priority,
        origin: request.origin,
        subject: request.description.subject(),
        description: request.description.to_string(),
        guest: request.guest.cloned(),
        room: Some(request.room.clone()),
        booking: request.booking.cloned(),
        opened_at: saga.now(),
        closed_at: None,
    };
    Ok(OpenedCase { case: CaseView::from(&case), created: true })
}
