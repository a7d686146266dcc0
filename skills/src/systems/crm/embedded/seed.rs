//! The sample hotel, with dates around the hotel's today.

use crate::systems::seed::{self, Sale, Seed};
use crate::words::{CaseStatus, Date, stored};
use jiff::Timestamp;
use rusqlite::{Connection, Result, params};

pub(crate) fn read() -> Result<Seed> {
    seed::read().map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Whether this is a sample hotel of another day that nobody has written to.
pub(super) fn is_outdated(c: &Connection, today: Date) -> Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM seeded WHERE day <> ?) AND NOT EXISTS (SELECT 1 FROM commits)",
        [today],
        |row| row.get(0),
    )
}

/// Moves the sample hotel to today, unless somebody has written to it meanwhile.
pub(super) fn plant_again(c: &Connection, today: Date, now: Timestamp) -> Result<()> {
    if !is_outdated(c, today)? {
        return Ok(());
    }
    c.execute_batch(
        "DELETE FROM cases; DELETE FROM payment_transactions; DELETE FROM bookings; DELETE FROM opportunities; \
         DELETE FROM rooms; DELETE FROM contacts; DELETE FROM seeded;",
    )?;
    plant(c, today, now)
}

pub(super) fn plant(c: &Connection, today: Date, now: Timestamp) -> Result<()> {
    let seed = read()?;
    for person in &seed.contacts {
        c.execute(
            "INSERT INTO contacts (email, first_name, last_name, phone, contact_type, prefers) VALUES (?, ?, ?, ?, ?, ?)",
            params![person.email, person.first_name, person.last_name, person.phone, person.contact_type, person.prefers],
        )?;
    }
    for room in seed.rooms() {
        c.execute(
            "INSERT INTO rooms (number, name, room_type, floor, rate_cents, max_occupancy, status) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![
                room.number,
                room.name,
                room.room_type,
                room.floor,
                room.rate,
                room.max_occupancy,
                room.status
            ],
        )?;
    }
    let mut booked = 0;
    for sale in &seed.opportunities {
        plant_sale(c, sale, today, now, &mut booked)?;
    }
    for (at, case) in (0_u32..).zip(&seed.cases) {
        let opened = stored(now - jiff::SignedDuration::from_hours(case.opened_hours_ago));
        let closed = (case.status == CaseStatus::Closed).then_some(&opened);
        c.execute(
            "INSERT INTO cases (number, contact_id, room_id, booking_id, case_type, status, priority, origin, subject, \
             description, opened_at, closed_at) VALUES (format('%08d', 1001 + ?1), \
             (SELECT id FROM contacts WHERE email = ?2), (SELECT id FROM rooms WHERE number = ?3), \
             (SELECT id FROM bookings WHERE number = ?4), ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11)",
            params![
                at, case.guest, case.room, case.booking, case.case_type, case.status, case.priority, case.origin,
                case.description, opened, closed
            ],
        )?;
    }
    c.execute("INSERT INTO seeded (day) VALUES (?)", [today])?;
    Ok(())
}

fn plant_sale(c: &Connection, sale: &Sale, today: Date, now: Timestamp, booked: &mut u32) -> Result<()> {
    let day = |offset: i32| today.plus_days(offset);
    let first = sale.bookings.iter().map(|b| b.arrives).min().unwrap_or(0);
    let last = sale.bookings.iter().map(|b| b.leaves).max().unwrap_or(0);
    let opportunity: i64 = c.query_row(
        "INSERT INTO opportunities (contact_id, name, stage, amount_cents, arrival, departure, close_date, payment_id) \
         SELECT id, format('Booking for %s %s - %s', first_name, last_name, ?2), ?3, 0, ?2, ?4, ?4, ?5 \
         FROM contacts WHERE email = ?1 RETURNING id",
        params![sale.guest, day(first), sale.stage, day(last), sale.payment],
        |row| row.get(0),
    )?;
    for booking in &sale.bookings {
        *booked += 1;
        let nights = booking.leaves - booking.arrives;
        let times = if nights > 1 { format!("x{nights}") } else { String::new() };
        c.execute(
            "INSERT INTO bookings (number, opportunity_id, guest_id, room_id, check_in, check_out, planned_check_out, \
             guests, status, prices) SELECT format('BK-%04d', ?1), ?2, (SELECT id FROM contacts WHERE email = ?3), \
             id, ?4, ?5, ?5, ?6, ?7, printf('%d.%02d', rate_cents / 100, rate_cents % 100) || ?9 FROM rooms \
             WHERE number = ?8",
            params![
                *booked, opportunity, sale.guest, day(booking.arrives), day(booking.leaves), booking.guests,
                booking.status, booking.room, times
            ],
        )?;
        c.execute(
            "UPDATE opportunities SET amount_cents = amount_cents + ?2 * \
             (SELECT rate_cents FROM rooms WHERE number = ?3) WHERE id = ?1",
            params![opportunity, booking.leaves - booking.arrives, booking.room],
        )?;
        if booking.status == "Checked In" {
            c.execute(
                "UPDATE rooms SET current_guest = (SELECT id FROM contacts WHERE email = ?) WHERE number = ?",
                params![sale.guest, booking.room],
            )?;
        }
        if let Some(payment) = &sale.payment {
            c.execute(
                "INSERT INTO payment_transactions (booking_id, intent_id, kind, amount_cents, at) \
                 SELECT b.id, ?2, 'Charge', o.amount_cents, ?3 FROM bookings b \
                 JOIN opportunities o ON o.id = b.opportunity_id WHERE b.number = format('BK-%04d', ?1)",
                params![*booked, payment, stored(now)],
            )?;
        }
    }
    Ok(())
}
