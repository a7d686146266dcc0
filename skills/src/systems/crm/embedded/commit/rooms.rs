//! Rooms: who occupies them, and whether nights are free.

use super::super::rows::holds;
use super::{Outcome, contact_id};
use crate::operations::rooms::MoveRoom;
use crate::refusals;
use crate::stay_rules::check_status;
use crate::words::{Date, Email, Nights, Open, RoomNumber, RoomStatus};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn move_room(c: &Connection, change: &MoveRoom) -> Outcome<()> {
    let sql = "SELECT r.id, r.status, o.email FROM rooms r LEFT JOIN contacts o ON o.id = r.current_guest \
               WHERE r.number = ?";
    let found: Option<(i64, Open<RoomStatus>, Option<Email>)> = c
        .prepare_cached(sql)?
        .query_row([&change.room], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (id, status, occupant) = found.ok_or_else(|| refusals::room_not_found(&change.room))?;
    let somebody_else = occupant.is_some() && occupant != change.leaving;
    if status != change.from || somebody_else {
        return Err(if change.to == RoomStatus::Occupied {
            refusals::room_not_vacant(&change.room, &status).into()
        } else {
            refusals::room_cannot(&change.room, &status, change.to).into()
        });
    }
    let occupant = change.occupant.as_ref().map(|guest| contact_id(c, guest)).transpose()?;
    c.prepare_cached("UPDATE rooms SET status = ?2, current_guest = ?3 WHERE id = ?1")?
        .execute(params![id, change.to, occupant])?;
    Ok(())
}

/// Expects that the room's status allows an arrival on this day.
pub(super) fn expect_open(c: &Connection, room: i64, arrives: Date, today: Date) -> Outcome<()> {
    let found: Option<(RoomNumber, Open<RoomStatus>)> = c
        .prepare_cached("SELECT number, status FROM rooms WHERE id = ?")?
        .query_row([room], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map_or(Ok(()), |(number, status)| Ok(check_status(&number, &status, arrives, today)?))
}

/// Expects that no booking but `except` holds one of the nights of the room. A guest who should have left before today
/// holds tonight.
pub(super) fn expect_free(
    c: &Connection,
    room: i64,
    nights: Nights,
    except: Option<i64>,
    today: Date,
) -> Outcome<()> {
    let sql = concat!(
        "SELECT r.number FROM bookings b JOIN rooms r ON r.id = b.room_id WHERE b.room_id = ?1 AND b.id IS NOT ?2 AND ",
        holds!("?3", "?4", "?5"),
        " LIMIT 1"
    );
    let taken: Option<RoomNumber> = c
        .prepare_cached(sql)?
        .query_row(params![room, except, nights.from, nights.to, today], |row| row.get(0))
        .optional()?;
    taken.map_or(Ok(()), |room| Err(refusals::room_already_booked(&room).into()))
}
