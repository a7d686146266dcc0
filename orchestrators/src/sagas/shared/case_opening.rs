//! Shared by the sagas that open a case: when two requests are equal, and the case they open.

use crate::saga::{Run, SagaError};
use crate::sagas::shared::enumerated;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::cases::{CaseView, UpsertCase};
use skills::records::{Case, CaseLike, Contact, Seen};
use skills::words::{
    BookingNumber, CaseNumber, CaseStatus, CaseType, Email, Key, LongText, Origin, Priority, RoomNumber, wish,
};
use skills::{Commit, refusals};

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
    /// Open cases that the caller knows to be the same request, and wants another beside.
    pub(crate) additional_to: &'a [CaseNumber],
}

/// The search before a case is opened: an equal request, opened since the hotel's day began.
pub(crate) fn same_request(
    saga: &Run,
    guest: Option<&Email>,
    room: Option<&RoomNumber>,
    case_type: CaseType,
    description: &LongText,
) -> Option<CaseLike> {
    Some(CaseLike {
        guest: guest.cloned(),
        room: room.cloned(),
        case_type,
        description: description.clone(),
        opened_since: saga.start_of_today(),
    })
}

/// Opens the case, together with `more`, or returns the open one and does the part of `more` that is still to do.
pub(crate) async fn open(
    saga: &Run,
    request: Request<'_>,
    seen: &Seen,
    more: Commit,
) -> Result<OpenedCase, SagaError> {
    // A request without a room may be about another room.
    let same: Vec<&Case> =
        seen.same_cases.iter().filter(|case| case.room.as_ref() == Some(request.room)).collect();
    let another = same.iter().all(|case| request.additional_to.contains(&case.number));
    if let Some(case) = same.first().filter(|_| !another) {
        if !more.changes.is_empty() {
            saga.commit("complete_case", more).await?;
        }
        tell_differences(saga, &request, case, &same);
        return Ok(OpenedCase { case: CaseView::from(*case), created: false });
    }
    let most = saga.requests_per_guest();
    if saga.acting_guest().is_some() && seen.open_cases >= most {
        return Err(refusals::too_many_requests(most, saga.seconds_left_of_today()).into());
    }
    let is_one = |number: &&CaseNumber| same.iter().any(|case| case.number == **number);
    let others: Vec<_> = request.additional_to.iter().filter(|number| !is_one(number)).collect();
    match others.as_slice() {
        [] => {}
        [number] => saga.warn(format!(
            "Case {number} is not an open case with this request; it was not needed in additional_to."
        )),
        several => saga.warn(format!(
            "Cases {} are not open cases with this request; they were not needed in additional_to.",
            enumerated(several)
        )),
    }
    let new = UpsertCase {
        external_id: key_of(saga, &request, &seen.keys_of_cases),
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
    let number = made.case_number.ok_or_else(|| SagaError::bug("a case was opened without a number"))?;
    if !made.created {
        // Another call with the same request was faster: a fresh read finds its case.
        return Err(SagaError::MovedOn(refusals::same_case(&number)));
    }
    let case = Case {
        number,
        case_type: request.case_type.into(),
        status: CaseStatus::New.into(),
        priority: request.priority.into(),
        origin: request.origin.into(),
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

/// The key of a case is made of the request, the hotel's day and an ordinal. So two machines with one request open
/// one case, and a request whose earlier case was closed or edited opens another.
fn key_of(saga: &Run, request: &Request<'_>, taken: &[String]) -> Key {
    let guest = request.guest.map(|guest| guest.email.as_str()).unwrap_or_default();
    let (room, kind) = (request.room.as_str(), request.case_type.as_str());
    let (text, day) = (wish(request.description.as_str()), saga.today().to_string());
    let key = |ordinal: u32| Key::derived(&["case", guest, room, kind, &text, &day, &ordinal.to_string()]);
    // A case that was edited may no longer be found with its key, so each round tries a later ordinal.
    let mut ordinal = saga.round();
    while taken.iter().any(|taken| taken == key(ordinal).as_str()) {
        ordinal += 1;
    }
    key(ordinal)
}

/// Warns of each requested value that the open case does not have.
fn tell_differences(saga: &Run, request: &Request<'_>, case: &Case, same: &[&Case]) {
    if case.priority != request.priority {
        saga.warn(format!(
            "Case {} keeps its priority {}; {} was not applied.",
            case.number, case.priority, request.priority
        ));
    }
    if !request.additional_to.is_empty() {
        let numbers: Vec<&str> = same.iter().map(|case| case.number.as_str()).collect();
        saga.warn(format!(
            "No further case was opened: additional_to has to name every open case with this request ({}).",
            numbers.join(", ")
        ));
    }
}
