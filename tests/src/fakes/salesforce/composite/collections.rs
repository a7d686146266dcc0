//! `/composite/sobjects`: up to 200 records at once, each with an answer of its own.

use crate::fakes::salesforce::call::Answer;
use crate::fakes::salesforce::refusal::{Refusal, Result};
use crate::fakes::salesforce::routes::Request;
use crate::fakes::salesforce::schema::{Object, of_id};
use crate::fakes::salesforce::tables::Row;
use crate::fakes::salesforce::transaction::Transaction;
use crate::fakes::salesforce::{ids, reading, schema, writes};
use serde::Deserialize;
use serde_json::{Value, json};

const MOST: usize = 200;
const ROLLED_BACK: &str =
    "Record rolled back because not all records were valid and the request was using AllOrNone header";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Collection {
    #[serde(default)]
    all_or_none: bool,
    records: Vec<Row>,
}

pub(crate) async fn perform(t: &mut Transaction, request: &Request<'_>, rest: &[&str]) -> Result<Answer> {
    let key = match (request.method, rest) {
        ("POST" | "PATCH" | "DELETE", []) => None,
        ("PATCH", [object, key]) => Some((*object, *key)),
        _ => return Err(Refusal::not_found()),
    };
    let collection = read(request)?;
    if collection.records.len() > MOST {
        let message = format!("Exceeded limit of {MOST} records: {}", collection.records.len());
        return Err(Refusal::bad("EXCEEDED_ID_LIMIT", message));
    }
    let before = t.changes.copy();
    let mut results = vec![];
    for record in &collection.records {
        let kept = t.changes.copy();
        let done = one(t, request.method, key, record).await;
        if done.is_err() {
            t.changes = kept;
        }
        results.push(done);
    }
    let undo = collection.all_or_none && results.iter().any(Result::is_err);
    if undo {
        t.changes = before;
    }
    let rolled_back = Refusal::bad("ALL_OR_NONE_OPERATION_ROLLED_BACK", ROLLED_BACK);
    let written = results.into_iter().map(|result| match result {
        Ok(_) if undo => rolled_back.in_collection(),
        Ok(saved) => saved,
        Err(refusal) => refusal.in_collection(),
    });
    Ok(Answer::ok(written.collect()))
}

/// Whether any record of a collection's answer failed.
pub(crate) fn failed(answer: &Answer) -> bool {
    answer.body.as_array().is_some_and(|records| records.iter().any(|record| record["success"] == false))
}

/// The records of a body, or of `?ids=` where the records are deleted.
fn read(request: &Request<'_>) -> Result<Collection> {
    if request.method == "DELETE" {
        let ids = request.query.get("ids").map_or("", String::as_str).split(',').filter(|id| !id.is_empty());
        let records = ids.map(|id| Row::from_iter([("id".to_owned(), json!(id))])).collect();
        let all_or_none = request.query.get("allOrNone").is_some_and(|it| it == "true");
        return Ok(Collection { all_or_none, records });
    }
    let body = request.body.clone().unwrap_or_default();
    serde_json::from_value(body).map_err(|error| Refusal::json(error.to_string()))
}

async fn one(t: &mut Transaction, method: &str, key: Option<(&str, &str)>, record: &Row) -> Result<Value> {
    let mut record = record.clone();
    let saved = |id: &str| json!({"id": id, "success": true, "errors": []});
    if method == "DELETE" {
        let (object, id) = named(&mut record)?;
        writes::delete(t, object, &id).await?;
        return Ok(saved(&id));
    }
    let kind = record.remove("attributes").and_then(|it| Some(schema::object(it.get("type")?.as_str()?)));
    let object =
        kind.flatten().ok_or_else(|| Refusal::bad("INVALID_TYPE", "attributes.type must name an object"))?;
    if let Some((of, key)) = key {
        let key = reading::key(object, key).ok().filter(|_| object.name == of);
        let key = key.ok_or_else(|| {
            Refusal::bad("INVALID_FIELD", "the address names another object or no key of it")
        })?;
        let value =
            record.remove(&key.name).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        if value.is_empty() {
            return Err(Refusal::save("MISSING_ARGUMENT", format!("{} not specified", key.name), &[]));
        }
        let (id, created) = writes::upsert(t, object, key, &value, &record).await?;
        return Ok(json!({"id": id, "success": true, "errors": [], "created": created}));
    }
    if method == "PATCH" {
        let (_, id) = named(&mut record)?;
        writes::update(t, object, &id, &record).await?;
        return Ok(saved(&id));
    }
    Ok(saved(&writes::insert(t, object, &record).await?))
}

fn named(record: &mut Row) -> Result<(&'static Object, String)> {
    let id = record.remove("id").or_else(|| record.remove("Id")).unwrap_or_default();
    let id = ids::parse(id.as_str().unwrap_or_default());
    let wrong = || Refusal::save("MALFORMED_ID", "bad id", &["Id"]);
    let id = id.ok_or_else(wrong)?;
    Ok((of_id(&id).ok_or_else(wrong)?, id))
}
