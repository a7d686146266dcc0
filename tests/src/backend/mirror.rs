//! Copies what the fakes hold into the tables of the embedded systems, so that the rules and queries of the tests are
//! written once. It reads the fakes' rows directly, not through the adapters.

mod payments;
mod rates;
mod texts;

use super::Systems;
use crate::fakes::Row;
use rusqlite::{Connection, params};
use serde_json::Value;
use std::collections::HashMap;
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
        for list in [self.stripe.intents(), self.stripe.refunds(), self.twilio.messages()] {
            Value::from(list).to_string().hash(&mut hasher);
        }
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

    fn hotel(&self, all: &Connection) {
        let [people, rooms, sales, bookings] =
            ["Contact", "Hotel_Room__c", "Opportunity", "Booking__c"].map(|object| self.ids(object));
        let number =
            |ids: &Ids, row: &Row, field: &str| text(row, field).and_then(|id| ids.get(&id).copied());
        let stays = self.salesforce.rows("Booking__c");
        let of_sale =
            |sale: &Row| stays.iter().filter(|stay| stay["Opportunity__c"] == sale["Id"]).collect::<Vec<_>>();
        for (id, row) in (1_i64..).zip(self.salesforce.rows("Contact")) {
            let email =
                text(&row, "Unique_Email__c").or_else(|| text(&row, "Email")).map(|it| it.to_lowercase());
            let phone = text(&row, "Phone").or_else(|| text(&row, "MobilePhone"));
            put(
                all,
                "contacts",
                "id, email, first_name, last_name, phone, contact_type, prefers",
                params![
                    id,
                    email,
                    text(&row, "FirstName").unwrap_or_default(),
                    text(&row, "LastName"),
                    phone,
                    text(&row, "Contact_Type__c"),
                    text(&row, "Preferred_Contact_Method__c")
                ],
            );
        }
        for (id, row) in (1_i64..).zip(self.salesforce.rows("Hotel_Room__c")) {
            put(
                all,
                "rooms",
                "id, number, name, room_type, floor, rate_cents, max_occupancy, status, current_guest",
                params![
                    id,
                    text(&row, "Room_Number__c"),
                    text(&row, "Name"),
                    text(&row, "Room_Type__c"),
                    whole(&row, "Floor__c"),
                    cents(&row, "Nightly_Rate__c"),
                    whole(&row, "Max_Occupancy__c"),
                    text(&row, "Status__c"),
                    number(&people, &row, "Current_Guest__c")
                ],
            );
        }
        for (id, row) in (1_i64..).zip(self.salesforce.rows("Opportunity")) {
            let first = of_sale(&row).first().and_then(|stay| number(&people, stay, "Primary_Guest__c"));
            put(
                all,
                "opportunities",
                "id, key, contact_id, name, stage, amount_cents, arrival, departure, close_date, payment_id",
                params![
                    id,
                    None::<String>,
                    number(&people, &row, "ContactId").or(first),
                    text(&row, "Name"),
                    text(&row, "StageName"),
                    cents(&row, "Amount"),
                    text(&row, "Arrival_Date__c"),
                    text(&row, "Departure_Date__c"),
                    text(&row, "CloseDate"),
                    text(&row, "Payment_ID__c")
                ],
            );
        }
        let paid = self.salesforce.rows("Payment_Transaction__c");
        for (id, row) in (1_i64..).zip(&stays) {
            let (check_in, check_out) = (text(row, "Check_In_Date__c"), text(row, "Check_Out_Date__c"));
            let prefix = format!("{} Charge ", text(row, "Name").unwrap_or_default());
            let charged = paid
                .iter()
                .rev()
                .find_map(|it| text(it, "External_ID__c")?.strip_prefix(&prefix).map(str::to_owned))
                .filter(|_| text(row, "Status__c").as_deref() == Some("Checked Out"));
            let planned = charged.as_ref().and_then(|it| it.split(' ').next()).map(str::to_owned);
            let prices = match charged.as_ref().and_then(|it| it.split_once(' ')) {
                Some((_, prices)) => prices.to_owned(),
                None => self.shared_prices(row, &stays, &paid),
            };
            put(
                all,
                "bookings",
                "id, number, external_id, opportunity_id, guest_id, room_id, check_in, check_out, planned_check_out, guests, special_requests, status, prices",
                params![
                    id,
                    text(row, "Name"),
                    text(row, "External_ID__c"),
                    number(&sales, row, "Opportunity__c"),
                    number(&people, row, "Primary_Guest__c"),
                    number(&rooms, row, "Room__c"),
                    check_in,
                    check_out,
                    planned.or_else(|| check_out.clone()),
                    whole(row, "Number_of_Guests__c"),
                    text(row, "Special_Requests__c"),
                    text(row, "Status__c"),
                    prices
                ],
            );
        }
        for (id, row) in (1_i64..).zip(self.salesforce.rows("Case")) {
            put(
                all,
                "cases",
                "id, number, external_id, contact_id, room_id, booking_id, case_type, status, priority, origin, subject, description, opened_at, closed_at",
                params![
                    id,
                    text(&row, "CaseNumber"),
                    text(&row, "External_ID__c"),
                    number(&people, &row, "ContactId"),
                    number(&rooms, &row, "Room__c"),
                    number(&bookings, &row, "Booking__c"),
                    text(&row, "Type"),
                    text(&row, "Status"),
                    text(&row, "Priority"),
                    text(&row, "Origin"),
                    text(&row, "Subject"),
                    text(&row, "Description"),
                    text(&row, "CreatedDate"),
                    text(&row, "ClosedDate")
                ],
            );
        }
        for (id, row) in (1_i64..).zip(&paid) {
            let external = text(row, "External_ID__c").unwrap_or_default();
            let named = external.split(' ').next().unwrap_or_default();
            let stay = stays
                .iter()
                .find(|stay| stay["Name"] == named)
                .or_else(|| stays.iter().find(|stay| stay["Opportunity__c"] == row["Opportunity__c"]));
            put(
                all,
                "payment_transactions",
                "id, booking_id, intent_id, kind, amount_cents, at",
                params![
                    id,
                    stay.and_then(|stay| bookings.get(&text(stay, "Id")?).copied()),
                    text(row, "Stripe_Transaction_ID__c"),
                    text(row, "Transaction_Type__c"),
                    cents(row, "Amount__c"),
                    text(row, "Transaction_Date__c")
                ],
            );
        }
    }
}

fn put(all: &Connection, table: &str, columns: &str, values: &[&dyn rusqlite::ToSql]) {
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
