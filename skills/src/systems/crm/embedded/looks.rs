//! The read of a workflow: all its parts from one snapshot of the file.

use super::rows::{
    self, case_columns, case_tables, contact_columns, room_columns, stay_columns, stay_tables,
};
use super::wishes;
use crate::records::{Case, CaseLike, Look, Seen, Stay};
use crate::words::{Date, Email, RoomNumber, stored};
use rusqlite::{Connection, OptionalExtension, Params, Result, params};

pub(super) fn look(c: &Connection, look: &Look) -> Result<Seen> {
    let mut seen = Seen::default();
    if let Some(email) = &look.guest {
        const SQL: &str = concat!("SELECT ", contact_columns!("c"), " FROM contacts c WHERE c.email = ?");
        seen.guest = c.prepare_cached(SQL)?.query_row([email], |row| rows::contact(row, 0)).optional()?;
        seen.stays = stays_of(c, email, look.today)?;
    }
    if let Some(number) = &look.booking {
        const SQL: &str =
            concat!("SELECT ", stay_columns!(), " FROM ", stay_tables!(), " WHERE b.number = ?");
        seen.booking = one_stay(c, SQL, [number])?;
    }
    if let Some(payment) = &look.payment {
        const SQL: &str = concat!(
            "SELECT ",
            stay_columns!(),
            " FROM ",
            stay_tables!(),
            " WHERE b.id = (SELECT booking_id FROM payment_transactions WHERE intent_id = ? AND kind = 'Charge')"
        );
        seen.paid = one_stay(c, SQL, [payment])?;
    }
    if let Some(number) = &look.room {
        const SQL: &str = concat!(
            "SELECT ",
            room_columns!(),
            " FROM rooms r LEFT JOIN contacts o ON o.id = r.current_guest WHERE r.number = ?"
        );
        seen.room = c.prepare_cached(SQL)?.query_row([number], |row| rows::room(row, 0)).optional()?;
    }
    if let Some(number) = &look.case {
        const SQL: &str =
            concat!("SELECT ", case_columns!(), " FROM ", case_tables!(), " WHERE k.number = ?");
        seen.case = c.prepare_cached(SQL)?.query_row([number], rows::case).optional()?;
    }
    if let Some(like) = &look.same_case {
        let found = cases_like(c, like)?;
        seen.keys_of_cases = found.iter().filter_map(|(key, _)| key.clone()).collect();
        seen.same_cases = found.into_iter().map(|(_, case)| case).filter(|case| like.is_same(case)).collect();
        seen.open_cases = open_cases(c, like)?;
    }
    if let (Some(number), Some(day)) = (&look.room, look.reserved_from) {
        seen.reservations = reservations(c, number, day)?;
        if seen.reservations.len() == Seen::RESERVATIONS {
            let listed = u32::try_from(Seen::RESERVATIONS).unwrap_or(u32::MAX);
            seen.more_reservations = count_reservations(c, number, day)?.saturating_sub(listed);
        }
    }
    Ok(seen)
}

/// The guest's stays that are reserved, current, or ended today or later; newest first.
fn stays_of(c: &Connection, email: &Email, today: Date) -> Result<Vec<Stay>> {
    const SQL: &str = concat!(
        "SELECT ",
        stay_columns!(),
        " FROM ",
        stay_tables!(),
        " WHERE b.guest_id = (SELECT id FROM contacts WHERE email = ?1)",
        " AND (b.status IN ('Reserved', 'Checked In') OR (b.status = 'Checked Out' AND b.check_out >= ?2))",
        " ORDER BY b.id DESC"
    );
    c.prepare_cached(SQL)?.query_map(params![email, today], rows::stay)?.collect()
}

/// SQL: the booking `b` is a reservation of room `?1` that holds a night from `?2` on.
macro_rules! reserved {
    () => {
        " WHERE b.room_id = (SELECT id FROM rooms WHERE number = ?1) AND b.status = 'Reserved' AND b.check_out > ?2"
    };
}

fn count_reservations(c: &Connection, room: &RoomNumber, from: Date) -> Result<u32> {
    const SQL: &str = concat!("SELECT count(*) FROM bookings b", reserved!());
    c.prepare_cached(SQL)?.query_row(params![room, from], |row| row.get(0))
}

fn reservations(c: &Connection, room: &RoomNumber, from: Date) -> Result<Vec<Stay>> {
    const SQL: &str = concat!(
        "SELECT ",
        stay_columns!(),
        " FROM ",
        stay_tables!(),
        reserved!(),
        " ORDER BY b.check_in, b.id LIMIT ?3"
    );
    c.prepare_cached(SQL)?.query_map(params![room, from, Seen::RESERVATIONS as i64], rows::stay)?.collect()
}

fn one_stay(c: &Connection, sql: &str, params: impl Params) -> Result<Option<Stay>> {
    c.prepare_cached(sql)?.query_row(params, rows::stay).optional()
}

/// The cases of a person and a type that were opened since then and may be the same request, newest first, each with our
/// key.
fn open_cases(c: &Connection, like: &CaseLike) -> Result<u32> {
    const SQL: &str = concat!(
        "SELECT count(*) FROM cases WHERE contact_id = (SELECT id FROM contacts WHERE email = ?1)",
        " AND (?2 IS NULL OR room_id = (SELECT id FROM rooms WHERE number = ?2))",
        " AND opened_at >= ?3 AND status <> 'Closed'"
    );
    let since = stored(like.opened_since);
    c.prepare_cached(SQL)?.query_row(params![like.guest, like.room, since], |row| row.get(0))
}

fn cases_like(c: &Connection, like: &CaseLike) -> Result<Vec<(Option<String>, Case)>> {
    const SQL: &str = concat!(
        "SELECT ",
        case_columns!(),
        ", k.external_id FROM ",
        case_tables!(),
        " WHERE k.contact_id IS (SELECT id FROM contacts WHERE email = ?1)",
        " AND (?2 IS NULL OR k.room_id = (SELECT id FROM rooms WHERE number = ?2))",
        " AND k.case_type = ?3 AND k.id IN (",
        "SELECT id FROM cases WHERE wish_digest = ?5 AND opened_at >= ?4 UNION ALL ",
        "SELECT id FROM cases WHERE wish_digest IS NULL AND opened_at >= ?4) ORDER BY k.id DESC"
    );
    let (since, digest) = (stored(like.opened_since), wishes::digest(like.description.as_str()));
    c.prepare_cached(SQL)?
        .query_map(params![like.guest, like.room, like.case_type, since, digest], |row| {
            Ok((row.get("external_id")?, rows::case(row)?))
        })?
        .collect()
}
