//! Reads the rows of a query and formats them as the platform does.

use super::paths::{Bound, parent};
use super::{Column, Plan};
use crate::fakes::salesforce::schema::{Field, Object};
use crate::fakes::salesforce::tables::{Row, View};
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

pub(super) fn read(plan: &Plan, view: View<'_>, version: &str) -> Vec<Value> {
    let rows = view.rows(&plan.object.name);
    let matching =
        rows.filter(|row| plan.filter.as_ref().is_none_or(|filter| filter.holds(view, row))).collect();
    if let Some((by, more_than)) = &plan.group {
        return grouped(plan, view, matching, by, *more_than);
    }
    let rows = in_order(plan, view, matching);
    if plan.count {
        return rows.into_iter().map(|_| Value::Null).collect();
    }
    write(plan, view, version, &rows)
}

/// One row for each value that more than this many rows have.
fn grouped(plan: &Plan, view: View<'_>, rows: Vec<&Row>, by: &Bound, more_than: usize) -> Vec<Value> {
    let mut groups: BTreeMap<String, (Value, usize)> = BTreeMap::new();
    for row in rows {
        let value = by.value(view, row).into_owned();
        let key = value.as_str().map_or_else(|| value.to_string(), |text| by.field.folded(text));
        groups.entry(key).or_insert((value, 0)).1 += 1;
    }
    let several = groups.into_values().filter(|(_, rows)| *rows > more_than);
    let written = several
        .map(|(value, _)| json!({"attributes": {"type": "AggregateResult"}, by.field.name.as_str(): value}));
    written.take(plan.limit.unwrap_or(usize::MAX)).collect()
}

/// Sorts and limits the rows. Without ORDER BY any order is allowed; this one is newest first, so that nobody relies on
/// insertion order.
fn in_order<'a>(plan: &Plan, view: View<'a>, rows: Vec<&'a Row>) -> Vec<&'a Row> {
    let mut keyed: Vec<(Vec<Value>, &Row)> = rows
        .into_iter()
        .rev()
        .map(|row| (plan.order.iter().map(|(bound, ..)| bound.value(view, row).into_owned()).collect(), row))
        .collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let each = plan.order.iter().zip(a.iter().zip(b));
        each.map(|((bound, descending, nulls_last), (a, b))| {
            compare(bound.field, a, b, *descending, *nulls_last)
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
    });
    let cut = keyed.into_iter().map(|(_, row)| row).skip(plan.offset);
    cut.take(plan.limit.unwrap_or(usize::MAX)).collect()
}

/// Nulls come first unless asked to be last, in either direction.
fn compare(field: &Field, a: &Value, b: &Value, descending: bool, nulls_last: bool) -> Ordering {
    let order = match (a, b) {
        (Value::Null, Value::Null) => return Ordering::Equal,
        (Value::Null, _) => return if nulls_last { Ordering::Greater } else { Ordering::Less },
        (_, Value::Null) => return if nulls_last { Ordering::Less } else { Ordering::Greater },
        (Value::String(a), Value::String(b)) => field.folded(a).cmp(&field.folded(b)),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
    };
    if descending { order.reverse() } else { order }
}

fn write(plan: &Plan, view: View<'_>, version: &str, rows: &[&Row]) -> Vec<Value> {
    let mut written: Vec<Value> =
        rows.iter().map(|row| Value::Object(attributes(plan.object, row, version))).collect();
    for column in &plan.columns {
        match column {
            Column::Field(bound) => {
                for (record, row) in written.iter_mut().zip(rows) {
                    put(bound, view, version, row, record);
                }
            }
            Column::Children { name, by, plan } => {
                let mut found = children(plan, by, view, version, rows);
                for (record, row) in written.iter_mut().zip(rows) {
                    let mine = row.get("Id").and_then(Value::as_str).and_then(|id| found.remove(id));
                    record[name] = mine.map_or(
                        Value::Null,
                        |records| json!({"totalSize": records.len(), "done": true, "records": records}),
                    );
                }
            }
        }
    }
    written
}

/// Writes a field into its parents' records; a missing parent is null.
fn put(bound: &Bound, view: View<'_>, version: &str, row: &Row, record: &mut Value) {
    let (mut row, mut record) = (row, record);
    for (reference, relationship) in &bound.hops {
        let Some(above) = parent(view, reference, row) else {
            record[relationship] = Value::Null;
            return;
        };
        row = above;
        record = &mut record[relationship];
        if let (true, Some(object)) = (record.is_null(), reference.to.as_deref().and_then(super::object)) {
            *record = Value::Object(attributes(object, row, version));
        }
    }
    record[&bound.field.name] = view.value(bound.field, row).into_owned();
}

/// The records of a child query, grouped by parent, each group sorted and limited.
fn children(
    plan: &Plan,
    by: &Field,
    view: View<'_>,
    version: &str,
    parents: &[&Row],
) -> HashMap<String, Vec<Value>> {
    let ids = parents.iter().filter_map(|row| row.get("Id").and_then(Value::as_str));
    let mut families: HashMap<&str, Vec<&Row>> = ids.map(|id| (id, vec![])).collect();
    for row in view.rows(&plan.object.name) {
        let parent = row.get(&by.name).and_then(Value::as_str);
        if let Some(family) = parent.and_then(|parent| families.get_mut(parent)) {
            family.push(row);
        }
    }
    let families = families.into_iter().filter_map(|(parent, mut rows)| {
        rows.retain(|row| plan.filter.as_ref().is_none_or(|filter| filter.holds(view, row)));
        let rows = in_order(plan, view, rows);
        (!rows.is_empty()).then(|| (parent.to_owned(), write(plan, view, version, &rows)))
    });
    families.collect()
}

fn attributes(object: &Object, row: &Row, version: &str) -> Map<String, Value> {
    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
    let url = format!("/services/data/{version}/sobjects/{}/{id}", object.name);
    Map::from_iter([("attributes".to_owned(), json!({"type": object.name, "url": url}))])
}
