//! A day of the hotel: one Composite of at most five queries. Only what is longer than its list is counted, in further
//! ones.

use super::Salesforce;
use super::client::MOST_QUERIES;
use super::looks::{is_open, sales_with};
use super::rows::{self, BookingRow, CaseRow, RoomRow, SaleRow, meant};
use super::soql::{Condition, Query, all, any, eq, is, none_of};
use super::stays::listed;
use crate::error::SkillError;
use crate::records::{Beginning, DayQuery, DaySeen, LOST, Listed, MOST_ROOMS, MOST_ROWS, Room};
use crate::words::{BookingStatus, RoomStatus};
use serde_json::Value;
use std::collections::BTreeMap;

/// The most rows that a query counts.
const COUNTED_UP_TO: usize = 50_000;

/// What a query is for.
enum Part {
    Arrivals,
    Departures,
    InHouse,
    Rooms,
    Cases,
}

/// What is longer than its list, and the query that counts it.
enum Long {
    Arrivals,
    Departures,
    Rooms,
    RoomsThatAre(RoomStatus),
    Cases,
}

impl Salesforce {
    pub(super) async fn see_day(&self, query: DayQuery) -> Result<DaySeen, SkillError> {
        let (parts, queries): (Vec<_>, Vec<_>) = asked(query).into_iter().unzip();
        let bodies = self.client.bodies(&queries).await?;
        let (mut seen, mut long) = (DaySeen::default(), vec![]);
        for (part, body) in parts.into_iter().zip(bodies) {
            self.take_part(&mut seen, &mut long, query, part, body).await?;
        }
        for some in long.chunks(MOST_QUERIES) {
            let queries: Vec<_> = some.iter().map(|(_, query)| query.counted(COUNTED_UP_TO)).collect();
            for ((long, _), body) in some.iter().zip(self.client.bodies(&queries).await?) {
                note(&mut seen, long, counted(&body));
            }
        }
        Ok(seen)
    }

    async fn take_part(
        &self,
        seen: &mut DaySeen,
        long: &mut Vec<(Long, Query)>,
        query: DayQuery,
        part: Part,
        body: Value,
    ) -> Result<(), SkillError> {
        if matches!(part, Part::InHouse) {
            seen.in_house = Some(counted(&body));
            return Ok(());
        }
        let read = self.client.rows(body).await?;
        let is_long = read.len() > MOST_ROWS;
        match part {
            Part::Arrivals => {
                seen.arrivals = bookings(&rows::read(read), |booking| query.arrives(booking));
                long.extend(is_long.then(|| (Long::Arrivals, of_bookings(arriving(query)))));
            }
            Part::Departures => {
                seen.departures = bookings(&rows::read(read), |booking| query.departs(booking));
                long.extend(is_long.then(|| (Long::Departures, of_bookings(departing(query)))));
            }
            Part::Rooms => {
                if read.len() > MOST_ROOMS {
                    long.push((Long::Rooms, of_rooms(vec![])));
                    let of = |status: RoomStatus| of_rooms(vec![eq("Status__c", status.as_str())]);
                    long.extend(RoomStatus::ALL.iter().map(|it| (Long::RoomsThatAre(*it), of(*it))));
                }
                let read: Vec<RoomRow> = rows::read(read);
                let mut rooms = meant(&read, |row| &row.id, RoomRow::room);
                rooms.sort_by_key(|room| (room.floor, place(room)));
                seen.room_states = states(&rooms);
                seen.rooms = beginning(rooms, MOST_ROOMS);
            }
            Part::Cases => {
                let read: Vec<CaseRow> = rows::read(read);
                seen.cases = beginning(meant(&read, |row| &row.id, CaseRow::case), MOST_ROWS);
                long.extend(is_long.then(|| (Long::Cases, of_cases())));
            }
            Part::InHouse => {}
        }
        Ok(())
    }
}

fn asked(query: DayQuery) -> Vec<(Part, Query)> {
    let sales = |booking| sales_with(&booking).order("Id DESC").limit(MOST_ROWS + 1);
    let mut asked =
        vec![(Part::Arrivals, sales(arriving(query))), (Part::Departures, sales(departing(query)))];
    if query.is_today() {
        let here = of_bookings(eq("Status__c", "Checked In"));
        asked.push((Part::InHouse, here.counted(COUNTED_UP_TO)));
        let rooms = of_rooms(vec![]).order("Floor__c, Room_Number__c").limit(MOST_ROOMS + 1);
        asked.push((Part::Rooms, rooms));
        asked.push((Part::Cases, of_cases().order("Id DESC").limit(MOST_ROWS + 1)));
    } else if query.day > query.today {
        let nights = [is("Check_In_Date__c", "<=", query.day), is("Check_Out_Date__c", ">", query.day)];
        let holds = all([vec![is_open()], nights.to_vec()].concat());
        asked.push((Part::InHouse, of_bookings(holds).counted(COUNTED_UP_TO)));
    }
    asked
}

fn of_bookings(filter: Condition) -> Query {
    Query::rows(&rows::BOOKING, vec![filter])
}

fn of_rooms(filter: Vec<Condition>) -> Query {
    Query::rows(&rows::ROOM, filter)
}

fn of_cases() -> Query {
    Query::rows(&rows::CASE, vec![is("Status", "!=", "Closed")])
}

/// Condition: a booking has not come to nothing.
fn stands() -> Condition {
    none_of("Status__c", LOST.map(BookingStatus::as_str))
}

fn arriving(query: DayQuery) -> Condition {
    let mut days = vec![eq("Check_In_Date__c", query.day)];
    if query.is_today() {
        days.push(all(vec![
            eq("Status__c", "Reserved"),
            is("Check_In_Date__c", "<", query.day),
            is("Check_Out_Date__c", ">", query.day),
        ]));
    }
    all(vec![stands(), any(days)])
}

fn departing(query: DayQuery) -> Condition {
    let mut days = vec![eq("Check_Out_Date__c", query.day)];
    if query.is_today() {
        days.push(all(vec![eq("Status__c", "Checked In"), is("Check_Out_Date__c", "<", query.day)]));
    }
    all(vec![stands(), any(days)])
}

/// The bookings of these sales that are meant, by room: a sale may have others.
fn bookings(sales: &[SaleRow], is_meant: impl Fn(&Listed) -> bool) -> Beginning<Listed> {
    let of = |sale: &SaleRow| meant(sale.bookings(), |row: &BookingRow| &row.id, |row| listed(sale, row));
    let mut found: Vec<_> = sales.iter().flat_map(of).filter(is_meant).collect();
    found.sort_by_key(|booking| match booking {
        Listed::Stay(stay) => Some(place(&stay.room)),
        Listed::Incomplete(booking) => booking.room.as_ref().map(place),
    });
    beginning(found, MOST_ROWS)
}

fn beginning<T>(rows: Vec<T>, most: usize) -> Beginning<T> {
    let mut whole = Beginning::whole(rows);
    whole.items.truncate(most);
    whole
}

/// By number: shorter ones first.
fn place(room: &Room) -> (usize, String) {
    let number = room.number.as_str();
    (number.chars().count(), number.to_owned())
}

fn states(rooms: &[Room]) -> Vec<(String, u64)> {
    let mut states = BTreeMap::new();
    for room in rooms {
        *states.entry(room.status.as_str().to_owned()).or_default() += 1;
    }
    states.into_iter().collect()
}

fn counted(body: &Value) -> u64 {
    body["totalSize"].as_u64().unwrap_or_default()
}

fn note(seen: &mut DaySeen, long: &Long, total: u64) {
    match long {
        Long::Arrivals => seen.arrivals.total = total,
        Long::Departures => seen.departures.total = total,
        Long::Cases => seen.cases.total = total,
        Long::Rooms => {
            seen.rooms.total = total;
            seen.room_states.clear();
        }
        // Of a state that the records alone know, only the rooms that are listed tell.
        Long::RoomsThatAre(status) if total > 0 => seen.room_states.push((status.to_string(), total)),
        Long::RoomsThatAre(_) => {}
    }
}
