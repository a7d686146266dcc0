//! Finds rows, as a transaction sees them.

use super::refusal::{Refusal, Result};
use super::schema::{Field, Object};
use super::tables::Row;
use super::transaction::Transaction;
use super::{ids, schema};
use serde_json::Value;

/// The stored row with an id.
pub(crate) fn existing(t: &Transaction, object: &Object, id: &str) -> Result<Row> {
    if let Some(row) = t.see(|view| view.get(&object.name, id).cloned()) {
        return Ok(row);
    }
    Err(if t.with_tables(|tables| tables.is_deleted(id)) {
        Refusal::save("ENTITY_IS_DELETED", "entity is deleted", &[]).with_status(404)
    } else {
        Refusal::not_found()
    })
}

/// An id in a URL; it must be an id of this object.
pub(crate) fn id_of(object: &Object, text: &str) -> Result<String> {
    ids::parse(text).filter(|id| schema::of_id(id).is_some_and(|of| of.name == object.name)).ok_or_else(
        || {
            let message = format!("Provided external ID field does not exist or is not accessible: {text}");
            Refusal::new(404, "NOT_FOUND", message)
        },
    )
}

/// A field that may be used as a key in a URL.
pub(crate) fn key<'a>(object: &'a Object, name: &str) -> Result<&'a Field> {
    object.field(name).filter(|field| field.external_id).ok_or_else(|| {
        let message = format!("Provided external ID field does not exist or is not accessible: {name}");
        Refusal::new(404, "NOT_FOUND", message)
    })
}

/// The ids of the rows that have this key, compared as the field compares.
pub(crate) fn by_key(t: &Transaction, object: &Object, key: &Field, value: &str) -> Vec<String> {
    let wanted = key.folded(value);
    let is =
        |row: &Row| row.get(&key.name).and_then(Value::as_str).is_some_and(|it| key.folded(it) == wanted);
    t.see(|view| view.rows(&object.name).filter(|row| is(row)).filter_map(id).collect())
}

/// The one row that has this key; for several, the platform answers 300 with their URLs.
pub(crate) fn only_by_key(
    t: &Transaction,
    object: &Object,
    key: &Field,
    value: &str,
) -> Result<Option<String>> {
    let mut found = by_key(t, object, key, value);
    if found.len() > 1 {
        let addresses = found.iter().map(|id| t.org().address(&object.name, id)).collect::<Vec<_>>();
        return Err(Refusal::several(&addresses));
    }
    Ok(found.pop())
}

/// The rows that reference a row.
pub(crate) fn pointing(t: &Transaction, child: &Object, field: &Field, at: &str) -> Vec<(String, Row)> {
    let points = |row: &&Row| row.get(&field.name).and_then(Value::as_str) == Some(at);
    t.see(|view| {
        view.rows(&child.name).filter(points).filter_map(|row| Some((id(row)?, row.clone()))).collect()
    })
}

fn id(row: &Row) -> Option<String> {
    row.get("Id").and_then(Value::as_str).map(str::to_owned)
}
