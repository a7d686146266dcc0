//! Sales: each follows the state of its bookings.

use super::{Outcome, booking, contact_id};
use crate::operations::opportunities::{CreateOpportunity, MoveOpportunity, When};
use crate::refusals;
use rusqlite::{Connection, params};

pub(super) fn create_opportunity(c: &Connection, new: &CreateOpportunity) -> Outcome<()> {
    let sql = "INSERT INTO opportunities (key, contact_id, name, stage, amount_cents, arrival, departure, close_date) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (key) DO NOTHING";
    let guest = contact_id(c, &new.guest)?;
    let row = params![new.key, guest, new.name, new.stage, new.amount, new.nights.from, new.nights.to];
    c.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

pub(super) fn move_opportunity(c: &Connection, change: &MoveOpportunity) -> Outcome<()> {
    let booking = booking(c, &change.booking)?;
    if let Some(repriced) = &change.repriced {
        let changed = c
            .prepare_cached(
                "UPDATE opportunities SET amount_cents = ?3 WHERE id = ?1 AND amount_cents IS ?2",
            )?
            .execute(params![booking.opportunity, repriced.seen, repriced.to])?;
        if changed == 0 {
            return Err(refusals::sale_moved_on(&change.booking).into());
        }
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM bookings WHERE opportunity_id = ? AND id <> ? \
               AND status IN ('Reserved', 'Checked In'))";
    let others: bool =
        c.prepare_cached(sql)?.query_row(params![booking.opportunity, booking.id], |row| row.get(0))?;
    if change.when == When::LastOpenBooking && others {
        return Ok(());
    }
    let sql = "UPDATE opportunities SET stage = ifnull(?2, stage), close_date = ifnull(?3, close_date), \
               payment_id = ifnull(?4, payment_id) WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![
        booking.opportunity,
        change.to,
        change.close_date,
        change.payment
    ])?;
    Ok(())
}
