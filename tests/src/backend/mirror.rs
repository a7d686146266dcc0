//! Copies what the fakes hold into the tables of the embedded systems, so that the rules and queries of the tests are
//! written once. It reads the fakes' rows directly, not through the adapters.

mod computed;
mod payments;
mod rates;
mod texts;

use super::Systems;
use crate::fakes::Row;
use computed::Rows;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, ToSql};
use skills::systems::crm::salesforce::fields::{Kind, OBJECTS};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

const OTHERS: &str = "
CREATE TABLE payments.customers (id TEXT PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE payments.intents (id TEXT PRIMARY KEY, customer TEXT, amount_cents INTEGER, currency TEXT, guest TEXT,
  booking TEXT, receipt_email TEXT, status TEXT, next_action_url TEXT, charge_id TEXT, created_at TEXT, charged_at TEXT,
  booking_key TEXT);
CREATE TABLE payments.refunds (id TEXT PRIMARY KEY, intent TEXT, amount_cents INTEGER, created_at TEXT, status TEXT,
  why TEXT);
CREATE TABLE messages.messages (id INTEGER PRIMARY KEY, key TEXT, to_number TEXT, body TEXT, sent_at TEXT);
";
const TABLES: &[&str] = &[
    "payment_transactions",
    "cases",
    "bookings",
    "opportunities",
    "rooms",
    "contacts",
    "payments.refunds",
    "payments.intents",
    "payments.customers",
    "messages.messages",
];

/// Salesforce ids, with the numbers that their rows have in the tables.
pub(super) type Ids = HashMap<String, i64>;

impl Systems {
    /// All their rows in tables, with the journal attached if there is one.
    pub(crate) fn mirror(&self, data: &Path) -> Connection {
        let all = Connection::open_in_memory().expect("a connection");
        crate::invariants::knows_prices(&all);
        all.execute_batch("ATTACH ':memory:' AS payments; ATTACH ':memory:' AS messages;").expect("attached");
        for migration in skills::systems::crm::embedded::MIGRATIONS {
            all.execute_batch(migration).expect("the hotel's tables");
        }
        all.execute_batch(OTHERS).expect("the others' tables");
        let journal = data.join("journal.db");
        if journal.exists() {
            all.execute("ATTACH ? AS journal", [journal.to_str().expect("a path")]).expect("attached");
        }
        self.fill(&all);
        all
    }

    /// A hash of the systems' state: it changes when the state does.
    pub(crate) fn revision(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.salesforce.revision().hash(&mut hasher);
        self.stripe.hash(&mut hasher);
        self.twilio.hash(&mut hasher);
        hasher.finish()
    }

    /// Empties the tables and fills them again.
    pub(crate) fn fill(&self, all: &Connection) {
        let all = all.unchecked_transaction().expect("a transaction");
        for table in TABLES {
            all.execute(&format!("DELETE FROM {table}"), []).expect("empty");
        }
        self.hotel(&all);
        self.payments(&all);
        self.texts(&all);
        all.commit().expect("filled");
    }

    /// The numbers that the rows of an object have in the tables.
    pub(super) fn ids(&self, object: &str) -> Ids {
        (1..)
            .zip(self.salesforce.rows(object))
            .map(|(at, row)| (text(&row, "Id").unwrap_or_default(), at))
            .collect()
    }

    /// The hotel's tables. A column that stores what a field does is filled from it; `computed.rs` has the others.
    fn hotel(&self, all: &Connection) {
        let org = Rows::of(self);
        for object in OBJECTS.into_iter().filter(|object| !object.table.is_empty()) {
            for (id, row) in (1_i64..).zip(self.salesforce.rows(object.name)) {
                let mut values = BTreeMap::from([("id", Sql::from(id))]);
                for field in object.fields {
                    let Some(column) = field.column else { continue };
                    let value = match field.kind {
                        Kind::Number(_) => whole(&row, field.name).into(),
                        Kind::Currency(_) => cents(&row, field.name).into(),
                        Kind::Lookup(link) | Kind::MasterDetail(link) => {
                            org.number(link.to, &row, field.name).into()
                        }
                        _ => Sql::from(text(&row, field.name)),
                    };
                    let stored = values.entry(column).or_insert(Sql::Null);
                    // Where two fields store it, the first one that is filled in.
                    if *stored == Sql::Null {
                        *stored = value;
                    }
                }
                values.extend(self.computed(&org, object.table, &row));
                let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
                let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
                put(all, object.table, &columns.join(", "), &values);
            }
        }
    }
}

fn put(all: &Connection, table: &str, columns: &str, values: &[&dyn ToSql]) {
    let places = vec!["?"; values.len()].join(", ");
    let mut statement = all
        .prepare_cached(&format!("INSERT INTO {table} ({columns}) VALUES ({places})"))
        .expect("a statement");
    statement.execute(values).unwrap_or_else(|error| panic!("{table}: {error}"));
}

fn text(row: &Row, field: &str) -> Option<String> {
    row.get(field)?.as_str().map(|text| text.replace("@\u{2060}{", "@{"))
}

fn whole(row: &Row, field: &str) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)] // small numbers
    row.get(field)?.as_f64().map(|number| number as i64)
}

pub(super) fn cents(row: &Row, field: &str) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)] // small amounts
    row.get(field)?.as_f64().map(|units| (units * 100.0).round() as i64)
}

/// The nights that a stay is paid for.
fn nights(stay: &Row) -> Option<i64> {
    let day = |field: &str| text(stay, field)?.parse::<jiff::civil::Date>().ok();
    let nights = i64::from((day("Check_Out_Date__c")? - day("Check_In_Date__c")?).get_days());
    Some(nights.max(1))
}
