//! Applies changes, all or nothing, repeatable under their key. If one does not find the state it expects, the whole list
//! is refused.

mod bookings;
mod cases;
mod contacts;
mod payments;
mod rooms;
mod sales;

use crate::error::Refusal;
use crate::operations::bookings::BookingAsSeen;
use crate::refusals;
use crate::sqlite::Refusable;
use crate::systems::crm::{Change, Committed};
use crate::words::{BookingNumber, Email, Key, Nights, RoomNumber};
use rusqlite::{Connection, OptionalExtension, params};

/// The prefix of a digest of changes since version 0.2.
const LIST: &str = "2:";

type Outcome<T> = Result<T, Refusable<Refusal>>;

/// `given` is the last booking number that other files know to be given out.
pub(super) fn commit(c: &Connection, key: &Key, changes: &[Change], given: i64) -> Outcome<Committed> {
    let list = format!("{LIST}{}", Key::derived(&[&json(&changes)]));
    let before: Option<(String, String)> = c
        .prepare_cached("SELECT changes, result FROM commits WHERE key = ?")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((committed, result)) = before {
        // An earlier version digested its changes in another way. Its key stands for the same step of the same call, so it
        // is accepted.
        let same = committed == list || !committed.starts_with(LIST);
        return match serde_json::from_str(&result) {
            Ok(result) if same => Ok(result),
            _ => Err(refusals::token_reused("commit").into()),
        };
    }
    let mut done = Committed::default();
    for change in changes {
        apply(c, change, given, &mut done)?;
    }
    c.prepare_cached("INSERT INTO commits (key, changes, result) VALUES (?, ?, ?)")?.execute(params![
        key,
        list,
        json(&done)
    ])?;
    Ok(done)
}

/// Makes the changes and returns why they must be rolled back: a refusal, or only that this was a rehearsal.
pub(super) fn rehearse(c: &Connection, changes: &[Change]) -> Refusable<Option<Refusal>> {
    let mut done = Committed::default();
    match changes.iter().try_for_each(|change| apply(c, change, 0, &mut done)) {
        Ok(()) => Refusable::Refused(None),
        Err(Refusable::Refused(refusal)) => Refusable::Refused(Some(refusal)),
        Err(Refusable::Sqlite(error)) => Refusable::Sqlite(error),
    }
}

/// Plain types of ours always serialise.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn apply(c: &Connection, change: &Change, given: i64, done: &mut Committed) -> Outcome<()> {
    match change {
        Change::CreateContact(new) => contacts::create_contact(c, new, done),
        Change::UpsertContact(new) => contacts::upsert_contact(c, new, done),
        Change::CreateOpportunity(new) => sales::create_opportunity(c, new),
        Change::MoveOpportunity(change) => sales::move_opportunity(c, change),
        Change::UpsertBooking(new) => bookings::upsert_booking(c, new, given, done),
        Change::ChangeBooking(change) => bookings::change_booking(c, change),
        Change::MoveBooking(change) => bookings::move_booking(c, change),
        Change::MoveRoom(change) => rooms::move_room(c, change),
        Change::UpsertCase(new) => cases::upsert_case(c, new, done),
        Change::ChangeCase(change) => cases::change_case(c, change),
        Change::MoveCase(change) => cases::move_case(c, change),
        Change::RecordPayment(new) => payments::record_payment(c, new),
    }
}

fn contact_id(c: &Connection, email: &Email) -> Outcome<i64> {
    let id =
        c.prepare_cached("SELECT id FROM contacts WHERE email = ?")?.query_row([email], |row| row.get(0));
    id.optional()?.ok_or_else(|| refusals::guest_not_found(email).into())
}

fn room_id(c: &Connection, room: &RoomNumber) -> Outcome<i64> {
    let id = c.prepare_cached("SELECT id FROM rooms WHERE number = ?")?.query_row([room], |row| row.get(0));
    id.optional()?.ok_or_else(|| refusals::room_not_found(room).into())
}

/// A booking as the change finds it now.
struct Found {
    id: i64,
    room: i64,
    opportunity: i64,
    nights: Nights,
}

/// The booking of a number.
fn booking(c: &Connection, number: &BookingNumber) -> Outcome<Found> {
    Ok(found(c, number)?.0)
}

/// The booking. It must be as it was when the saga decided what to do.
fn booking_as_seen(c: &Connection, seen: &BookingAsSeen, wish: &str) -> Outcome<Found> {
    let (found, is) = found(c, &seen.booking)?;
    if is == *seen {
        return Ok(found);
    }
    Err(if is.status == seen.status {
        refusals::booking_moved_on(&seen.booking).into()
    } else {
        refusals::booking_cannot(&seen.booking, &is.status, wish).into()
    })
}

fn found(c: &Connection, number: &BookingNumber) -> Outcome<(Found, BookingAsSeen)> {
    let sql = "SELECT b.id, b.room_id, b.opportunity_id, b.check_in, b.check_out, b.status, g.email, r.number \
               FROM bookings b JOIN contacts g ON g.id = b.guest_id JOIN rooms r ON r.id = b.room_id \
               WHERE b.number = ?";
    let found = c.prepare_cached(sql)?.query_row([number], |row| {
        let nights = Nights { from: row.get(3)?, to: row.get(4)? };
        let found = Found { id: row.get(0)?, room: row.get(1)?, opportunity: row.get(2)?, nights };
        let is = BookingAsSeen {
            booking: number.clone(),
            status: row.get(5)?,
            guest: row.get(6)?,
            room: row.get(7)?,
            nights,
        };
        Ok((found, is))
    });
    found.optional()?.ok_or_else(|| refusals::booking_not_found(number).into())
}
