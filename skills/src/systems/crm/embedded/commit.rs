//! Changes, all or nothing, repeatable under their key. Each finds what it expects or refuses the whole list.

use super::super::{Change, Committed};
use crate::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use crate::cases::{ChangeCase, MoveCase, UpsertCase};
use crate::contacts::{CreateContact, UpsertContact};
use crate::error::Refusal;
use crate::opportunities::{CreateOpportunity, MoveOpportunity, When};
use crate::payments::{PaymentKind, RecordPayment};
use crate::refusals;
use crate::rooms::MoveRoom;
use crate::sqlite::Refusable;
use crate::words::{
    BookingNumber, BookingStatus, CaseStatus, ContactType, Date, Email, Key, Nights, RoomNumber, RoomStatus,
    stored,
};
use rusqlite::{Connection, OptionalExtension, params};

type Outcome<T> = Result<T, Refusable<Refusal>>;

pub(super) fn commit(c: &Connection, key: &Key, changes: &[Change]) -> Outcome<Committed> {
    let list = Key::derived(&[&json(&changes)]);
    let before: Option<(String, String)> = c
        .prepare_cached("SELECT changes, result FROM commits WHERE key = ?")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((committed, result)) = before {
        return match serde_json::from_str(&result) {
            Ok(result) if committed == list.as_str() => Ok(result),
            _ => Err(refusals::token_reused("commit").into()),
        };
    }
    let mut done = Committed::default();
    for change in changes {
        apply(c, change, &mut done)?;
    }
    c.prepare_cached("INSERT INTO commits (key, changes, result) VALUES (?, ?, ?)")?.execute(params![
        key,
        list,
        json(&done)
    ])?;
    Ok(done)
}

/// Our own plain types always have a JSON text.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn apply(c: &Connection, change: &Change, done: &mut Committed) -> Outcome<()> {
    match change {
        Change::CreateContact(new) => create_contact(c, new, done),
        Change::UpsertContact(new) => upsert_contact(c, new, done),
        Change::CreateOpportunity(new) => create_opportunity(c, new),
        Change::MoveOpportunity(change) => move_opportunity(c, change),
        Change::UpsertBooking(new) => upsert_booking(c, new, done),
        Change::ChangeBooking(change) => change_booking(c, change),
        Change::MoveBooking(change) => move_booking(c, change),
        Change::MoveRoom(change) => move_room(c, change),
        Change::UpsertCase(new) => upsert_case(c, new, done),
        Change::ChangeCase(change) => change_case(c, change),
        Change::MoveCase(change) => move_case(c, change),
        Change::RecordPayment(new) => record_payment(c, new),
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

/// A booking as a change finds it.
struct Found {
    id: i64,
    room: i64,
    opportunity: i64,
    nights: Nights,
    status: BookingStatus,
}

fn booking(c: &Connection, number: &BookingNumber) -> Outcome<Found> {
    let sql =
        "SELECT id, room_id, opportunity_id, check_in, check_out, status FROM bookings WHERE number = ?";
    let found = c.prepare_cached(sql)?.query_row([number], |row| {
        Ok(Found {
            id: row.get(0)?,
            room: row.get(1)?,
            opportunity: row.get(2)?,
            nights: Nights { from: row.get(3)?, to: row.get(4)? },
            status: row.get(5)?,
        })
    });
    found.optional()?.ok_or_else(|| refusals::booking_not_found(number).into())
}

/// Nobody but `except` holds one of the nights of the room. A guest who should have left before today holds
/// tonight.
fn expect_free(c: &Connection, room: i64, nights: Nights, except: Option<i64>, today: Date) -> Outcome<()> {
    let sql = "SELECT r.number FROM bookings b JOIN rooms r ON r.id = b.room_id \
               WHERE b.room_id = ?1 AND b.status IN ('Reserved', 'Checked In') AND b.id IS NOT ?2 AND b.check_in < ?4 \
               AND (b.check_out > ?3 OR (b.status = 'Checked In' AND b.check_out < ?5 AND ?3 <= ?5)) LIMIT 1";
    let taken: Option<RoomNumber> = c
        .prepare_cached(sql)?
        .query_row(params![room, except, nights.from, nights.to, today], |row| row.get(0))
        .optional()?;
    taken.map_or(Ok(()), |room| Err(refusals::room_already_booked(&room).into()))
}

fn create_contact(c: &Connection, new: &CreateContact, done: &mut Committed) -> Outcome<()> {
    let sql = "INSERT INTO contacts (email, first_name, last_name, phone, contact_type, prefers) \
               VALUES (?, ?, ?, ?, ?, 'Email') ON CONFLICT (email) DO NOTHING";
    let row = params![new.email, new.first_name, new.last_name, new.phone, new.contact_type];
    done.created |= c.prepare_cached(sql)?.execute(row)? == 1;
    Ok(())
}

fn upsert_contact(c: &Connection, new: &UpsertContact, done: &mut Committed) -> Outcome<()> {
    let sql = "UPDATE contacts SET first_name = ifnull(?2, first_name), last_name = ifnull(?3, last_name), \
               phone = ifnull(?4, phone), contact_type = ifnull(?5, contact_type), prefers = ifnull(?6, prefers) \
               WHERE email = ?1";
    let row = params![new.email, new.first_name, new.last_name, new.phone, new.contact_type, new.prefers];
    if c.prepare_cached(sql)?.execute(row)? == 0 {
        let Some(last_name) = &new.last_name else {
            return Err(refusals::invalid_argument("last_name", "a new person needs one", None).into());
        };
        let sql = "INSERT INTO contacts (email, first_name, last_name, phone, contact_type, prefers) \
                   VALUES (?1, ifnull(?2, ''), ?3, ?4, ?5, ifnull(?6, 'Email'))";
        let kind = new.contact_type.unwrap_or(ContactType::Guest);
        let row = params![new.email, new.first_name, last_name, new.phone, kind, new.prefers];
        c.prepare_cached(sql)?.execute(row)?;
        done.created = true;
    }
    Ok(())
}

fn create_opportunity(c: &Connection, new: &CreateOpportunity) -> Outcome<()> {
    let sql = "INSERT INTO opportunities (key, contact_id, name, stage, amount_cents, arrival, departure, close_date) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (key) DO NOTHING";
    let guest = contact_id(c, &new.guest)?;
    let row = params![new.key, guest, new.name, new.stage, new.amount, new.nights.from, new.nights.to];
    c.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn move_opportunity(c: &Connection, change: &MoveOpportunity) -> Outcome<()> {
    let booking = booking(c, &change.booking)?;
    if let Some(repriced) = &change.repriced {
        c.prepare_cached(
            "UPDATE opportunities SET amount_cents = max(0, amount_cents - ?2 + ?3) WHERE id = ?1",
        )?
        .execute(params![booking.opportunity, repriced.from, repriced.to])?;
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

fn upsert_booking(c: &Connection, new: &UpsertBooking, done: &mut Committed) -> Outcome<()> {
    let written: Option<BookingNumber> = c
        .prepare_cached("SELECT number FROM bookings WHERE external_id = ?")?
        .query_row([&new.external_id], |row| row.get(0))
        .optional()?;
    if written.is_some() {
        done.booking_number = written;
        return Ok(());
    }
    let (guest, room) = (contact_id(c, &new.guest)?, room_id(c, &new.room)?);
    expect_free(c, room, new.nights, None, new.today)?;
    let opportunity: Option<i64> = c
        .prepare_cached("SELECT id FROM opportunities WHERE key = ?")?
        .query_row([&new.opportunity], |row| row.get(0))
        .optional()?;
    let sql = "INSERT INTO bookings (id, number, external_id, opportunity_id, guest_id, room_id, check_in, check_out, \
               planned_check_out, guests, special_requests, status, rate_cents) \
               SELECT n, format('BK-%04d', n), ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, 'Reserved', ?9 \
               FROM (SELECT ifnull(max(id), 0) + 1 AS n FROM bookings) RETURNING number";
    let row = params![
        new.external_id,
        opportunity,
        guest,
        room,
        new.nights.from,
        new.nights.to,
        new.number_of_guests,
        new.special_requests,
        new.rate
    ];
    done.booking_number = Some(c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?);
    done.created = true;
    Ok(())
}

fn change_booking(c: &Connection, change: &ChangeBooking) -> Outcome<()> {
    let found = booking(c, &change.booking)?;
    if found.status != change.expect {
        return Err(refusals::booking_cannot(&change.booking, found.status, "changed this way").into());
    }
    let room = change.room.as_ref().map_or(Ok(found.room), |room| room_id(c, room))?;
    let nights = change.nights.unwrap_or(found.nights);
    if change.room.is_some() || change.nights.is_some() {
        // A guest who is here holds tonight, however long ago the departure was planned.
        let here = found.status == BookingStatus::CheckedIn;
        let to = if here { nights.to.max(change.today.plus_days(1)) } else { nights.to };
        let ahead = Nights { from: nights.from.max(change.today), to };
        expect_free(c, room, ahead, Some(found.id), change.today)?;
    }
    let guest = change.guest.as_ref().map(|guest| contact_id(c, guest)).transpose()?;
    let sql = "UPDATE bookings SET room_id = ?2, guest_id = ifnull(?3, guest_id), check_in = ?4, check_out = ?5, \
               planned_check_out = ?5, guests = ifnull(?6, guests), special_requests = ifnull(?7, special_requests), \
               rate_cents = ifnull(?8, rate_cents) WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![
        found.id,
        room,
        guest,
        nights.from,
        nights.to,
        change.number_of_guests,
        change.special_requests,
        change.rate
    ])?;
    if change.nights.is_some() {
        let sql = "UPDATE opportunities SET (arrival, departure, close_date) = \
                   (SELECT min(check_in), max(check_out), max(check_out) FROM bookings \
                    WHERE opportunity_id = ?1 AND status IN ('Reserved', 'Checked In')) WHERE id = ?1";
        c.prepare_cached(sql)?.execute([found.opportunity])?;
    }
    Ok(())
}

fn move_booking(c: &Connection, change: &MoveBooking) -> Outcome<()> {
    let found = booking(c, &change.booking)?;
    if found.status != change.from {
        let wish = format!("moved to {}", change.to);
        return Err(refusals::booking_cannot(&change.booking, found.status, &wish).into());
    }
    let departure = change.departure.unwrap_or(found.nights.to);
    if !change.from.is_active() && change.to.is_active() {
        let ahead = Nights { from: found.nights.from.max(change.today), to: departure };
        expect_free(c, found.room, ahead, Some(found.id), change.today)?;
    }
    c.prepare_cached("UPDATE bookings SET status = ?2, check_out = ?3 WHERE id = ?1")?
        .execute(params![found.id, change.to, departure])?;
    Ok(())
}

fn move_room(c: &Connection, change: &MoveRoom) -> Outcome<()> {
    let sql = "SELECT r.id, r.status, o.email FROM rooms r LEFT JOIN contacts o ON o.id = r.current_guest \
               WHERE r.number = ?";
    let found: Option<(i64, RoomStatus, Option<Email>)> = c
        .prepare_cached(sql)?
        .query_row([&change.room], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (id, status, occupant) = found.ok_or_else(|| refusals::room_not_found(&change.room))?;
    let somebody_else = occupant.is_some() && occupant != change.leaving;
    if status != change.from || somebody_else {
        return Err(if change.to == RoomStatus::Occupied {
            refusals::room_not_vacant(&change.room, status).into()
        } else {
            refusals::room_cannot(&change.room, status, change.to).into()
        });
    }
    let occupant = change.occupant.as_ref().map(|guest| contact_id(c, guest)).transpose()?;
    c.prepare_cached("UPDATE rooms SET status = ?2, current_guest = ?3 WHERE id = ?1")?
        .execute(params![id, change.to, occupant])?;
    Ok(())
}

fn upsert_case(c: &Connection, new: &UpsertCase, done: &mut Committed) -> Outcome<()> {
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
    let booking = new.booking.as_ref().map(|number| booking(c, number).map(|found| found.id)).transpose()?;
    let sql = "INSERT INTO cases (id, number, external_id, contact_id, room_id, booking_id, case_type, status, priority, \
               origin, subject, description, opened_at) \
               SELECT n, format('%08d', 1000 + n), ?1, ?2, ?3, ?4, ?5, 'New', ?6, ?7, ?8, ?9, ?10 \
               FROM (SELECT ifnull(max(id), 0) + 1 AS n FROM cases) RETURNING number";
    let row = params![
        new.external_id,
        guest,
        room,
        booking,
        new.case_type,
        new.priority,
        new.origin,
        new.subject(),
        new.description,
        stored(new.opened_at)
    ];
    done.case_number = Some(c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?);
    done.created = true;
    Ok(())
}

fn expect_case(
    c: &Connection,
    case: &crate::words::CaseNumber,
    expect: CaseStatus,
    wish: &str,
) -> Outcome<i64> {
    let found: Option<(i64, CaseStatus)> = c
        .prepare_cached("SELECT id, status FROM cases WHERE number = ?")?
        .query_row([case], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((id, status)) if status == expect => Ok(id),
        Some((_, status)) => Err(refusals::case_cannot(case, status, wish).into()),
        None => Err(refusals::case_not_found(case).into()),
    }
}

fn change_case(c: &Connection, change: &ChangeCase) -> Outcome<()> {
    let id = expect_case(c, &change.case, change.expect, "edited")?;
    let room = change.room.as_ref().map(|room| room_id(c, room)).transpose()?;
    let subject: Option<String> =
        change.description.as_ref().map(|text| text.as_str().chars().take(255).collect());
    let sql = "UPDATE cases SET case_type = ifnull(?2, case_type), priority = ifnull(?3, priority), \
               room_id = ifnull(?4, room_id), description = ifnull(?5, description), subject = ifnull(?6, subject) \
               WHERE id = ?1";
    let row = params![id, change.case_type, change.priority, room, change.description, subject];
    c.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn move_case(c: &Connection, change: &MoveCase) -> Outcome<()> {
    let id = expect_case(c, &change.case, change.from, &format!("moved to {}", change.to))?;
    let closed_at = (change.to == CaseStatus::Closed).then(|| stored(change.at));
    c.prepare_cached("UPDATE cases SET status = ?2, closed_at = ?3 WHERE id = ?1")?
        .execute(params![id, change.to, closed_at])?;
    Ok(())
}

fn record_payment(c: &Connection, new: &RecordPayment) -> Outcome<()> {
    let kind = match new.kind {
        PaymentKind::Charge => "Charge",
        PaymentKind::Refund => "Refund",
    };
    let sql = "INSERT INTO payment_transactions (booking_id, intent_id, kind, amount_cents, at) VALUES (?, ?, ?, ?, ?) \
               ON CONFLICT (intent_id, kind) DO NOTHING";
    let row = params![booking(c, &new.booking)?.id, new.payment, kind, new.amount, stored(new.at)];
    c.prepare_cached(sql)?.execute(row)?;
    Ok(())
}
