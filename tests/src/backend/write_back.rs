//! A test may set a scene by an SQL statement on the mirrored tables. What the statement changes there is then changed in
//! the org.

use super::Systems;
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};
use skills::systems::crm::salesforce::fields::{Field, Kind, OBJECTS, Object};

/// The departure that was planned: until the guest has left, the org stores it as the departure.
const PLANNED: &str = "planned_check_out";

/// What the amount of a sale is.
const AMOUNT: Kind = Kind::Currency(18);

/// The tables that mirror an object.
fn tables() -> impl Iterator<Item = &'static Object> {
    OBJECTS.into_iter().filter(|object| !object.table.is_empty())
}

type Rows = Vec<Vec<(String, Sql)>>;

fn rows(all: &Connection, table: &str) -> Rows {
    let mut statement = all.prepare(&format!("SELECT * FROM {table} ORDER BY id")).expect("a table");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| {
        names.iter().enumerate().map(|(at, name)| Ok((name.clone(), row.get(at)?))).collect::<Result<_, _>>()
    };
    statement.query_map([], row).expect("rows").collect::<Result<_, _>>().expect("rows")
}

impl Systems {
    /// Runs a statement on the mirrored tables, and changes in the org what it changed there.
    ///
    /// # Panics
    /// When it changes something that the org does not store. Rows of Stripe and Twilio cannot be changed this way at all.
    pub(crate) fn through_the_mirror(&self, all: &Connection, statement: impl FnOnce() -> usize) -> usize {
        let before: Vec<Rows> = tables().map(|object| rows(all, object.table)).collect();
        let done = statement();
        for (object, before) in tables().zip(before) {
            let table = object.table;
            let after = rows(all, table);
            assert_eq!(before.len(), after.len(), "rows of {table} come and go by calls only");
            for (at, (old, new)) in before.iter().zip(&after).enumerate() {
                for ((column, _), (_, value)) in old.iter().zip(new).filter(|(old, new)| old != new) {
                    if (table, column.as_str()) == ("bookings", "prices") {
                        self.agree_on(all, at, value);
                        continue;
                    }
                    let id = self.salesforce.rows(object.name)[at]["Id"].as_str().expect("an id").to_owned();
                    let stores = |field: &&Field| field.column == Some(column.as_str());
                    let fields: Vec<_> = object.fields.iter().filter(stores).collect();
                    assert!(
                        !fields.is_empty() || column == PLANNED,
                        "the org has no place for {table}.{column}"
                    );
                    for field in fields {
                        self.salesforce.poke(&id, field.name, self.kept(value, field.kind));
                    }
                }
            }
        }
        done
    }

    /// The org stores no agreed prices, only the amount of the sale.
    fn agree_on(&self, all: &Connection, at: usize, prices: &Sql) {
        let stay = &self.salesforce.rows("Booking__c")[at];
        let sale = stay["Opportunity__c"].as_str().expect("a sale");
        let sql = "SELECT price_of(?1, CAST(julianday(check_out) - julianday(check_in) AS INTEGER), 0) \
                   FROM bookings WHERE number = ?2";
        let number = stay["Name"].as_str().expect("a number");
        let amount: Sql =
            all.query_row(sql, rusqlite::params![prices, number], |row| row.get(0)).expect("an amount");
        self.salesforce.poke(sale, "Amount", self.kept(&amount, AMOUNT));
    }

    /// A value of a column as a field of this kind stores it.
    fn kept(&self, value: &Sql, kind: Kind) -> Value {
        match (value, kind) {
            (Sql::Null, _) | (Sql::Blob(_), _) => Value::Null,
            (Sql::Integer(cents), Kind::Currency(_)) => {
                json!(format!("{}.{:02}", cents / 100, cents % 100).parse::<f64>().expect("an amount"))
            }
            (Sql::Integer(row), Kind::Lookup(link) | Kind::MasterDetail(link)) => {
                let ids = self.ids(link.to);
                json!(ids.iter().find(|(_, at)| *at == row).expect("a row").0)
            }
            (Sql::Integer(number), _) => json!(number),
            (Sql::Real(number), _) => json!(number),
            (Sql::Text(text), _) => json!(text),
        }
    }
}
