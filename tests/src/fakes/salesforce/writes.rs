//! Inserts, updates, upserts and deletes, as strict as the platform's.

use super::describe::described;
use super::refusal::{Refusal, Result};
use super::rules::CURRENCY;
use super::schema::{Field, Kind, Object, OnDelete, is_marked, object};
use super::tables::Row;
use super::transaction::Transaction;
use super::values::{moment, take};
use super::{duplicates, ids, reading};
use serde_json::{Value, json};

/// Inserts a record and returns its id.
pub(crate) async fn insert(t: &mut Transaction, object: &'static Object, body: &Row) -> Result<String> {
    if object.fields.iter().all(|field| !field.createable()) {
        return Err(Refusal::bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted"));
    }
    t.may_write(object, true)?;
    let mut row = prepare(t, object, body, true)?;
    for field in &object.fields {
        let value = field.default.clone().or((field.kind == Kind::Boolean).then_some(json!(false)));
        if let Some(value) = value.filter(|_| field.computed.is_none()) {
            row.entry(field.name.clone()).or_insert(value);
        }
    }
    require(object, &row, true)?;
    t.org().may_insert(object, body)?;
    if let Some(code) = t.org().with_rules(|rules| rules.currency.clone()) {
        row.entry(CURRENCY).or_insert(json!(code));
    }
    let id = t.with_tables(|tables| tables.new_id(object));
    let now = moment(jiff::Timestamp::now());
    row.insert("Id".to_owned(), json!(id));
    for field in &object.fields {
        let value = match (&field.format, field.name.as_str()) {
            (Some(format), _) => json!(t.with_tables(|tables| tables.new_number(object, field, format))),
            (None, "CreatedDate" | "LastModifiedDate" | "SystemModstamp") => json!(now),
            (None, "CreatedById" | "LastModifiedById") => json!(t.org().user()),
            (None, "OwnerId") if !row.contains_key("OwnerId") => json!(t.org().user()),
            _ => continue,
        };
        row.insert(field.name.clone(), value);
    }
    save(t, object, &id, row, body).await?;
    Ok(id)
}

/// Updates a record; its row stays locked until the transaction ends.
pub(crate) async fn update(t: &mut Transaction, object: &'static Object, id: &str, body: &Row) -> Result<()> {
    t.may_write(object, false)?;
    let changes = prepare(t, object, body, false)?;
    require(object, &changes, false)?;
    t.lock_row(id).await?;
    let mut row = reading::existing(t, object, id)?;
    row.extend(changes);
    let now = json!(moment(jiff::Timestamp::now()));
    row.insert("LastModifiedDate".to_owned(), now.clone());
    row.insert("SystemModstamp".to_owned(), now);
    save(t, object, id, row, body).await
}

/// Inserts a record, or updates the one that has this external id.
pub(crate) async fn upsert(
    t: &mut Transaction,
    object: &'static Object,
    key: &'static Field,
    value: &str,
    body: &Row,
) -> Result<(String, bool)> {
    if let Some(named) = body.keys().find(|name| name.eq_ignore_ascii_case(&key.name)) {
        let message = format!("The {named} field should not be specified in the sobject data.");
        return Err(Refusal::bad("INVALID_FIELD", message));
    }
    if is_unique(t, &object.name, key) {
        t.lock_value(&object.name, &key.name, &key.folded(value)).await?;
    }
    if let Some(id) = reading::only_by_key(t, object, key, value)? {
        update(t, object, &id, body).await?;
        return Ok((id, false));
    }
    let mut body = body.clone();
    body.insert(key.name.clone(), json!(value));
    Ok((insert(t, object, &body).await?, true))
}

/// Deletes a record and its dependent records.
pub(crate) async fn delete(t: &mut Transaction, of: &'static Object, id: &str) -> Result<()> {
    let mut left = vec![(of, id.to_owned())];
    while let Some((object, id)) = left.pop() {
        t.lock_row(&id).await?;
        reading::existing(t, object, &id)?;
        for (child, field) in object.children() {
            for (child_id, mut row) in reading::pointing(t, child, field, &id) {
                match field.on_delete {
                    Some(OnDelete::Cascade) => left.push((child, child_id)),
                    Some(OnDelete::Restrict) => return Err(still_needed(&id, child, &row)),
                    Some(OnDelete::SetNull) => {
                        t.lock_row(&child_id).await?;
                        row.insert(field.name.clone(), Value::Null);
                        t.changes.put(&child.name, &child_id, row);
                    }
                    None => {}
                }
            }
        }
        t.changes.delete(&object.name, &id);
    }
    Ok(())
}

fn still_needed(id: &str, child: &Object, row: &Row) -> Refusal {
    let name = row.get(&child.name_field).and_then(Value::as_str).unwrap_or_default();
    let message = format!(
        "Your attempt to delete {id} could not be completed because it is associated with the following {}: {name}",
        child.label
    );
    Refusal::save("DELETE_FAILED", message, &[])
}

/// Checks the names and values of a body.
fn prepare(t: &Transaction, object: &'static Object, body: &Row, creating: bool) -> Result<Row> {
    let (mut row, mut barred) = (Row::new(), vec![]);
    for (name, value) in body {
        if name == "attributes" {
            continue;
        }
        if t.org().required_of(&object.name).contains(name) {
            row.insert(name.clone(), value.clone());
            continue;
        }
        let hidden = |field: &&Field| !t.is_hidden(&format!("{}.{}", object.name, field.name));
        let Some(field) = object.field(name).filter(hidden) else {
            let (field, id) = by_relationship(t, object, name, value)?;
            row.insert(field.name.clone(), json!(id));
            continue;
        };
        if field.kind == Kind::Id {
            let message = "The Id field should not be specified in the sobject data.";
            return Err(Refusal::bad("INVALID_FIELD", message));
        }
        let may = if creating { field.createable() } else { field.updateable() };
        if may && !t.is_read_only(&object.name, &field.name) {
            row.insert(field.name.clone(), take(field, &field.label(), value)?);
        } else {
            barred.push(field.name.as_str());
        }
    }
    if barred.is_empty() {
        return Ok(row);
    }
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
         read/write for your profile or permission set.",
        barred.join(", ")
    );
    Err(Refusal::save("INVALID_FIELD_FOR_INSERT_UPDATE", message, &barred))
}

/// A reference given by its target's external id: `"Room__r": {"Room_Number__c": "101"}`.
fn by_relationship(
    t: &Transaction,
    object: &'static Object,
    name: &str,
    value: &Value,
) -> Result<(&'static Field, String)> {
    let unknown = || {
        Refusal::bad("INVALID_FIELD", format!("No such column '{name}' on sobject of type {}", object.name))
    };
    let field = object.parent(name).ok_or_else(unknown)?;
    let target = field.to.as_deref().and_then(super::schema::object).ok_or_else(unknown)?;
    let given: Vec<_> =
        value.as_object().ok_or_else(unknown)?.iter().filter(|(key, _)| *key != "attributes").collect();
    let [(key, value)] = given[..] else {
        return Err(Refusal::bad("INVALID_FIELD", format!("{name}: exactly one external id is wanted")));
    };
    let key = target.field(key).filter(|key| key.external_id).ok_or_else(|| {
        Refusal::bad(
            "INVALID_FIELD",
            format!("Field name not found or not an external ID: {key} on {}", target.name),
        )
    })?;
    let value = value.as_str().unwrap_or_default();
    let found = reading::by_key(t, target, key, value);
    match &found[..] {
        [id] => Ok((field, id.clone())),
        [] => Err(Refusal::save(
            "INVALID_FIELD",
            format!(
                "Foreign key external ID: {value} not found for field {} in entity {}",
                key.name, target.name
            ),
            &[],
        )),
        _ => Err(Refusal::save(
            "DUPLICATE_EXTERNAL_ID",
            format!("{}: more than one record found", key.name),
            &[],
        )),
    }
}

fn require(object: &Object, row: &Row, creating: bool) -> Result<()> {
    let needed = object.fields.iter().filter(|field| field.required && field.format.is_none());
    let missing: Vec<&str> = needed
        .filter(|field| row.get(&field.name).map_or(creating, Value::is_null))
        .map(|field| field.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(Refusal::save("REQUIRED_FIELD_MISSING", message, &missing))
}

/// Whether an org keeps each value of a field once: as the schema says, or a deployment.
fn is_unique(t: &Transaction, object: &str, field: &Field) -> bool {
    described(&t.org().metadata(), &format!("{object}.{}", field.name), "unique", field.unique)
}

/// The checks that need other rows; then the row is added to the transaction.
async fn save(t: &mut Transaction, of: &'static Object, id: &str, mut row: Row, body: &Row) -> Result<()> {
    for field in &of.fields {
        let Some(text) = row.get(&field.name).and_then(Value::as_str) else { continue };
        if let Some(to) = field.to.as_deref().filter(|_| !field.read_only) {
            let given = body.contains_key(&field.name)
                || field.relationship.iter().any(|name| body.contains_key(name));
            if given && object(to).is_none_or(|to| reading::existing(t, to, text).is_err()) {
                return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]));
            }
            if field.master && t.org().locks_masters() {
                t.lock_row(text).await?;
            }
        }
        if is_unique(t, &of.name, field) {
            t.lock_value(&of.name, &field.name, &field.folded(text)).await?;
            if let Some(other) = reading::by_key(t, of, field, text).into_iter().find(|other| other != id) {
                let message = format!(
                    "duplicate value found: {} duplicates value on record with id: {other}",
                    field.name
                );
                return Err(Refusal::save("DUPLICATE_VALUE", message, &[]));
            }
        }
    }
    if of.name == "Contact" {
        duplicates::check(t, id, &row, body)?;
    }
    if of.name == "Case" {
        let status = row.get("Status").and_then(Value::as_str);
        let closed = status.is_some_and(|status| is_marked("CaseStatus", status, "closed"));
        match (closed, row.get("ClosedDate").is_some_and(Value::is_string)) {
            (true, false) => drop(row.insert("ClosedDate".to_owned(), json!(moment(jiff::Timestamp::now())))),
            (false, _) => drop(row.insert("ClosedDate".to_owned(), Value::Null)),
            (true, true) => {}
        }
    }
    debug_assert!(ids::parse(id).is_some());
    t.org().may_save(of, id, &row)?;
    t.changes.put(&of.name, id, row);
    Ok(())
}
