//! The rows of a hotel that a task speaks of, by the numbers people know them by, and what changed between two looks.

use crate::Books;
use serde_json::{Map, Value};

/// The tables: a name, and a query of a row's key and the row as JSON.
const TABLES: &[(&str, &str)] = &[
    (
        "bookings",
        "SELECT b.number, json_object('guest', c.email, 'room', r.number, 'check_in', b.check_in, 'check_out', b.check_out, \
         'guests', b.guests, 'special_requests', b.special_requests, 'status', b.status, 'sale', o.stage) \
         FROM bookings b JOIN contacts c ON c.id = b.guest_id JOIN rooms r ON r.id = b.room_id \
         JOIN opportunities o ON o.id = b.opportunity_id",
    ),
    (
        "rooms",
        "SELECT r.number, json_object('status', r.status, 'guest', c.email) \
         FROM rooms r LEFT JOIN contacts c ON c.id = r.current_guest",
    ),
    (
        "contacts",
        "SELECT email, json_object('first_name', first_name, 'last_name', last_name, 'phone', phone, 'type', contact_type) \
         FROM contacts",
    ),
    (
        "cases",
        "SELECT k.number, json_object('guest', c.email, 'room', r.number, 'booking', b.number, 'type', k.case_type, \
         'status', k.status, 'priority', k.priority, 'description', k.description) \
         FROM cases k LEFT JOIN contacts c ON c.id = k.contact_id LEFT JOIN rooms r ON r.id = k.room_id \
         LEFT JOIN bookings b ON b.id = k.booking_id",
    ),
    (
        "payments",
        "SELECT i.booking, json_object('charges', count(*), 'charged_cents', sum(i.amount_cents), 'refunded_cents', \
         (SELECT ifnull(sum(f.amount_cents), 0) FROM refunds f JOIN intents o ON o.id = f.intent \
          WHERE o.booking = i.booking AND f.status NOT IN ('failed', 'canceled'))) \
         FROM intents i WHERE i.status = 'succeeded' GROUP BY i.booking",
    ),
];

/// What a hotel holds, as `{table: {key: row}}`.
///
/// # Panics
/// When a table cannot be read.
#[must_use]
pub fn of(books: &Books) -> Map<String, Value> {
    let table = |query: &str| {
        let rows = books
            .texts(&format!("SELECT json_array(key, json(row)) FROM (SELECT * FROM ({}))", named(query)));
        let row = |text: &String| -> (String, Value) { serde_json::from_str(text).unwrap() };
        Value::Object(rows.iter().map(row).collect())
    };
    TABLES.iter().map(|(name, query)| ((*name).to_owned(), table(query))).collect()
}

/// The query with `key` and `row` as the names of its columns.
fn named(query: &str) -> String {
    format!("WITH found(key, row) AS ({query}) SELECT key, row FROM found")
}

/// What changed, as `{table: {key: {column: value}}}`: of a new row all that is not null, of a changed one what is new in it.
///
/// # Panics
/// When one of both is no state of a hotel.
#[must_use]
pub fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
    let mut changes = Map::new();
    for (table, rows) in after {
        let (rows, earlier) = (rows.as_object().unwrap(), before[table].as_object().unwrap());
        let gone = earlier.keys().filter(|key| !rows.contains_key(*key));
        let mut changed: Map<String, Value> = gone.map(|key| (key.clone(), "gone".into())).collect();
        for (key, row) in rows.iter().filter(|(key, row)| earlier.get(*key) != Some(row)) {
            let was = |column: &String| earlier.get(key).map_or(&Value::Null, |earlier| &earlier[column]);
            let columns = row.as_object().unwrap().iter().filter(|(column, value)| was(column) != *value);
            let columns = columns.map(|(column, value)| (column.clone(), value.clone()));
            changed.insert(key.clone(), Value::Object(columns.collect()));
        }
        if !changed.is_empty() {
            changes.insert(table.clone(), Value::Object(changed));
        }
    }
    Value::Object(changes)
}
