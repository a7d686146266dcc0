//! The searches: filters are bound parameters, one page at a time, and the work is bounded whatever the hotel's size.

#[cfg(test)]
mod cost;

use super::rows::{
    self, case_columns, case_tables, contact_columns, holds, room_columns, stay_columns, stay_tables,
};
use crate::error::Refusal;
use crate::records::{Case, CaseQuery, Room, RoomQuery, Stay, StayQuery};
use crate::refusals;
use crate::words::{CaseStatus, Cursor, Page, Paged, RoomStatus};
use rusqlite::{Connection, Result, Row, ToSql};

/// A list's total is counted up to this number and left out beyond it: counting a million rows takes time.
const TOTAL_UP_TO: i64 = 100;

/// A `WHERE` clause. Its fragments are literals of this file and its values are bound, so no caller's text becomes SQL.
#[derive(Default)]
pub(super) struct Filter {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Filter {
    pub(super) fn and(&mut self, fragment: &'static str) -> &mut Self {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(fragment);
        self
    }

    pub(super) fn bind(&mut self, value: impl ToSql + 'static) -> &mut Self {
        self.values.push(Box::new(value));
        self
    }

    /// Adds `fragment` with its one value, if there is a value.
    pub(super) fn maybe(&mut self, fragment: &'static str, value: Option<impl ToSql + 'static>) -> &mut Self {
        if let Some(value) = value {
            self.and(fragment).bind(value);
        }
        self
    }

    fn params(&self) -> Vec<&dyn ToSql> {
        self.values.iter().map(AsRef::as_ref).collect()
    }
}

/// One kind of list: columns, tables, order, and how it continues after a cursor.
pub(super) struct List {
    pub(super) select: &'static str,
    pub(super) from: &'static str,
    /// The tables a count needs.
    pub(super) count_from: &'static str,
    pub(super) behind: fn(&mut Filter, &str),
    pub(super) order: &'static str,
}

impl List {
    pub(super) fn page<T>(
        &self,
        c: &Connection,
        mut filter: Filter,
        page: &Page,
        read: impl Fn(&Row<'_>) -> Result<(String, T)>,
    ) -> Result<Paged<T>> {
        let limit = usize::from(page.limit.get());
        let counted = |filter: &Filter| -> Result<i64> {
            // In the list's own order. Any other index might begin with thousands of rows that do not match, such as
            // occupied rooms.
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM {}{} ORDER BY {} LIMIT {})",
                self.count_from,
                filter.sql,
                self.order,
                TOTAL_UP_TO + 1
            );
            c.prepare_cached(&sql)?.query_row(&*filter.params(), |row| row.get(0))
        };
        let unpaged_total = if page.cursor.is_some() { Some(counted(&filter)?) } else { None };
        let (where_all, values) = (filter.sql.clone(), filter.values.len());
        if let Some(cursor) = &page.cursor {
            (self.behind)(&mut filter, cursor.key());
        }
        let sql = format!(
            "SELECT {} FROM {}{} ORDER BY {} LIMIT {}",
            self.select,
            self.from,
            filter.sql,
            self.order,
            limit + 1
        );
        let found: Result<Vec<_>> =
            c.prepare_cached(&sql)?.query_map(&*filter.params(), |row| read(row))?.collect();
        let mut found = found?;
        let more = found.len() > limit;
        found.truncate(limit);
        let total = match unpaged_total {
            Some(total) => total,
            None if more => {
                filter.sql = where_all;
                filter.values.truncate(values);
                counted(&filter)?
            }
            None => i64::try_from(found.len()).unwrap_or(i64::MAX),
        };
        let next_cursor = if more { found.last().map(|(key, _)| Cursor::after(key)) } else { None };
        Ok(Paged {
            items: found.into_iter().map(|(_, item)| item).collect(),
            total: (total <= TOTAL_UP_TO).then(|| total.unsigned_abs()),
            next_cursor,
        })
    }
}

/// Lists that continue after an id; [`check_cursor`] has checked that it is one.
pub(super) fn behind_id(filter: &mut Filter, key: &str, fragment: &'static str) {
    filter.and(fragment).bind(key.parse::<i64>().unwrap_or(0));
}

pub(super) fn id_and<T>(row: &Row<'_>, item: Result<T>) -> Result<(String, T)> {
    Ok((row.get::<_, i64>(0)?.to_string(), item?))
}

/// Refuses the cursor of another kind of list.
pub(super) fn check_cursor(page: &Page) -> std::result::Result<(), Refusal> {
    match &page.cursor {
        Some(cursor) if cursor.key().parse::<i64>().is_err() => {
            Err(refusals::invalid_argument("cursor", "this is not a next_cursor of this list", None))
        }
        _ => Ok(()),
    }
}

pub(super) fn rooms(c: &Connection, query: &RoomQuery, page: &Page) -> Result<Paged<Room>> {
    const LIST: List = List {
        select: room_columns!(),
        from: "rooms r LEFT JOIN contacts o ON o.id = r.current_guest",
        count_from: "rooms r",
        behind: |filter, key| {
            filter
                .and("(length(r.number), r.number) > (length(?), ?)")
                .bind(key.to_owned())
                .bind(key.to_owned());
        },
        order: "length(r.number), r.number",
    };
    let mut filter = Filter::default();
    filter
        .maybe("r.number = ?", query.number.clone())
        .maybe("instr(r.number, ?) = 1", query.number_begins.clone())
        .maybe("r.status = ?", query.status)
        .maybe("r.floor = ?", query.floor)
        .maybe("r.room_type = ?", query.room_type)
        .maybe("r.max_occupancy >= ?", query.sleeps);
    if let Some((guest, statuses)) = &query.guest {
        filter
            .and(
                "r.id IN (SELECT b.room_id FROM bookings b WHERE b.guest_id = (SELECT id FROM contacts WHERE email = ?) \
                 AND b.status IN (SELECT value FROM json_each(?)))",
            )
            .bind(guest.clone())
            .bind(json(statuses.iter().map(|status| status.as_str())));
    }
    if let Some(free) = query.free {
        filter.and("r.rate_cents > 0").and("+r.status <> ?").bind(RoomStatus::OutOfService);
        if free.nights.from <= free.today {
            // A room in Maintenance, or with an unknown status, takes no arrival today. The unary plus keeps SQLite from reading
            // all rooms of these statuses and sorting them, where the first few in the list's order are wanted.
            filter.and("+r.status IN ('Vacant', 'Occupied', 'Cleaning')");
        }
        filter
            .and(concat!(
                "NOT EXISTS (SELECT 1 FROM bookings b WHERE b.room_id = r.id AND ",
                holds!("?", "?", "?"),
                ")"
            ))
            .bind(free.nights.to)
            .bind(free.today)
            .bind(free.nights.to)
            .bind(free.nights.from)
            .bind(free.today)
            .bind(free.nights.from)
            .bind(free.today);
    }
    LIST.page(c, filter, page, |row| Ok((row.get(0)?, rows::room(row, 0)?)))
}

pub(super) fn stays(c: &Connection, query: &StayQuery, page: &Page) -> Result<Paged<Stay>> {
    const LIST: List = List {
        select: stay_columns!(),
        from: stay_tables!(),
        count_from: "bookings b",
        behind: |filter, key| behind_id(filter, key, "b.id < ?"),
        order: "b.id DESC",
    };
    // By departure first. In the list's order the query would walk back to the oldest booking to find the last few.
    const ENDED_SINCE: &str =
        "b.id IN (SELECT id FROM bookings WHERE check_out >= ? AND +status = 'Checked Out')";
    // By number first, and no more than are listed or counted: many numbers begin with a short text.
    const NUMBER_BEGINS: &str =
        "b.id IN (SELECT id FROM bookings WHERE number >= ? AND number < ? ORDER BY number DESC LIMIT 101)";
    let mut filter = Filter::default();
    filter
        .maybe("b.number = ?", query.booking.clone())
        .maybe("b.external_id = ?", query.external_id.clone())
        .maybe("b.guest_id = (SELECT id FROM contacts WHERE email = ?)", query.guest.clone())
        .maybe("b.room_id = (SELECT id FROM rooms WHERE number = ?)", query.room.clone())
        .maybe("b.check_in = ?", query.arriving_on)
        .maybe("b.check_out = ?", query.departing_on)
        .maybe(ENDED_SINCE, query.ended_since);
    let alone = filter.values.is_empty();
    if let Some(begins) = &query.number_begins {
        let nothing_else = alone && query.statuses.is_empty();
        filter.and(if nothing_else { NUMBER_BEGINS } else { "+b.number >= ? AND +b.number < ?" });
        filter.bind(begins.clone()).bind(format!("{begins}{}", char::MAX));
    }
    // The unary plus keeps SQLite from using the status index when another filter matches fewer rows.
    let alone = alone && query.number_begins.is_none();
    match query.statuses.as_slice() {
        [] => {}
        &[status] if alone => {
            filter.and("b.status = ?").bind(status);
        }
        statuses => {
            filter
                .and("+b.status IN (SELECT value FROM json_each(?))")
                .bind(json(statuses.iter().map(|status| status.as_str())));
        }
    }
    LIST.page(c, filter, page, |row| id_and(row, rows::stay(row)))
}

pub(super) fn cases(c: &Connection, query: &CaseQuery, page: &Page) -> Result<Paged<Case>> {
    const LIST: List = List {
        select: case_columns!(),
        from: case_tables!(),
        count_from: "cases k",
        behind: |filter, key| behind_id(filter, key, "k.id < ?"),
        order: "k.id DESC",
    };
    let mut filter = Filter::default();
    filter
        .maybe("k.number = ?", query.number.clone())
        .maybe("k.external_id = ?", query.external_id.clone())
        .maybe("k.contact_id = (SELECT id FROM contacts WHERE email = ?)", query.guest.clone())
        .maybe("k.room_id = (SELECT id FROM rooms WHERE number = ?)", query.room.clone())
        .maybe("k.case_type = ?", query.case_type)
        .maybe("k.priority = ?", query.priority);
    match query.statuses.as_slice() {
        [] => {}
        &[status] => {
            filter.and("k.status = ?").bind(status);
        }
        statuses if *statuses == CaseStatus::OPEN => {
            filter.and("k.status <> 'Closed'");
        }
        statuses => {
            filter
                .and("+k.status IN (SELECT value FROM json_each(?))")
                .bind(json(statuses.iter().map(|status| status.as_str())));
        }
    }
    LIST.page(c, filter, page, |row| id_and(row, rows::case(row)))
}

fn json<'a>(values: impl Iterator<Item = &'a str>) -> String {
    serde_json::Value::from_iter(values).to_string()
}
