//! The lists: one round trip per page. A page continues after the last row's key, never after a number of rows.

use super::Salesforce;
use super::fields::Object;
use super::looks::{asked_by, booked_by, is_open, sales};
use super::rows::{self, BookingRow, CaseRow, RoomRow, SaleRow, meant};
use super::soql::{Condition, Query, all, among, any, begins, eq, is, not_among, one_of};
use super::stays::listed;
use crate::error::{Refusal, SkillError};
use crate::records::{Case, CaseQuery, Free, Listed, Room, RoomQuery, StayQuery};
use crate::refusals;
use crate::words::{CaseStatus, Cursor, Date, Nights, Page, Paged};
use serde_json::Value;
use std::collections::HashMap;

/// A list's total is counted up to here, and left out if it is larger.
pub(super) const TOTAL_UP_TO: usize = 100;

/// Condition: a booking holds one of these nights. A guest who should have left before today holds tonight, and one who is
/// here before the arrival that was booked holds the nights from today on; without an arrival or a departure, a booking
/// holds every night before or after the other. A departure before the arrival is none: SOQL compares no two fields, so
/// such a booking is found where the arrival is one of the nights; `overlaps` finds the others.
pub(super) fn holds(nights: Nights, today: Date) -> Condition {
    let unsaid = |field| eq(field, None::<&str>);
    let here = || eq("Status__c", "Checked In");
    let mut later = vec![
        unsaid("Check_Out_Date__c"),
        is("Check_Out_Date__c", ">", nights.from),
        is("Check_In_Date__c", ">", nights.from),
        all(vec![eq("Check_In_Date__c", nights.from), is("Check_Out_Date__c", "<", nights.from)]),
    ];
    if nights.from <= today {
        later.push(all(vec![here(), is("Check_Out_Date__c", "<", today)]));
    }
    let mut begins = vec![unsaid("Check_In_Date__c"), is("Check_In_Date__c", "<", nights.to)];
    if nights.to > today {
        begins.push(here());
    }
    all(vec![is_open(), any(begins), any(later)])
}

/// The condition for rows after the cursor's id, if it is the cursor of a list ordered by id.
pub(super) fn behind(page: &Page) -> Result<Option<Condition>, Refusal> {
    let Some(cursor) = &page.cursor else { return Ok(None) };
    let id = cursor.key();
    if !(15..=18).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(refusals::invalid_argument("cursor", "this is not a next_cursor of this list", None));
    }
    Ok(Some(is("Id", "<", id)))
}

/// A list newest first, and the query that counts its rows.
pub(super) fn newest_first(
    rows: &'static Object,
    filter: Vec<Condition>,
    page: &Page,
) -> Result<[Query; 2], Refusal> {
    let counted = Query::rows(rows, filter.clone()).counted(TOTAL_UP_TO + 1);
    let mut filter = filter;
    filter.extend(behind(page)?);
    let limit = usize::from(page.limit.get()) + 1;
    Ok([Query::rows(rows, filter).order("Id DESC").limit(limit), counted])
}

/// A page: at most the requested number of rows, the total, and the next cursor.
pub(super) struct Part<R> {
    pub(super) rows: Vec<R>,
    total: Option<u64>,
    next_cursor: Option<Cursor>,
}

impl<R: serde::de::DeserializeOwned> Part<R> {
    fn of(rows: Vec<Value>, counted: &Value, page: &Page) -> Self {
        let limit = usize::from(page.limit.get());
        let more = rows.len() > limit;
        let total = counted["totalSize"].as_u64().filter(|total| *total <= TOTAL_UP_TO as u64);
        let last = if more { rows[limit - 1]["Id"].as_str().map(Cursor::after) } else { None };
        Self { rows: rows::read(rows.into_iter().take(limit).collect()), total, next_cursor: last }
    }

    pub(super) fn paged<T>(self, items: Vec<T>) -> Paged<T> {
        Paged { items, total: self.total, next_cursor: self.next_cursor }
    }
}

impl Salesforce {
    /// Reads one page of a list, with the answers of further queries.
    pub(super) async fn page<R: serde::de::DeserializeOwned>(
        &self,
        list: [Query; 2],
        page: &Page,
        beside: Vec<Query>,
    ) -> Result<(Part<R>, Vec<Value>), SkillError> {
        let mut queries = list.to_vec();
        queries.extend(beside);
        let mut bodies = self.client.bodies(&queries).await?;
        let mut further = bodies.split_off(2);
        let [rows, counted] = [bodies[0].take(), bodies[1].take()];
        let part = Part::of(self.client.rows(rows).await?, &counted, page);
        let mut more = vec![];
        for body in &mut further {
            more.extend(self.client.rows(body.take()).await?);
        }
        Ok((part, more))
    }

    /// Rooms by number, shorter numbers first: SOQL has no such order. A hotel has few enough rooms to read all that
    /// match; the platform sends 2,000 at a time.
    pub(super) async fn find_rooms(&self, query: &RoomQuery, page: &Page) -> Result<Paged<Room>, SkillError> {
        let mut filter = vec![];
        filter.extend(query.number.as_ref().map(|number| eq("Room_Number__c", number.as_str())));
        filter.extend(query.number_begins.as_ref().map(|text| begins("Room_Number__c", text)));
        filter.extend(query.status.map(|status| eq("Status__c", status.as_str())));
        filter.extend(query.floor.map(|floor| eq("Floor__c", floor)));
        filter.extend(query.room_type.map(|kind| eq("Room_Type__c", kind.as_str())));
        filter.extend(query.sleeps.map(|guests| is("Max_Occupancy__c", ">=", i32::from(guests))));
        if let Some((guest, statuses)) = &query.guest {
            let stays = one_of("Status__c", statuses.iter().map(|status| status.as_str()));
            filter.push(among("Id", "Room__c", "Booking__c", &all(vec![booked_by(guest), stays])));
        }
        if let Some(Free { nights, today }) = query.free {
            filter.push(is("Nightly_Rate__c", ">", 0));
            filter.push(is("Status__c", "!=", "Out of Service"));
            if nights.from <= today {
                // A room under maintenance, or in an unknown status, takes no guest today.
                filter.push(one_of("Status__c", ["Vacant", "Occupied", "Cleaning"]));
            }
            let taken = all(vec![is("Room__c", "!=", None::<&str>), holds(nights, today)]);
            filter.push(not_among("Id", "Room__c", "Booking__c", &taken));
        }
        let rows = self.client.priced(&Query::rows(&rows::ROOM, filter)).await?;
        let mut rooms = meant(&rows::read(rows), |row: &RoomRow| &row.id, RoomRow::room);
        let place = |number: &str| (number.chars().count(), number.to_owned());
        rooms.sort_by_key(|room| place(room.number.as_str()));
        let total = rooms.len();
        if let Some(cursor) = &page.cursor {
            rooms.retain(|room| place(room.number.as_str()) > place(cursor.key()));
        }
        let limit = usize::from(page.limit.get());
        let more = rooms.len() > limit;
        rooms.truncate(limit);
        let last = rooms.last().filter(|_| more);
        Ok(Paged {
            next_cursor: last.map(|room| Cursor::after(room.number.as_str())),
            items: rooms,
            total: (total <= TOTAL_UP_TO).then_some(total as u64),
        })
    }

    /// Stays, newest first. The page's bookings and their full sales are read side by side with the same filter and
    /// order, so that a sale hardly ever needs a query of its own.
    pub(super) async fn find_stays(
        &self,
        query: &StayQuery,
        page: &Page,
    ) -> Result<Paged<Listed>, SkillError> {
        let mut filter = vec![];
        filter.extend(query.booking.as_ref().map(|number| eq("Name", number.as_str())));
        filter.extend(query.number_begins.as_ref().map(|text| begins("Name", text)));
        filter.extend(query.external_id.as_ref().map(|key| eq("External_ID__c", key.as_str())));
        filter.extend(query.guest.as_ref().map(booked_by));
        filter.extend(query.room.as_ref().map(|room| eq("Room__r.Room_Number__c", room.as_str())));
        filter.extend(query.arriving_on.map(|day| eq("Check_In_Date__c", day)));
        filter.extend(query.departing_on.map(|day| eq("Check_Out_Date__c", day)));
        if let Some(day) = query.ended_since {
            filter.push(eq("Status__c", "Checked Out"));
            filter.push(is("Check_Out_Date__c", ">=", day));
        }
        if query.complete {
            const NEEDED: [&str; 5] =
                ["Primary_Guest__c", "Room__c", "Check_In_Date__c", "Check_Out_Date__c", "Status__c"];
            filter.extend(NEEDED.into_iter().map(|field| is(field, "!=", None::<&str>)));
        }
        if !query.statuses.is_empty() {
            filter.push(one_of("Status__c", query.statuses.iter().map(|status| status.as_str())));
        }
        // A query needs a filter, and every booking has an id.
        let mut of_page = filter.clone();
        of_page.extend(behind(page)?);
        of_page.push(is("Id", "!=", None::<&str>));
        let limit = usize::from(page.limit.get()) + 1;
        let of_page = among("Id", "Opportunity__c", "Booking__c", &all(of_page));
        let beside = sales(of_page).order("Id DESC").limit(limit);
        let list = newest_first(&rows::BOOKING, filter, page)?;
        let (mut part, rows) = self.page::<BookingRow>(list, page, vec![beside]).await?;
        // The query has seen to it; whose booking it is must not depend on how LIKE compares.
        part.rows.retain(|row| query.guest.as_ref().is_none_or(|guest| row.is_of(guest)));
        let mut sales: HashMap<String, SaleRow> = by_id(rows::read(rows));
        let missing: Vec<&str> =
            part.rows.iter().map(|row| row.sale.as_str()).filter(|id| !sales.contains_key(*id)).collect();
        if !missing.is_empty() {
            let rows = self.client.priced(&super::looks::sales(one_of("Id", missing))).await?;
            sales.extend(by_id(rows::read(rows)));
        }
        let items = meant(&part.rows, |row| &row.id, |row| listed(sales.get(&row.sale)?, row));
        Ok(part.paged(items))
    }

    pub(super) async fn find_cases(&self, query: &CaseQuery, page: &Page) -> Result<Paged<Case>, SkillError> {
        let mut filter = vec![];
        filter.extend(query.number.as_ref().map(|number| eq("CaseNumber", number.as_str())));
        filter.extend(query.external_id.as_ref().map(|key| eq("External_ID__c", key.as_str())));
        filter.extend(query.guest.as_ref().map(asked_by));
        filter.extend(query.room.as_ref().map(|room| eq("Room__r.Room_Number__c", room.as_str())));
        filter.extend(query.case_type.map(|kind| eq("Type", kind.as_str())));
        filter.extend(query.priority.map(|priority| eq("Priority", priority.as_str())));
        match query.statuses.as_slice() {
            [] => {}
            statuses if *statuses == CaseStatus::OPEN => filter.push(is("Status", "!=", "Closed")),
            statuses => filter.push(one_of("Status", statuses.iter().map(|status| status.as_str()))),
        }
        let list = newest_first(&rows::CASE, filter, page)?;
        let (mut part, _) = self.page::<CaseRow>(list, page, vec![]).await?;
        part.rows.retain(|row| query.guest.as_ref().is_none_or(|guest| row.is_of(guest)));
        let items = meant(&part.rows, |row| &row.id, CaseRow::case);
        Ok(part.paged(items))
    }
}

fn by_id(sales: Vec<SaleRow>) -> HashMap<String, SaleRow> {
    sales.into_iter().map(|sale| (sale.id.clone(), sale)).collect()
}
