//! Refunds in full. Tests can order the status of the next one.

use super::super::{IntentStatus, Refund, RefundOutcome};
use super::intents::known;
use super::{Outcome, new_id};
use crate::refusals;
use crate::words::{Cents, PaymentIntentId};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn refund(
    c: &Connection,
    id: &PaymentIntentId,
    why: Option<&str>,
    now: &str,
) -> Outcome<RefundOutcome> {
    let found = known(c, id)?;
    if found.status != IntentStatus::Succeeded {
        return Ok(RefundOutcome::NotPaid);
    }
    let left = found.amount.minus(found.refunded()).minus(found.on_its_way());
    if left == Cents(0) {
        return Ok(RefundOutcome::AlreadyRefunded);
    }
    if found.disputed {
        return Err(refusals::refund_refused(id, found.status.as_str(), "charge_disputed").into());
    }
    let status = born_as(c, id)?;
    let failure_reason = (status == "failed").then(|| "unknown".to_owned());
    let refund = Refund {
        id: new_id("re"),
        payment: Some(id.clone()),
        amount: left,
        status,
        failure_reason,
        why: why.map(str::to_owned),
        since: Some(now.to_owned()),
    };
    c.prepare_cached(
        "INSERT INTO refunds (id, intent, amount_cents, created_at, status, failure_reason, why) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![refund.id, id, refund.amount, now, refund.status, refund.failure_reason, why])?;
    Ok(RefundOutcome::Refunded(refund))
}

/// The status of the next refund: the ordered one, or else the one of its card.
fn born_as(c: &Connection, id: &PaymentIntentId) -> rusqlite::Result<String> {
    let next = "DELETE FROM next_refunds WHERE id = (SELECT min(id) FROM next_refunds) RETURNING status";
    if let Some(status) = c.prepare_cached(next)?.query_row([], |row| row.get(0)).optional()? {
        return Ok(status);
    }
    let method: Option<String> =
        c.prepare_cached("SELECT method FROM intents WHERE id = ?")?.query_row([id], |row| row.get(0))?;
    let status = match method.as_deref() {
        Some("pm_card_pendingRefund") => "pending",
        Some("pm_card_refundFail") => "failed",
        _ => "succeeded",
    };
    Ok(status.to_owned())
}
