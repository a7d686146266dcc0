//! Finds objects, and lists them: newest first, a page at a time.

use super::errors::{Done, Failure};
use super::routes::Call;
use serde_json::{Value, json};

/// The object with this id, named in the path.
pub(super) fn find<'a>(
    objects: &'a [Value],
    kind: &str,
    id: &str,
    param: &str,
) -> Result<&'a Value, Failure> {
    objects.iter().find(|it| it["id"] == id).ok_or_else(|| Failure::missing(kind, id, param))
}

/// A page of the objects that match the filters exactly.
pub(super) fn page(objects: &[Value], call: &Call, filters: &[&str]) -> Done {
    let params = &call.params;
    let limit = params["limit"].as_i64().unwrap_or(10);
    if !(1..=100).contains(&limit) {
        let message = if limit < 1 {
            "This value must be greater than or equal to 1.".to_owned()
        } else {
            format!("This value must be less than or equal to 100 (it currently is '{limit}').")
        };
        return Err(Failure::invalid(&message).code("parameter_invalid_integer").param("limit"));
    }
    let matches = |it: &&Value| {
        filters.iter().all(|name| params[*name].is_null() || params[*name] == it[*name])
            && is_within(&it["created"], &params["created"])
    };
    let mut found: Vec<&Value> = objects.iter().rev().filter(matches).collect();
    if let Some(after) = params["starting_after"].as_str() {
        if !objects.iter().any(|it| it["id"] == after) {
            return Err(Failure::missing_in("object", after, "starting_after"));
        }
        let at = found.iter().position(|it| it["id"] == after).map_or(found.len(), |at| at + 1);
        found.drain(..at);
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let has_more = found.len() > limit;
    found.truncate(limit);
    Ok(json!({ "object": "list", "url": call.path, "has_more": has_more, "data": found }))
}

fn is_within(created: &Value, range: &Value) -> bool {
    let created = created.as_i64().unwrap_or_default();
    let bound =
        |name: &str, holds: fn(i64, i64) -> bool| range[name].as_i64().is_none_or(|it| holds(created, it));
    if let Some(instant) = range.as_i64() {
        return created == instant;
    }
    bound("gt", |a, b| a > b)
        && bound("gte", |a, b| a >= b)
        && bound("lt", |a, b| a < b)
        && bound("lte", |a, b| a <= b)
}
