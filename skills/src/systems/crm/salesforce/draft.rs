//! A Composite being written: rows are locked, then expected to be as they were seen, then changed; all or nothing.

use super::client::{MOST_QUERIES, MOST_SUBREQUESTS, Sub, text_to};
use super::records::{BookingRow, CaseRow, RoomRow, SaleRow};
use super::soql::{Condition, Query, eq};
use crate::bookings::BookingAsSeen;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A row of the org that is there already. Their order is the order of locks, the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Row {
    Room { number: String, id: String },
    Booking { id: String },
    Sale { id: String },
    Case { id: String },
    Contact { id: String },
    Payment { id: String },
}

impl Row {
    fn id(&self) -> &str {
        match self {
            Self::Room { id, .. }
            | Self::Booking { id }
            | Self::Sale { id }
            | Self::Case { id }
            | Self::Contact { id }
            | Self::Payment { id } => id,
        }
    }

    const fn object(&self) -> &'static str {
        match self {
            Self::Room { .. } => "Hotel_Room__c",
            Self::Booking { .. } => "Booking__c",
            Self::Sale { .. } => "Opportunity",
            Self::Case { .. } => "Case",
            Self::Contact { .. } => "Contact",
            Self::Payment { .. } => "Payment_Transaction__c",
        }
    }
}

/// What happens to a row.
#[derive(Debug, Default)]
struct Fate {
    /// A field with the value it has: writing it takes the row's lock.
    anchor: Option<(&'static str, Value)>,
    /// What it is expected to be.
    expected: Vec<Condition>,
    /// What it becomes.
    fields: Map<String, Value>,
}

/// New rows and fates of old ones.
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

    /// Expects a row to be as it was seen. What is expected of it already is not repeated.
    pub(super) fn room(&mut self, room: &RoomRow) -> &mut Vec<Condition> {
        let number = room.number().map(|number| number.to_string()).unwrap_or_default();
        let anchor = ("Room_Number__c", json!(number));
        &mut self.anchored(Row::Room { number, id: room.id.clone() }, anchor).expected
    }

    pub(super) fn room_as_seen(&mut self, room: &RoomRow) {
        let expected = self.room(room);
        expected.push(eq("Status__c", room.status.as_deref()));
        expected.push(eq("Current_Guest__c", room.occupant_id.as_deref()));
    }

    /// Expects a booking to be as it was when it was decided what to do.
    pub(super) fn booking_as_seen(&mut self, booking: &BookingRow, seen: &BookingAsSeen) {
        let anchor = ("External_ID__c", json!(booking.external_id));
        let expected = &mut self.anchored(Row::Booking { id: booking.id.clone() }, anchor).expected;
        if expected.is_empty() {
            expected.push(eq("Status__c", seen.status.as_str()));
            expected.push(eq("Primary_Guest__c", booking.guest.as_ref().map(|guest| guest.id.as_str())));
            expected.push(eq("Room__c", booking.room_id()));
            expected.push(eq("Check_In_Date__c", seen.nights.from));
            expected.push(eq("Check_Out_Date__c", seen.nights.to));
        }
    }

    pub(super) fn sale(&mut self, sale: &SaleRow) -> &mut Vec<Condition> {
        // Others may have named it anything. A name that a person gives it in this very moment is lost; any other field
        // could be one that a commit of another machine has just written.
        let name = text_to(sale.name.as_deref().unwrap_or_default());
        &mut self.anchored(Row::Sale { id: sale.id.clone() }, ("Name", json!(name))).expected
    }

    pub(super) fn case_as_seen(&mut self, case: &CaseRow) {
        let anchor = ("External_ID__c", json!(case.external_id));
        let expected = &mut self.anchored(Row::Case { id: case.id.clone() }, anchor).expected;
        if expected.is_empty() {
            expected.push(eq("Status", case.status.as_deref()));
        }
    }

    /// Expects something of a person, whose row is not locked: it is not ours to write.
    pub(super) fn contact(&mut self, id: &str) -> &mut Vec<Condition> {
        &mut self.rows.entry(Row::Contact { id: id.to_owned() }).or_default().expected
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

    /// Sets those fields of a row that a value is given for.
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

    /// Makes a row; answers what refers to its id.
    pub(super) fn make(&mut self, what: &str, object: &'static str, body: Value) -> String {
        let name = format!("{what}_{}", self.made.len());
        let reference = format!("@{{{name}.id}}");
        self.made.push((name, object, body));
        reference
    }

    /// Asks for the number of a row made here; answers the name of the subrequest that brings it.
    pub(super) fn ask_number(&mut self, object: &str, field: &str, made: &str) -> String {
        let made = made.trim_start_matches("@{").trim_end_matches(".id}");
        let name = format!("number_{}", self.numbers.len());
        self.numbers.push(Sub::number(&name, object, field, made));
        name
    }

    /// The subrequests in their order; none if there are more than one Composite takes.
    pub(super) fn subrequests(self) -> Option<Vec<Sub>> {
        let (mut locks, mut expectations, mut updates) = (vec![], vec![], vec![]);
        // Where a row is as expected, this is its id; else it is nothing, and whatever refers to it fails.
        let mut found: BTreeMap<&str, String> = BTreeMap::new();
        for (at, (row, fate)) in self.rows.iter().enumerate() {
            if !fate.expected.is_empty() {
                if let Some((field, value)) = &fate.anchor {
                    let body = json!({ *field: value });
                    locks.push(Sub::update(format!("lock_{at}"), row.object(), row.id(), body));
                }
                let name = format!("expect_{at}");
                let mut filter = vec![eq("Id", row.id())];
                filter.extend(fate.expected.iter().cloned());
                expectations.push(Sub::query(&name, &Query::new("Id", row.object(), filter)));
                found.insert(row.id(), format!("@{{{name}.records[0].Id}}"));
            }
        }
        let found_or_id = |id: &str| found.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let refer = |body: &mut Value| {
            for field in ["Room__c", "Primary_Guest__c"] {
                if let Some(row) = body.get_mut(field)
                    && let Some(reference) = row.as_str().and_then(|id| found.get(id))
                {
                    *row = json!(reference);
                }
            }
        };
        let mut made = self.made;
        made.iter_mut().for_each(|(_, _, body)| refer(body));
        let mut referred: Vec<String> = made.iter().map(|(_, _, body)| body.to_string()).collect();
        for (at, (row, fate)) in self.rows.iter().enumerate().filter(|(_, (_, fate))| !fate.fields.is_empty())
        {
            let mut body = Value::Object(fate.fields.clone());
            refer(&mut body);
            referred.push(body.to_string());
            updates.push(Sub::update(format!("change_{at}"), row.object(), &found_or_id(row.id()), body));
        }
        // What is expected of a row that nothing else refers to: its own unchanged field refers to it.
        for (at, (row, fate)) in self.rows.iter().enumerate().filter(|(_, (_, fate))| fate.fields.is_empty())
        {
            let Some(reference) = found.get(row.id()) else { continue };
            if let Some((field, value)) =
                fate.anchor.as_ref().filter(|_| !referred.iter().any(|b| b.contains(reference)))
            {
                updates.push(Sub::update(
                    format!("keep_{at}"),
                    row.object(),
                    reference,
                    json!({ *field: value }),
                ));
            }
        }
        if expectations.len() + self.numbers.len() > MOST_QUERIES {
            return None;
        }
        let made = made.into_iter().map(|(name, object, body)| Sub::create(name, object, body));
        let subs: Vec<Sub> =
            locks.into_iter().chain(expectations).chain(made).chain(updates).chain(self.numbers).collect();
        (subs.len() <= MOST_SUBREQUESTS).then_some(subs)
    }
}
