//! Payments: one row for each intent and direction (charge, refund).

use super::{Outcome, booking};
use crate::operations::payments::RecordPayment;
use crate::words::stored;
use rusqlite::{Connection, params};

pub(super) fn record_payment(c: &Connection, new: &RecordPayment) -> Outcome<()> {
    let sql = "INSERT INTO payment_transactions (booking_id, intent_id, kind, amount_cents, at) VALUES (?, ?, ?, ?, ?) \
               ON CONFLICT (intent_id, kind) DO NOTHING";
    let row = params![booking(c, &new.booking)?.id, new.payment, new.kind, new.amount, stored(new.at)];
    c.prepare_cached(sql)?.execute(row)?;
    if new.stands_again {
        let sql = "DELETE FROM payment_transactions WHERE intent_id = ? AND kind = 'Refund'";
        c.prepare_cached(sql)?.execute([&new.payment])?;
    }
    Ok(())
}
