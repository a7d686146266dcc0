//! Every object and field of an org that the adapter uses, each named once.
//!
//! An object's table is a `static` beside the struct that reads its rows (`rows/booking.rs`). A line of it is a [`Field`]:
//! its API name, what [`Kind`] of field it is, what it is for, and what the servers do with it. What else has to name a
//! field follows from the tables or is held against them:
//!
//! - what queries ask for (`select.rs`), in the order of the table; what the structs of rows call it (a test in `rows.rs`)
//! - what every write names (`written.rs`: in debug builds before each request)
//! - what `doctor` looks for (`doctor/needs.rs`)
//! - the tables of objects and fields in docs/connecting.md (`tests/it/docs/fields.rs`)
//! - the project that makes an org the hotel's, `salesforce/` (`tests/it/org.rs`)
//! - the schema of the fakes, and the columns that the tests' mirror of them fills (`tests/src`)

mod field;
pub(super) mod kind;
mod select;
mod written;

pub(super) use field::field;
pub use field::{Field, Key};
pub use kind::{Choices, Kind, Link};
pub(super) use select::{Extras, Select};
pub(super) use written::{Writes, check};

use super::rows::{BOOKING, CASE, CONTACT, PAYMENT, ROOM, SALE, TEXT};

/// The objects, in the order in which `doctor` looks at them.
pub static OBJECTS: [&Object; 7] = [&CONTACT, &ROOM, &SALE, &BOOKING, &PAYMENT, &CASE, &TEXT];

/// The lines of a table: one or two per field, as they are written. (The formatter would make eight of them.)
macro_rules! table {
    ($($line:expr),+ $(,)?) => { &[$($line),+] };
}
pub(super) use table;

/// The fields of our own package, with which bookings keep what was agreed for each night.
pub const PRICES: &str = "prices";
/// The field of an org with several currencies.
pub const CURRENCIES: &str = "currencies";
/// The field that is filled in where guests belong to an Account (`SALESFORCE_GUEST_ACCOUNT`).
pub const ACCOUNT: &str = "account";

/// An object.
#[derive(Debug)]
pub struct Object {
    /// Its API name.
    pub name: &'static str,
    /// What one record of it is.
    pub help: &'static str,
    /// The table of the embedded hotel that holds the same, if there is one.
    pub table: &'static str,
    /// Its fields, in the order in which queries ask for them.
    pub fields: &'static [Field],
    /// What queries bring along from other objects.
    pub(super) beside: &'static [Beside],
}

/// What a query brings along with a row.
#[derive(Debug)]
pub(super) enum Beside {
    /// The whole row behind a relationship.
    Row(&'static str, &'static Object),
    /// One field of the row behind a relationship.
    One(&'static str, &'static str),
    /// The list of rows behind a child relationship, perhaps in an order.
    All(&'static str, &'static Object, &'static str),
}

impl Object {
    /// The fields that every org must have.
    pub fn needed(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.only_for.is_none() && field.kind != Kind::Id)
    }

    /// How many characters a text of it may have.
    pub(super) fn longest(&self, name: &str) -> usize {
        let field = self.fields.iter().find(|field| field.name == name);
        debug_assert!(field.is_some(), "{} has no {name}", self.name);
        match field.map(|field| field.kind) {
            Some(Kind::Text(length) | Kind::LongText(length)) => length as usize,
            _ => usize::MAX,
        }
    }

    /// Whether the servers make records of it.
    pub fn is_made(&self) -> bool {
        self.fields.iter().any(|field| field.made)
    }

    /// Whether the servers change records of it.
    pub fn is_changed(&self) -> bool {
        self.fields.iter().any(|field| field.changed)
    }
}

/// The argument of the tools that fills in a field.
pub(crate) fn argument(object: &str, name: &str) -> Option<&'static str> {
    let object = OBJECTS.iter().find(|it| it.name == object)?;
    object.fields.iter().find(|field| field.name == name)?.argument
}

/// The words of one of our choices.
pub(super) fn words<T: Copy + Into<&'static str>>(all: &[T]) -> Vec<&'static str> {
    all.iter().map(|&value| value.into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::crm::embedded::MIGRATIONS;
    use std::collections::BTreeSet;

    #[test]
    fn every_column_is_one_of_the_embedded_hotel() {
        let c = rusqlite::Connection::open_in_memory().expect("a connection");
        MIGRATIONS.iter().for_each(|migration| c.execute_batch(migration).expect("a migration"));
        let mut all = c.prepare("SELECT name FROM pragma_table_info(?)").expect("a statement");
        for object in OBJECTS {
            let columns = all.query_map([object.table], |row| row.get::<_, String>(0)).expect("columns");
            let columns: BTreeSet<String> = columns.collect::<Result<_, _>>().expect("names");
            for column in object.fields.iter().filter_map(|field| field.column) {
                assert!(columns.contains(column), "{}.{column}", object.table);
            }
        }
    }

    #[test]
    fn no_field_is_named_twice() {
        for object in OBJECTS {
            let names: BTreeSet<_> = object.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), object.fields.len(), "{}", object.name);
            let unsaid = object.fields.iter().find(|field| field.help.is_empty());
            assert!(unsaid.is_none() && !object.help.is_empty(), "{}: {unsaid:?}", object.name);
        }
    }
}
