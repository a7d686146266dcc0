//! A booking that the org does not show may exist all the same: what our user may see depends on the org's sharing, and a query
//! answers without a word for the rest.

use super::reader::Reader;
use crate::engine::PageQuery;
use crate::saga::Saga;
use crate::saga::outcome::Outcome;
use crate::sagas::{FinishPaidCheckout, ProcessGuestCheckout};
use skills::systems::payments::Intent;
use skills::words::BookingNumber;

/// More calls than close a stay, however often it is reopened.
const CALLS: usize = 50;

/// Why the booking of a payment may exist although the records do not show it; none if nothing says so.
pub(super) async fn may_exist(
    reader: &Reader<'_>,
    intent: &Intent,
    booking: &BookingNumber,
) -> anyhow::Result<Option<String>> {
    if !reader.may_be_shown_less() {
        return Ok(None);
    }
    let hidden = "it was deleted, or its sharing hides it from this user";
    for tool in [ProcessGuestCheckout::NAME, FinishPaidCheckout::NAME] {
        let query = PageQuery {
            subject: Some(booking.to_string()),
            tool: Some(tool.to_owned()),
            outcome: Some(Outcome::Done),
            limit: CALLS,
            ..PageQuery::default()
        };
        let closed = super::journal(reader.trail().page(query).await)?;
        let with = |answer: &serde_json::Value| answer["data"]["payment_intent_id"] == intent.id.as_str();
        let asked_for = |arguments: &serde_json::Value| arguments["payment_intent_id"] == intent.id.as_str();
        if closed.rows.iter().any(|row| row.answer.as_ref().is_some_and(with) || asked_for(&row.arguments)) {
            return Ok(Some(format!(
                "Booking {booking} was closed with this payment, and the org does not show it any more: {hidden}."
            )));
        }
    }
    if reader.sees_no_booking().await? {
        return Ok(Some(format!("The org shows no booking at all, not {booking} either: {hidden}.")));
    }
    Ok(None)
}
