//! Reads rows into words: a list of columns and one reading function for each kind of row.

use crate::records::{Case, Contact, Room, Stay};
use crate::words::{BookingStatus, Cents, Date, Nights};
use rusqlite::{Row, types::Type};

/// A contact's columns under an alias: six of them.
macro_rules! contact_columns {
    ($c:literal) => {
        concat!(
            $c,
            ".email,",
            $c,
            ".first_name,",
            $c,
            ".last_name,",
            $c,
            ".phone,",
            $c,
            ".contact_type,",
            $c,
            ".prefers"
        )
    };
}
const CONTACT: usize = 6;

/// The columns of a room `r` with its occupant `o`.
macro_rules! room_columns {
    () => {
        concat!(
            "r.number, r.name, r.room_type, r.floor, r.rate_cents, r.max_occupancy, r.status,",
            contact_columns!("o")
        )
    };
}

/// SQL: the booking `b` holds one of the nights from `$from` to before `$to`. Nights are half-open, a guest who should
/// have left before `$today` holds tonight, and one who is here before the arrival that was booked holds the nights from
/// `$today` on. The statuses are those of the index `bookings_active`. Without numbers the placeholders are bound in this
/// order: to, today, to, from, today, from, today.
macro_rules! holds {
    ($from:literal, $to:literal, $today:literal) => {
        concat!(
            "b.status NOT IN ('Checked Out', 'Cancelled', 'No Show') AND (b.check_in < ",
            $to,
            " OR (b.status = 'Checked In' AND ",
            $today,
            " < ",
            $to,
            ")) AND (b.check_out > ",
            $from,
            " OR (b.status = 'Checked In' AND b.check_out < ",
            $today,
            " AND ",
            $from,
            " <= ",
            $today,
            "))"
        )
    };
}

/// The columns of a stay: booking `b`, guest `c`, room `r`, occupant `o`, opportunity `s`.
macro_rules! stay_columns {
    () => {
        concat!(
            "b.id, b.number, b.status, b.check_in, b.check_out, b.planned_check_out, b.guests, b.special_requests,",
            "b.prices, s.stage, s.amount_cents,",
            "(SELECT p.intent_id FROM payment_transactions p WHERE p.booking_id = b.id AND p.kind = 'Charge'",
            " ORDER BY p.id DESC LIMIT 1),",
            "(SELECT count(*) FROM payment_transactions p WHERE p.booking_id = b.id AND p.kind = 'Refund'),",
            "(SELECT p.intent_id FROM payment_transactions p WHERE p.booking_id = b.id AND p.kind = 'Refund'",
            " ORDER BY p.id DESC LIMIT 1),",
            "(SELECT count(*) FROM bookings x WHERE x.opportunity_id = b.opportunity_id AND x.id <> b.id",
            " AND x.status IN ('Reserved', 'Checked In')),",
            "b.own_key,",
            "(SELECT p.amount_cents FROM payment_transactions p WHERE p.booking_id = b.id AND p.kind = 'Charge'",
            " ORDER BY p.id DESC LIMIT 1),",
            "EXISTS (SELECT 1 FROM bookings x WHERE x.opportunity_id = b.opportunity_id AND x.id <> b.id",
            " AND x.status NOT IN ('Cancelled', 'No Show')), b.made_at,",
            contact_columns!("c"),
            ",",
            room_columns!()
        )
    };
}

/// The tables of a stay. `CROSS JOIN` makes SQLite begin with the bookings.
macro_rules! stay_tables {
    () => {
        "bookings b CROSS JOIN contacts c ON c.id = b.guest_id CROSS JOIN rooms r ON r.id = b.room_id \
         CROSS JOIN opportunities s ON s.id = b.opportunity_id LEFT JOIN contacts o ON o.id = r.current_guest"
    };
}

/// The columns of a case `k` with contact `c`, room `r`, booking `b`.
macro_rules! case_columns {
    () => {
        concat!(
            "k.id, k.number, k.case_type, k.status, k.priority, k.origin, k.subject, k.description, k.opened_at,",
            "k.closed_at, r.number, b.number,",
            contact_columns!("c")
        )
    };
}

/// The tables of a case.
macro_rules! case_tables {
    () => {
        "cases k LEFT JOIN contacts c ON c.id = k.contact_id LEFT JOIN rooms r ON r.id = k.room_id \
         LEFT JOIN bookings b ON b.id = k.booking_id"
    };
}

pub(super) use {case_columns, case_tables, contact_columns, holds, room_columns, stay_columns, stay_tables};

pub(super) fn contact(row: &Row<'_>, at: usize) -> rusqlite::Result<Contact> {
    Ok(Contact {
        email: row.get(at)?,
        first_name: row.get(at + 1)?,
        last_name: row.get(at + 2)?,
        phone: row.get(at + 3)?,
        landline: None,
        contact_type: row.get(at + 4)?,
        prefers: row.get(at + 5)?,
    })
}

fn maybe_contact(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Contact>> {
    if row.get_ref(at)?.data_type() == Type::Null { Ok(None) } else { contact(row, at).map(Some) }
}

/// A price must be above 0; otherwise there is none.
fn price(cents: i64) -> Option<Cents> {
    u64::try_from(cents).ok().filter(|cents| *cents > 0).and_then(|cents| Cents(cents).within_bounds())
}

pub(super) fn room(row: &Row<'_>, at: usize) -> rusqlite::Result<Room> {
    Ok(Room {
        number: row.get(at)?,
        name: row.get(at + 1)?,
        room_type: row.get(at + 2)?,
        floor: row.get(at + 3)?,
        rate: price(row.get(at + 4)?),
        currency: None,
        max_occupancy: row.get(at + 5)?,
        status: row.get(at + 6)?,
        occupant: maybe_contact(row, at + 7)?,
        occupant_without_email: None,
    })
}

/// A stay; column 0 is the row's id.
pub(super) fn stay(row: &Row<'_>) -> rusqlite::Result<Stay> {
    const GUEST: usize = 19;
    let (last_payment, refunded): (Option<_>, Option<_>) = (row.get(11)?, row.get(13)?);
    let amount = row.get(10)?;
    let mut stay = Stay {
        booking: row.get(1)?,
        key: row.get(15)?,
        status: row.get(2)?,
        nights: Nights { from: row.get(3)?, to: row.get(4)? },
        planned_departure: row.get::<_, Date>(5)?,
        number_of_guests: row.get(6)?,
        special_requests: row.get(7)?,
        agreed: row.get(8)?,
        rate: None,
        shares_evenly: false,
        currency: None,
        paid: row.get(16)?,
        stage: row.get(9)?,
        amount: Some(amount),
        others_price: None,
        unreadable_price: None,
        sharing: None,
        payment: last_payment.clone().filter(|_| last_payment != refunded),
        last_payment,
        refunds: row.get(12)?,
        other_open_bookings: row.get(14)?,
        made_at: row.get(18)?,
        record: None,
        guest: contact(row, GUEST)?,
        room: room(row, GUEST + CONTACT)?,
    };
    let is_lost = stay.status == BookingStatus::Cancelled || stay.status == BookingStatus::NoShow;
    stay.others_price = Some(match (is_lost, row.get(17)?) {
        (true, true) => amount,    // it contributes nothing any more
        (true, false) => Cents(0), // alone, it keeps what was lost
        (false, _) => amount.minus(stay.price().unwrap_or_default()),
    });
    Ok(stay)
}

/// A case; column 0 is the row's id.
pub(super) fn case(row: &Row<'_>) -> rusqlite::Result<Case> {
    Ok(Case {
        number: row.get(1)?,
        case_type: row.get(2)?,
        status: row.get(3)?,
        priority: row.get(4)?,
        origin: row.get(5)?,
        subject: row.get(6)?,
        description: row.get(7)?,
        opened_at: row.get(8)?,
        closed_at: row.get(9)?,
        room: row.get(10)?,
        booking: row.get(11)?,
        guest: maybe_contact(row, 12)?,
    })
}
