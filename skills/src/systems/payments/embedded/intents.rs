//! Payment intents in the file.

use super::super::{CustomerId, Intent, IntentStatus, IntentsOf, NewIntent, Refund};
use super::{Outcome, is_taken, methods, new_id};
use crate::refusals;
use crate::words::{Cursor, Key, Page, Paged, PaymentIntentId};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn intent(c: &Connection, id: &PaymentIntentId) -> rusqlite::Result<Option<Intent>> {
    let sql = "SELECT status, amount_cents, currency, guest, booking, charge_id, next_action_url, created_at, charged_at, \
               booking_key, number, customer, receipt_email, disputed, method FROM intents WHERE id = ?";
    let found = c.prepare_cached(sql)?.query_row([id], |row| {
        let status = status(&row.get::<_, String>(0)?);
        let paid_with: Option<String> = row.get(14)?;
        Ok(Intent {
            id: id.clone(),
            status,
            amount: row.get(1)?,
            currency: row.get(2)?,
            guest: row.get(3)?,
            booking: row.get(4)?,
            charge_id: row.get(5)?,
            next_action_url: row.get(6)?,
            declined: None, // it decides at once, and answers why
            created_at: row.get(7)?,
            charged_at: row.get(8)?,
            booking_key: row.get(9)?,
            number: row.get(10)?,
            customer: row.get::<_, Option<String>>(11)?.map(CustomerId),
            receipt_email: row.get(12)?,
            disputed: row.get(13)?,
            card: paid_with
                .filter(|_| status == IntentStatus::Succeeded)
                .and_then(|method| methods::card(&method)),
            refunds: vec![],
        })
    });
    let Some(mut found) = found.optional()? else { return Ok(None) };
    found.refunds = refunds_of(c, id)?;
    Ok(Some(found))
}

/// The refunds of an intent, newest first.
fn refunds_of(c: &Connection, id: &PaymentIntentId) -> rusqlite::Result<Vec<Refund>> {
    let sql = "SELECT id, amount_cents, status, failure_reason, why, created_at FROM refunds WHERE intent = ? \
               ORDER BY rowid DESC";
    c.prepare_cached(sql)?
        .query_map([id], |row| {
            Ok(Refund {
                id: row.get(0)?,
                payment: Some(id.clone()),
                amount: row.get(1)?,
                status: row.get(2)?,
                failure_reason: row.get(3)?,
                why: row.get(4)?,
                since: row.get(5)?,
            })
        })?
        .collect()
}

/// The payments, newest first; continues after an intent, as the processor's lists do.
pub(super) fn paid_since(c: &Connection, since: &str, page: &Page) -> rusqlite::Result<Paged<Intent>> {
    let limit = usize::from(page.limit.get());
    let sql = "SELECT id FROM intents WHERE status = 'succeeded' AND created_at >= ?1 AND (?2 IS NULL \
               OR (created_at, rowid) < (SELECT created_at, rowid FROM intents WHERE id = ?2)) \
               ORDER BY created_at DESC, rowid DESC LIMIT ?3";
    let behind = page.cursor.as_ref().map(Cursor::key);
    let ids: rusqlite::Result<Vec<PaymentIntentId>> = c
        .prepare_cached(sql)?
        .query_map(params![since, behind, page.limit.get() + 1], |row| row.get(0))?
        .collect();
    let mut ids = ids?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next_cursor = ids.last().filter(|_| more).map(|id| Cursor::after(id.as_str()));
    let found: rusqlite::Result<Vec<Option<Intent>>> = ids.iter().map(|id| intent(c, id)).collect();
    Ok(Paged { items: found?.into_iter().flatten().collect(), total: None, next_cursor })
}

fn status(text: &str) -> IntentStatus {
    serde_json::from_value(text.into()).unwrap_or(IntentStatus::RequiresPaymentMethod)
}

/// The intent. It must exist, because the caller got its id from us.
pub(super) fn known(c: &Connection, id: &PaymentIntentId) -> Outcome<Intent> {
    intent(c, id)?.ok_or_else(|| refusals::payment_not_found(id).into())
}

pub(super) fn set(
    c: &Connection,
    id: &PaymentIntentId,
    status: IntentStatus,
    url: Option<&str>,
    now: &str,
) -> rusqlite::Result<()> {
    let charge = (status == IntentStatus::Succeeded).then(|| new_id("ch"));
    let sql = "UPDATE intents SET status = ?2, next_action_url = ?3, charge_id = ifnull(?4, charge_id), \
               charged_at = iif(?4 IS NULL, charged_at, ?5) WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![id, status.as_str(), url, charge, now]).map(|_| ())
}

/// The intents that may belong to a stay, oldest first.
pub(super) fn of_stay(c: &Connection, whose: &IntentsOf) -> rusqlite::Result<Vec<Intent>> {
    let sql = "SELECT id FROM intents WHERE booking = ?1 OR booking_key = ?2 ORDER BY created_at, rowid";
    let ids: Vec<PaymentIntentId> = c
        .prepare_cached(sql)?
        .query_map(params![whose.booking, whose.booking_key], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let found: rusqlite::Result<Vec<Option<Intent>>> = ids.iter().map(|id| intent(c, id)).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Makes an intent, or returns the one made under the key, even if that one has another amount.
pub(super) fn create(c: &Connection, key: &Key, number: u32, new: &NewIntent, now: &str) -> Outcome<Intent> {
    let made: Option<PaymentIntentId> = c
        .prepare_cached("SELECT id FROM intents WHERE hotel_key = ?")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    if let Some(made) = made {
        return known(c, &made);
    }
    let receipt_email = match &new.receipt_email {
        Some(email) if is_taken(c, email)? => Some(email),
        _ => None,
    };
    let sql = "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, receipt_email, status, created_at, \
               booking_key, hotel_key, number) \
               VALUES (?, ?, ?, ?, ?, ?, ?, 'requires_payment_method', ?, ?, ?, ?) RETURNING id";
    let row = params![
        new_id("pi"),
        new.customer.0,
        new.amount,
        new.currency,
        new.guest,
        new.booking,
        receipt_email,
        now,
        new.booking_key,
        key,
        number
    ];
    let id: PaymentIntentId = c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?;
    c.prepare_cached("INSERT INTO idempotency_keys (key, request, answer) VALUES (?, ?, ?)")?
        .execute(params![key, "intent", id])?;
    known(c, &id)
}
