//! Cases: opened once per key, changed only in the status that is expected.

use super::{Outcome, contact_id, found, room_id};
use crate::operations::cases::{ChangeCase, MoveCase, UpsertCase};
use crate::refusals;
use crate::systems::crm::Committed;
use crate::systems::crm::embedded::wishes;
use crate::words::{BookingNumber, BookingStatus, CaseNumber, CaseStatus, LongText, Open, stored};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn upsert_case(c: &Connection, new: &UpsertCase, done: &mut Committed) -> Outcome<()> {
    let written: Option<_> = c
        .prepare_cached("SELECT number FROM cases WHERE external_id = ?")?
        .query_row([&new.external_id], |row| row.get(0))
        .optional()?;
    if written.is_some() {
        done.case_number = written;
        return Ok(());
    }
    let guest = new.guest.as_ref().map(|guest| contact_id(c, guest)).transpose()?;
    let room = new.room.as_ref().map(|room| room_id(c, room)).transpose()?;
    let booking = new.booking.as_ref().map(|number| stay_of(c, number, new)).transpose()?;
    let sql = "INSERT INTO cases (id, number, external_id, contact_id, room_id, booking_id, case_type, status, priority, \
               origin, subject, description, opened_at, wish_digest) \
               SELECT n, format('%08d', 1000 + n), ?1, ?2, ?3, ?4, ?5, 'New', ?6, ?7, ?8, ?9, ?10, ?11 \
               FROM (SELECT ifnull(max(id), 0) + 1 AS n FROM cases) RETURNING number";
    let row = params![
        new.external_id,
        guest,
        room,
        booking,
        new.case_type,
        new.priority,
        new.origin,
        new.description.subject(),
        new.description,
        stored(new.opened_at),
        wishes::digest(new.description.as_str())
    ];
    done.case_number = Some(c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?);
    done.created = true;
    Ok(())
}

/// The booking of a case: this guest's stay in this room.
fn stay_of(c: &Connection, number: &BookingNumber, new: &UpsertCase) -> Outcome<i64> {
    let (found, is) = found(c, number)?;
    let another = new.guest.as_ref().is_some_and(|it| *it != is.guest)
        || new.room.as_ref().is_some_and(|it| *it != is.room);
    let here = is.status == BookingStatus::CheckedIn;
    if another || !here { Err(refusals::booking_moved_on(number).into()) } else { Ok(found.id) }
}

pub(super) fn change_case(c: &Connection, change: &ChangeCase) -> Outcome<()> {
    let id = expect_case(c, &change.case, &change.expect, "edited")?;
    let room = change.room.as_ref().map(|room| room_id(c, room)).transpose()?;
    let subject = change.description.as_ref().map(LongText::subject);
    let sql = "UPDATE cases SET case_type = ifnull(?2, case_type), priority = ifnull(?3, priority), \
               room_id = ifnull(?4, room_id), description = ifnull(?5, description), subject = ifnull(?6, subject) \
               WHERE id = ?1";
    let row = params![id, change.case_type, change.priority, room, change.description, subject];
    c.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

pub(super) fn move_case(c: &Connection, change: &MoveCase) -> Outcome<()> {
    let id = expect_case(c, &change.case, &change.from, &format!("moved to {}", change.to))?;
    let closed_at = (change.to == CaseStatus::Closed).then(|| stored(change.at));
    c.prepare_cached("UPDATE cases SET status = ?2, closed_at = ?3 WHERE id = ?1")?
        .execute(params![id, change.to, closed_at])?;
    Ok(())
}

fn expect_case(c: &Connection, case: &CaseNumber, expect: &Open<CaseStatus>, wish: &str) -> Outcome<i64> {
    let found: Option<(i64, Open<CaseStatus>)> = c
        .prepare_cached("SELECT id, status FROM cases WHERE number = ?")?
        .query_row([case], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((id, status)) if status == *expect => Ok(id),
        Some((_, status)) => Err(refusals::case_cannot(case, &status, wish).into()),
        None => Err(refusals::case_not_found(case).into()),
    }
}
