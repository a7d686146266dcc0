//! The org's rows: committed ones, and the uncommitted changes of each request.

use super::ids;
use super::schema::{Computed, Field, Object, is_marked, object};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A record: field names and values.
pub type Row = Map<String, Value>;

/// The value of a field that a row does not have.
pub(crate) static NULL: Value = Value::Null;

/// The committed rows, which everybody sees.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    rows: BTreeMap<String, BTreeMap<String, Row>>,
    deleted: BTreeSet<String>,
    /// Ids and auto numbers are used up even if their insert is rolled back.
    ids: HashMap<String, u64>,
    numbers: HashMap<String, u64>,
    /// Grows with every change.
    revision: u64,
}

impl Tables {
    pub(crate) fn new_id(&mut self, object: &Object) -> String {
        let next = self.ids.entry(object.name.clone()).or_default();
        *next += 1;
        ids::nth(&object.prefix, *next)
    }

    /// The next auto number, in its field's format: `BK-{0000}`.
    pub(crate) fn new_number(&mut self, object: &Object, field: &Field, format: &str) -> String {
        let next = self
            .numbers
            .entry(format!("{}.{}", object.name, field.name))
            .or_insert(field.starts_at.unwrap_or(1));
        let number = *next;
        *next += 1;
        let (before, rest) = format.split_once('{').unwrap_or((format, ""));
        let (zeros, after) = rest.split_once('}').unwrap_or((rest, ""));
        format!("{before}{number:0width$}{after}", width = zeros.len())
    }

    /// The auto number that the next row gets.
    pub(crate) fn count_from(&mut self, field: &str, number: u64) {
        self.numbers.insert(field.to_owned(), number);
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Restores an earlier state. That is a change too.
    pub(crate) fn put_back(&mut self, before: &Self) {
        *self = Self { revision: self.revision + 1, ..before.clone() };
    }

    pub(crate) fn is_deleted(&self, id: &str) -> bool {
        self.deleted.contains(id)
    }

    /// Committed rows of an object, oldest first.
    pub(crate) fn rows(&self, object: &str) -> impl Iterator<Item = &Row> {
        self.rows.get(object).into_iter().flat_map(BTreeMap::values)
    }

    /// Sets a committed value without checking the schema.
    pub(crate) fn poke(&mut self, id: &str, field: &str, value: Value) -> bool {
        self.revision += 1;
        let row = self.rows.values_mut().find_map(|rows| rows.get_mut(id));
        row.map(|row| row.insert(field.to_owned(), value)).is_some()
    }

    /// Sets this value in every committed row.
    pub(crate) fn set_everywhere(&mut self, field: &str, value: &Value) {
        self.revision += 1;
        for row in self.rows.values_mut().flat_map(BTreeMap::values_mut) {
            row.insert(field.to_owned(), value.clone());
        }
    }

    /// Commits a request's changes.
    pub(crate) fn commit(&mut self, changes: Changes) {
        self.revision += 1;
        for (id, (object, row)) in changes.0 {
            let rows = self.rows.entry(object).or_default();
            match row {
                Some(row) => drop(rows.insert(id, row)),
                None => {
                    rows.remove(&id);
                    self.deleted.insert(id);
                }
            }
        }
    }
}

/// The changes of a request by id: the object and its new row; none if it was deleted.
#[derive(Debug, Default)]
pub(crate) struct Changes(BTreeMap<String, (String, Option<Row>)>);

impl Changes {
    pub(crate) fn put(&mut self, object: &str, id: &str, row: Row) {
        self.0.insert(id.to_owned(), (object.to_owned(), Some(row)));
    }

    pub(crate) fn delete(&mut self, object: &str, id: &str) {
        self.0.insert(id.to_owned(), (object.to_owned(), None));
    }

    pub(crate) fn copy(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What one request sees: committed rows, with its own changes over them.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) own: &'a Changes,
}

impl<'a> View<'a> {
    pub(crate) fn get(self, object: &str, id: &str) -> Option<&'a Row> {
        match self.own.0.get(id) {
            Some((of, changed)) => changed.as_ref().filter(|_| of == object),
            None => self.tables.rows.get(object)?.get(id),
        }
    }

    /// All rows of an object. Their order is not promised; in fact it is by id.
    pub(crate) fn rows(self, object: &'a str) -> impl Iterator<Item = &'a Row> {
        let own = self.own.0.values().filter(move |(of, _)| of == object).filter_map(|(_, row)| row.as_ref());
        let committed = self.tables.rows.get(object).into_iter().flatten();
        committed.filter(move |(id, _)| !self.own.0.contains_key(*id)).map(|(_, row)| row).chain(own)
    }

    /// A field's value, computed if the field is.
    pub(crate) fn value(self, field: &Field, row: &'a Row) -> Cow<'a, Value> {
        match field.computed {
            None => Cow::Borrowed(row.get(&field.name).unwrap_or(&NULL)),
            Some(computed) => Cow::Owned(self.compute(computed, row)),
        }
    }

    fn compute(self, computed: Computed, row: &'a Row) -> Value {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        match computed {
            Computed::FullName => {
                let names: Vec<&str> = ["FirstName", "LastName"].into_iter().filter_map(text).collect();
                json!(names.join(" "))
            }
            Computed::StageClosed => marked("OpportunityStage", text("StageName"), "closed"),
            Computed::StageWon => marked("OpportunityStage", text("StageName"), "won"),
            Computed::CaseClosed => marked("CaseStatus", text("Status"), "closed"),
            Computed::ContactEmail => self.of_contact(row, "Email"),
            Computed::ContactPhone => self.of_contact(row, "Phone"),
            Computed::Nights => json!(nights(row)),
            Computed::SumOfNights => {
                let id = row.get("Id");
                let bookings = self.rows("Booking__c").filter(|booking| booking.get("Opportunity__c") == id);
                json!(bookings.map(nights).sum::<f64>())
            }
        }
    }

    fn of_contact(self, row: &Row, field: &str) -> Value {
        let contact = row.get("ContactId").and_then(Value::as_str).and_then(|id| self.get("Contact", id));
        contact.and_then(|contact| contact.get(field)).unwrap_or(&NULL).clone()
    }

    /// A whole record, as `GET` shows it.
    pub(crate) fn record(self, of: &str, row: &'a Row) -> Row {
        let fields = object(of).map_or(&[][..], |object| &object.fields);
        fields.iter().map(|field| (field.name.clone(), self.value(field, row).into_owned())).collect()
    }
}

fn marked(set: &str, value: Option<&str>, mark: &str) -> Value {
    json!(value.is_some_and(|value| is_marked(set, value, mark)))
}

/// `Check_Out_Date__c - Check_In_Date__c`, blanks as zero.
fn nights(booking: &Row) -> f64 {
    let day = |name: &str| {
        booking.get(name).and_then(Value::as_str).and_then(|day| day.parse::<jiff::civil::Date>().ok())
    };
    match (day("Check_In_Date__c"), day("Check_Out_Date__c")) {
        (Some(from), Some(to)) => f64::from((to - from).get_days()),
        _ => 0.0,
    }
}
