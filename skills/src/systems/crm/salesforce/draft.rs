//! Builds a Composite: locks rows, requires them to be as they were read, then changes them; all or nothing.

mod fate;

pub(super) use fate::{Fate, Row};

use fate::Parent;

use super::client::{MOST_QUERIES, MOST_SUBREQUESTS, Sub, text_to};
use super::rows::{BookingRow, CaseRow, ContactRow, RoomRow, SaleRow};
use super::soql::{Query, eq};
use crate::operations::bookings::BookingAsSeen;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// New rows, and what happens to existing ones.
#[derive(Debug, Default)]
pub(super) struct Draft {
    rows: BTreeMap<Row, Fate>,
    made: Vec<(String, &'static str, Value)>,
    numbers: Vec<Sub>,
}

impl Draft {
    pub(super) fn is_empty(&self) -> bool {
        self.made.is_empty() && self.rows.values().all(|fate| fate.fields.is_empty())
    }

    pub(super) fn room(&mut self, room: &RoomRow) -> &mut Fate {
        let number = room.number().map(|number| number.to_string()).unwrap_or_default();
        let anchor = ("Room_Number__c", json!(number));
        self.anchored(Row::Room { number, id: room.id.clone() }, anchor)
    }

    /// Requires a room to be as it was read.
    pub(super) fn room_as_seen(&mut self, room: &RoomRow) {
        let fate = self.room(room);
        fate.expect("Status__c", room.status.as_deref());
        fate.expect("Current_Guest__c", room.occupant_id.as_deref());
    }

    /// Requires a booking to be as the saga read it.
    pub(super) fn booking_as_seen(&mut self, booking: &BookingRow, seen: &BookingAsSeen) {
        let anchor = ("External_ID__c", json!(booking.external_id));
        self.anchored(Row::Booking { id: booking.id.clone() }, anchor);
        let fate = self.stay_as_seen(booking);
        fate.expect("Check_In_Date__c", seen.nights.from);
        fate.expect("Check_Out_Date__c", seen.nights.to);
        let room = booking.room_id().map(|room| Parent::new(room, "Room__r", "Room__c"));
        let sale = Parent::new(&booking.sale, "Opportunity__r", "Opportunity__c");
        fate.parents = room.into_iter().chain([sale]).collect();
    }

    /// More preconditions of a booking, beside those of `booking_as_seen`.
    pub(super) fn booking(&mut self, id: &str) -> &mut Fate {
        self.rows.entry(Row::Booking { id: id.to_owned() }).or_default()
    }

    /// Requires a booking's guest, room and status to be as read, without a lock: for a change that only refers to it.
    pub(super) fn stay_as_seen(&mut self, booking: &BookingRow) -> &mut Fate {
        let fate = self.booking(&booking.id);
        fate.expect("Status__c", booking.status.as_deref());
        fate.expect("Primary_Guest__c", booking.guest.as_ref().map(|guest| guest.id.as_str()));
        fate.expect("Room__c", booking.room_id());
        fate
    }

    pub(super) fn sale(&mut self, sale: &SaleRow) -> &mut Fate {
        // Locks the sale by its name, which other programs may set. A name that a person sets at this very moment is
        // lost; with any other field, that could be a value another machine's commit has just written.
        let name = text_to(sale.name.as_deref().unwrap_or_default());
        self.anchored(Row::Sale { id: sale.id.clone() }, ("Name", json!(name)))
    }

    /// Preconditions of an existing person.
    pub(super) fn contact(&mut self, contact: &ContactRow) -> &mut Fate {
        let anchor = ("Unique_Email__c", json!(contact.unique_email()));
        self.anchored(Row::Contact { id: contact.id.clone() }, anchor)
    }

    pub(super) fn case_as_seen(&mut self, case: &CaseRow) {
        let anchor = ("External_ID__c", json!(case.external_id));
        self.anchored(Row::Case { id: case.id.clone() }, anchor).expect("Status", case.status.as_deref());
    }

    fn anchored(&mut self, row: Row, anchor: (&'static str, Value)) -> &mut Fate {
        let fate = self.rows.entry(row).or_default();
        fate.anchor.get_or_insert(anchor);
        fate
    }

    /// Sets a field of a row.
    pub(super) fn set(&mut self, row: Row, field: &str, value: impl Into<Value>) {
        self.rows.entry(row).or_default().fields.insert(field.to_owned(), value.into());
    }

    /// Sets the fields of a row for which there is a value.
    pub(super) fn set_given<V: Into<Value>>(
        &mut self,
        row: &Row,
        fields: impl IntoIterator<Item = (&'static str, Option<V>)>,
    ) {
        for (field, value) in fields {
            if let Some(value) = value {
                self.set(row.clone(), field, value);
            }
        }
    }

    /// Creates a row; returns a reference to its id.
    pub(super) fn make(&mut self, what: &str, object: &'static str, body: Value) -> String {
        let name = format!("{what}_{}", self.made.len());
        let reference = format!("@{{{name}.id}}");
        self.made.push((name, object, body));
        reference
    }

    /// Reads the number of a row created here; returns the name of the subrequest.
    pub(super) fn ask_number(&mut self, object: &str, field: &str, made: &str) -> String {
        let made = made.trim_start_matches("@{").trim_end_matches(".id}");
        let name = format!("number_{}", self.numbers.len());
        self.numbers.push(Sub::number(&name, object, field, made));
        name
    }

    /// The row whose query also checks this one's preconditions, and the field that refers to it: a booking's query
    /// checks its room and its sale, if their preconditions are plain values.
    fn asked_with(&self, row: &Row) -> Option<(&Row, &Parent)> {
        self.rows.get(row).filter(|fate| fate.is_plain())?;
        self.rows.iter().find_map(|(child, fate)| {
            Some((child, fate.parents.iter().find(|parent| parent.id == row.id())?))
        })
    }

    /// The subrequests in their order; none if there are more than a Composite takes.
    pub(super) fn subrequests(self) -> Option<Vec<Sub>> {
        let (mut locks, mut expectations, mut updates) = (vec![], vec![], vec![]);
        // The id of a row that meets its preconditions; otherwise nothing, and every reference to it fails.
        let mut found: BTreeMap<&str, String> = BTreeMap::new();
        let name = |row: &Row| format!("expect_{}", self.rows.keys().take_while(|key| *key < row).count());
        for (at, (row, fate)) in self.rows.iter().enumerate() {
            if !fate.is_expected() {
                continue;
            }
            if let Some((field, value)) = &fate.anchor {
                let body = json!({ *field: value });
                locks.push(Sub::update(format!("lock_{at}"), row.object(), row.id(), body));
            }
            if let Some((child, parent)) = self.asked_with(row) {
                found.insert(row.id(), format!("@{{{}.records[0].{}}}", name(child), parent.field));
                continue;
            }
            let mut filter = vec![eq("Id", row.id())];
            filter.extend(fate.conditions());
            let mut select = "Id";
            for (other, expected) in &self.rows {
                if let Some((_, parent)) = self.asked_with(other).filter(|(child, _)| *child == row) {
                    filter.extend(expected.conditions_of(parent));
                    select = "Id, Room__c, Opportunity__c";
                }
            }
            expectations.push(Sub::query(name(row), &Query::new(select, row.object(), filter)));
            found.insert(row.id(), format!("@{{{}.records[0].Id}}", name(row)));
        }
        let found_or_id = |id: &str| found.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let refer = |body: &mut Value| {
            for field in ["Room__c", "Booking__c", "Primary_Guest__c"] {
                if let Some(named) = body.get_mut(field)
                    && let Some(reference) = named.as_str().and_then(|id| found.get(id))
                {
                    *named = json!(reference);
                }
            }
        };
        let mut made = self.made.clone();
        made.iter_mut().for_each(|(_, _, body)| refer(body));
        let mut referred: Vec<String> = made.iter().map(|(_, _, body)| body.to_string()).collect();
        for (at, (row, fate)) in self.rows.iter().enumerate().filter(|(_, (_, fate))| !fate.fields.is_empty())
        {
            let mut body = Value::Object(fate.fields.clone());
            refer(&mut body);
            let id = found_or_id(row.id());
            referred.extend([body.to_string(), id.clone()]);
            updates.push(Sub::update(format!("change_{at}"), row.object(), &id, body));
        }
        // The precondition of a row that no update refers to: an update of an unchanged field of its own refers to it.
        for (at, (row, fate)) in self.rows.iter().enumerate().filter(|(_, (_, fate))| fate.fields.is_empty())
        {
            let Some(reference) = found.get(row.id()).filter(|_| self.asked_with(row).is_none()) else {
                continue;
            };
            let query = format!("@{{{}.", name(row));
            if let Some((field, value)) =
                fate.anchor.as_ref().filter(|_| !referred.iter().any(|text| text.contains(&query)))
            {
                let body = json!({ *field: value });
                updates.push(Sub::update(format!("keep_{at}"), row.object(), reference, body));
            }
        }
        if expectations.len() + self.numbers.len() > MOST_QUERIES {
            return None;
        }
        let made = made.into_iter().map(|(name, object, body)| Sub::create(name, object, body));
        let numbers = self.numbers.iter().cloned();
        let subs: Vec<Sub> =
            locks.into_iter().chain(expectations).chain(made).chain(updates).chain(numbers).collect();
        (subs.len() <= MOST_SUBREQUESTS).then_some(subs)
    }
}
