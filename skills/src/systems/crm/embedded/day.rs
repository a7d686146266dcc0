//! A day of the hotel, all of it from one snapshot of the file.

use super::rows::{
    self, case_columns, case_tables, contact_columns, room_columns, stay_columns, stay_tables,
};
use crate::records::{Beginning, Case, DayQuery, DaySeen, Listed, MOST_ROOMS, MOST_ROWS, Room};
use crate::words::Date;
use rusqlite::{Connection, Result, params};

/// The bookings that arrive on `?1`; with `?2`, those whose guests should have come before too.
macro_rules! arriving {
    () => {
        "(SELECT id FROM bookings WHERE check_in = ?1 AND +status NOT IN ('Cancelled', 'No Show') UNION \
         SELECT id FROM bookings WHERE ?2 AND status = 'Reserved' AND check_in < ?1 AND check_out > ?1)"
    };
}

/// The bookings that depart on `?1`; with `?2`, those whose guests should have left before too.
macro_rules! departing {
    () => {
        "(SELECT id FROM bookings WHERE check_out = ?1 AND +status NOT IN ('Cancelled', 'No Show') UNION \
         SELECT id FROM bookings WHERE ?2 AND status = 'Checked In' AND check_out < ?1)"
    };
}

macro_rules! stays_among {
    ($ids:expr) => {
        (
            concat!(
                "SELECT ",
                stay_columns!(),
                " FROM ",
                stay_tables!(),
                " WHERE b.id IN ",
                $ids,
                " ORDER BY length(r.number), r.number, b.id LIMIT ?3"
            ),
            concat!("SELECT count(*) FROM ", $ids),
        )
    };
}

pub(super) fn seen(c: &Connection, query: DayQuery) -> Result<DaySeen> {
    let mut seen = DaySeen {
        arrivals: stays(c, query, stays_among!(arriving!()))?,
        departures: stays(c, query, stays_among!(departing!()))?,
        in_house: in_house(c, query)?,
        ..DaySeen::default()
    };
    if query.is_today() {
        seen.room_states = c
            .prepare_cached("SELECT status, count(*) FROM rooms GROUP BY status")?
            .query_map([], |row| Ok((row.get(0)?, count(row.get(1)?))))?
            .collect::<Result<_>>()?;
        let total = seen.room_states.iter().map(|(_, rooms)| rooms).sum();
        seen.rooms = Beginning { items: rooms(c)?, total };
        seen.cases = Beginning {
            items: cases(c)?,
            total: one_count(c, "SELECT count(*) FROM cases WHERE status <> 'Closed'")?,
        };
    }
    Ok(seen)
}

fn stays(
    c: &Connection,
    query: DayQuery,
    (rows, counted): (&'static str, &'static str),
) -> Result<Beginning<Listed>> {
    let (day, is_today) = (query.day, query.is_today());
    let items: Vec<Listed> = c
        .prepare_cached(rows)?
        .query_map(params![day, is_today, MOST_ROWS as i64], |row| {
            Ok(Listed::Stay(Box::new(rows::stay(row)?)))
        })?
        .collect::<Result<_>>()?;
    let total = c.prepare_cached(counted)?.query_row(params![day, is_today], |row| row.get(0).map(count))?;
    Ok(Beginning { items, total })
}

fn in_house(c: &Connection, query: DayQuery) -> Result<Option<u64>> {
    if query.is_today() {
        return one_count(c, "SELECT count(*) FROM bookings WHERE status = 'Checked In'").map(Some);
    }
    (query.day > query.today).then(|| expected(c, query.day)).transpose()
}

/// How many bookings hold the night of a later day.
fn expected(c: &Connection, day: Date) -> Result<u64> {
    let sql = "SELECT count(*) FROM bookings WHERE status IN ('Reserved', 'Checked In') AND +check_in <= ?1 \
               AND +check_out > ?1";
    c.prepare_cached(sql)?.query_row([day], |row| row.get(0).map(count))
}

fn rooms(c: &Connection) -> Result<Vec<Room>> {
    const SQL: &str = concat!(
        "SELECT ",
        room_columns!(),
        " FROM rooms r LEFT JOIN contacts o ON o.id = r.current_guest",
        " ORDER BY r.floor, length(r.number), r.number LIMIT ?"
    );
    c.prepare_cached(SQL)?.query_map([MOST_ROOMS as i64], |row| rows::room(row, 0))?.collect()
}

fn cases(c: &Connection) -> Result<Vec<Case>> {
    const SQL: &str = concat!(
        "SELECT ",
        case_columns!(),
        " FROM ",
        case_tables!(),
        " WHERE k.status <> 'Closed' ORDER BY k.id DESC LIMIT ?"
    );
    c.prepare_cached(SQL)?.query_map([MOST_ROWS as i64], rows::case)?.collect()
}

fn one_count(c: &Connection, sql: &'static str) -> Result<u64> {
    c.prepare_cached(sql)?.query_row([], |row| row.get(0).map(count))
}

const fn count(rows: i64) -> u64 {
    rows.unsigned_abs()
}
