//! A test may set a scene by an SQL statement on the mirrored tables. What the statement changes there is then changed in
//! the org.

use super::Systems;
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};

/// How the org stores a column.
#[derive(Clone, Copy)]
enum As {
    Same,
    /// Cents, stored as units of the currency.
    Units,
    /// A reference to a row of this object.
    Row(&'static str),
}

/// A column, and the fields that store it.
type Field = (&'static str, &'static [&'static str], As);

/// Tables with their objects, and columns with their fields. A column that is not here cannot be changed.
const FIELDS: &[(&str, &str, &[Field])] = &[
    (
        "contacts",
        "Contact",
        &[
            ("email", &["Email", "Unique_Email__c"], As::Same),
            ("first_name", &["FirstName"], As::Same),
            ("last_name", &["LastName"], As::Same),
            ("phone", &["Phone", "MobilePhone"], As::Same),
            ("contact_type", &["Contact_Type__c"], As::Same),
            ("prefers", &["Preferred_Contact_Method__c"], As::Same),
        ],
    ),
    (
        "rooms",
        "Hotel_Room__c",
        &[
            ("name", &["Name"], As::Same),
            ("rate_cents", &["Nightly_Rate__c"], As::Units),
            ("max_occupancy", &["Max_Occupancy__c"], As::Same),
            ("status", &["Status__c"], As::Same),
            ("current_guest", &["Current_Guest__c"], As::Row("Contact")),
        ],
    ),
    (
        "opportunities",
        "Opportunity",
        &[
            ("stage", &["StageName"], As::Same),
            ("amount_cents", &["Amount"], As::Units),
            ("payment_id", &["Payment_ID__c"], As::Same),
        ],
    ),
    (
        "bookings",
        "Booking__c",
        &[
            ("guest_id", &["Primary_Guest__c"], As::Row("Contact")),
            ("room_id", &["Room__c"], As::Row("Hotel_Room__c")),
            ("check_in", &["Check_In_Date__c"], As::Same),
            ("check_out", &["Check_Out_Date__c"], As::Same),
            ("planned_check_out", &[], As::Same), // the departure, until the guest has left
            ("guests", &["Number_of_Guests__c"], As::Same),
            ("special_requests", &["Special_Requests__c"], As::Same),
            ("status", &["Status__c"], As::Same),
        ],
    ),
    (
        "payment_transactions",
        "Payment_Transaction__c",
        &[("intent_id", &["Stripe_Transaction_ID__c"], As::Same)],
    ),
    (
        "cases",
        "Case",
        &[
            ("status", &["Status"], As::Same),
            ("priority", &["Priority"], As::Same),
            ("opened_at", &["CreatedDate"], As::Same),
            ("closed_at", &["ClosedDate"], As::Same),
        ],
    ),
];

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
        let before: Vec<Rows> = FIELDS.iter().map(|(table, ..)| rows(all, table)).collect();
        let done = statement();
        for ((table, object, fields), before) in FIELDS.iter().zip(before) {
            let after = rows(all, table);
            assert_eq!(before.len(), after.len(), "rows of {table} come and go by calls only");
            for (at, (old, new)) in before.iter().zip(&after).enumerate() {
                for ((column, _), (_, value)) in old.iter().zip(new).filter(|(old, new)| old != new) {
                    if (*table, column.as_str()) == ("bookings", "prices") {
                        self.agree_on(all, at, value);
                        continue;
                    }
                    let (_, fields, kept) = fields
                        .iter()
                        .find(|(known, ..)| known == column)
                        .unwrap_or_else(|| panic!("the org has no place for {table}.{column}"));
                    let id = self.salesforce.rows(object)[at]["Id"].as_str().expect("an id").to_owned();
                    fields.iter().for_each(|field| self.salesforce.poke(&id, field, self.kept(value, *kept)));
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
        self.salesforce.poke(sale, "Amount", self.kept(&amount, As::Units));
    }

    fn kept(&self, value: &Sql, kept: As) -> Value {
        match (value, kept) {
            (Sql::Null, _) | (Sql::Blob(_), _) => Value::Null,
            (Sql::Integer(cents), As::Units) => {
                json!(format!("{}.{:02}", cents / 100, cents % 100).parse::<f64>().expect("an amount"))
            }
            (Sql::Integer(row), As::Row(object)) => {
                let ids = self.ids(object);
                json!(ids.iter().find(|(_, at)| *at == row).expect("a row").0)
            }
            (Sql::Integer(number), _) => json!(number),
            (Sql::Real(number), _) => json!(number),
            (Sql::Text(text), _) => json!(text),
        }
    }
}
