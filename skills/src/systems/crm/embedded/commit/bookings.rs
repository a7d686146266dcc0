//! Bookings. Every change that makes a booking hold nights expects them to be free.

use super::super::rows::holds;
use super::rooms::{expect_free, expect_open};
use super::{Outcome, booking_as_seen, contact_id, room_id};
use crate::operations::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use crate::refusals;
use crate::systems::crm::Committed;
use crate::words::{BookingNumber, BookingStatus, Nights};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn upsert_booking(
    c: &Connection,
    new: &UpsertBooking,
    given: i64,
    done: &mut Committed,
) -> Outcome<()> {
    let written: Option<BookingNumber> = c
        .prepare_cached("SELECT number FROM bookings WHERE external_id = ?")?
        .query_row([&new.external_id], |row| row.get(0))
        .optional()?;
    if written.is_some() {
        done.booking_number = written;
        return Ok(());
    }
    let (guest, room) = (contact_id(c, &new.guest)?, room_id(c, &new.room)?);
    expect_open(c, room, new.nights.from, new.today)?;
    expect_free(c, room, new.nights, None, new.today)?;
    expect_no_other(c, guest, new)?;
    let opportunity: Option<i64> = c
        .prepare_cached("SELECT id FROM opportunities WHERE key = ?")?
        .query_row([&new.opportunity], |row| row.get(0))
        .optional()?;
    let sql = "INSERT INTO bookings (id, number, external_id, opportunity_id, guest_id, room_id, check_in, check_out, \
               planned_check_out, guests, special_requests, status, prices) \
               SELECT n, format('BK-%04d', n), ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, 'Reserved', ?9 \
               FROM (SELECT max(ifnull(max(id), 0), ?10) + 1 AS n FROM bookings) RETURNING number";
    let row = params![
        new.external_id,
        opportunity,
        guest,
        room,
        new.nights.from,
        new.nights.to,
        new.number_of_guests,
        new.special_requests,
        new.agreed,
        given
    ];
    done.booking_number = Some(c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?);
    done.created = true;
    Ok(())
}

/// Expects that the guest holds none of the nights, except with the bookings that are named.
fn expect_no_other(c: &Connection, guest: i64, new: &UpsertBooking) -> Outcome<()> {
    let sql = concat!(
        "SELECT b.number FROM bookings b WHERE b.guest_id = ?1 AND ",
        holds!("?2", "?3", "?4"),
        " AND b.number NOT IN (SELECT value FROM json_each(?5)) LIMIT 1"
    );
    let known = super::json(&new.additional_to);
    let other: Option<BookingNumber> = c
        .prepare_cached(sql)?
        .query_row(params![guest, new.nights.from, new.nights.to, new.today, known], |row| row.get(0))
        .optional()?;
    other.map_or(Ok(()), |other| Err(refusals::already_booked_meanwhile(&other).into()))
}

pub(super) fn change_booking(c: &Connection, change: &ChangeBooking) -> Outcome<()> {
    let found = booking_as_seen(c, &change.seen, "changed this way")?;
    let room = change.room.as_ref().map_or(Ok(found.room), |room| room_id(c, room))?;
    let nights = change.nights.unwrap_or(found.nights);
    if change.room.is_some() || change.nights.is_some() {
        // A guest who is here holds tonight, whatever days were booked.
        let here = change.seen.status == BookingStatus::CheckedIn;
        if !here {
            expect_open(c, room, nights.from, change.today)?;
        }
        let to = if here { nights.to.max(change.today.plus_days(1)) } else { nights.to };
        let ahead = Nights { from: nights.from, to }.ahead(here, change.today);
        expect_free(c, room, ahead, Some(found.id), change.today)?;
    }
    let guest = change.guest.as_ref().map(|guest| contact_id(c, guest)).transpose()?;
    let sql = "UPDATE bookings SET room_id = ?2, guest_id = ifnull(?3, guest_id), check_in = ?4, check_out = ?5, \
               planned_check_out = ?5, guests = ifnull(?6, guests), special_requests = ifnull(?7, special_requests), \
               prices = ifnull(?8, prices) WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![
        found.id,
        room,
        guest,
        nights.from,
        nights.to,
        change.number_of_guests,
        change.special_requests,
        change.agreed
    ])?;
    if let Some(guest) = guest.filter(|_| change.moves_cases()) {
        let sql = "UPDATE cases SET contact_id = ?2 WHERE booking_id = ?1 AND status <> 'Closed' AND contact_id IS NOT NULL";
        c.prepare_cached(sql)?.execute([found.id, guest])?;
    }
    if change.nights.is_some() {
        let sql = "UPDATE opportunities SET (arrival, departure, close_date) = \
                   (SELECT min(check_in), max(check_out), max(check_out) FROM bookings \
                    WHERE opportunity_id = ?1 AND status IN ('Reserved', 'Checked In')) WHERE id = ?1";
        c.prepare_cached(sql)?.execute([found.opportunity])?;
    }
    Ok(())
}

pub(super) fn move_booking(c: &Connection, change: &MoveBooking) -> Outcome<()> {
    let found = booking_as_seen(c, &change.seen, &format!("moved to {}", change.to))?;
    let departure = change.departure.unwrap_or(found.nights.to);
    let was_active = change.seen.status.known().is_some_and(BookingStatus::is_active);
    if !was_active && change.to.is_active() {
        let here = change.to == BookingStatus::CheckedIn;
        let ahead = Nights { from: found.nights.from, to: departure }.ahead(here, change.today);
        expect_free(c, found.room, ahead, Some(found.id), change.today)?;
    }
    c.prepare_cached("UPDATE bookings SET status = ?2, check_out = ?3 WHERE id = ?1")?
        .execute(params![found.id, change.to, departure])?;
    Ok(())
}
