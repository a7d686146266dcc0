//! Calls that always look and act (another booking date, a room's status) are not made any more if a later call has changed
//! the same thing: the older decision would replace the newer one.

use crate::engine::{PageQuery, PageRow, PastWrite};
use crate::operate::reconcile::journal;
use crate::saga::Saga;
use crate::saga::outcome::Outcome;
use crate::sagas::{
    AssignRoom, CancelBooking, CheckInGuest, CompensateCheckoutFailure, ManageBooking, ManageCase,
    ProcessGuestCheckout, SubmitMaintenanceRequest, UpdateRoomStatus,
};
use crate::tool::Front;
use serde_json::Value;
use skills::words::Limit;

/// What changes a booking, a case, and a room's status.
const BOOKING: &[&str] = &[ManageBooking::NAME, AssignRoom::NAME, CancelBooking::NAME];
const CASE: &[&str] = &[ManageCase::NAME];
const ROOM: &[&str] = &[
    UpdateRoomStatus::NAME,
    CheckInGuest::NAME,
    ProcessGuestCheckout::NAME,
    AssignRoom::NAME,
    CompensateCheckoutFailure::NAME,
    SubmitMaintenanceRequest::NAME,
];

/// The tool and time of a later call, of anybody, that has changed what this one would change; none if there is none, or
/// if this one decides by the present state in any case.
pub(super) async fn by(front: &Front, past: &PastWrite) -> anyhow::Result<Option<String>> {
    let tool = past.call.tool.as_str();
    let (others, field) = match tool {
        UpdateRoomStatus::NAME => (ROOM, "room_number"),
        ManageCase::NAME => (CASE, "case_number"),
        _ if BOOKING.contains(&tool) => (BOOKING, "booking_number"),
        _ => return Ok(None),
    };
    let Some(thing) = past.call.arguments[field].as_str() else { return Ok(None) };
    for other in others {
        let found = first_since(front, past, other, |call| {
            let answered = call.answer.as_ref().is_some_and(|answer| names(answer, field, thing));
            answered || names(&call.arguments, field, thing)
        });
        if let Some(call) = found.await? {
            return Ok(Some(format!("{} of {}", call.tool, call.started_at)));
        }
    }
    Ok(None)
}

/// A call of a tool that was made after another and is done, and of which something holds.
async fn first_since(
    front: &Front,
    past: &PastWrite,
    tool: &str,
    holds: impl Fn(&PageRow) -> bool,
) -> anyhow::Result<Option<PageRow>> {
    let mut before = None;
    loop {
        let query = PageQuery {
            tool: Some(tool.to_owned()),
            outcome: Some(Outcome::Done),
            since: Some(past.call.started_at.clone()),
            before,
            limit: Limit::MOST.get().into(),
            ..PageQuery::default()
        };
        let page = journal(front.engine().trail().page(query).await)?;
        before = page.rows.last().filter(|_| page.more).map(|row| (row.started_at.clone(), row.id));
        if let Some(found) = page.rows.into_iter().find(&holds) {
            return Ok(Some(found));
        }
        if before.is_none() {
            return Ok(None);
        }
    }
}

/// Whether a field of this name, at any depth, has this value; `previous_room_number` is a `room_number` too.
fn names(value: &Value, field: &str, thing: &str) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            name.ends_with(field) && value.as_str() == Some(thing) || names(value, field, thing)
        }),
        Value::Array(values) => values.iter().any(|value| names(value, field, thing)),
        _ => false,
    }
}
