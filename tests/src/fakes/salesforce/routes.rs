//! What each URL does, alone or as a part of a Composite.

use super::call::{Answer, Call};
use super::composite::collections;
use super::org::Org;
use super::pauses::Way;
use super::refusal::{Refusal, Result};
use super::schema::{Object, object, objects};
use super::serve::newest;
use super::tables::Row;
use super::transaction::Transaction;
use super::{OLDEST, deploys, describe, duplicates, pages, reading, writes};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A part's request.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) version: &'a str,
    pub(crate) rest: &'a [&'a str],
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) batch: usize,
    pub(crate) body: Option<Value>,
    /// Whether its header allows saving in spite of a duplicate warning.
    pub(crate) saves_duplicates: bool,
}

/// The versions, newest last; no session is needed.
pub(crate) fn versions() -> Answer {
    let version = |number: u32| {
        json!({"label": format!("Version {number}"), "url": format!("/services/data/v{number}.0"),
            "version": format!("{number}.0")})
    };
    Answer::ok((OLDEST..=newest()).map(version).collect())
}

/// A request that is not a Composite: it has a transaction of its own.
pub(crate) async fn alone(
    mut transaction: Transaction,
    way: &Way,
    call: &Call,
    version: &str,
    rest: &[&str],
    body: Option<Value>,
) -> Result<Answer> {
    way.come_to(0).await?;
    let batch = pages::batch(transaction.org(), call.header("sforce-query-options"));
    let saves_duplicates = duplicates::allowed(call.header(duplicates::HEADER));
    let request =
        Request { method: &call.method, version, rest, query: call.query(), batch, body, saves_duplicates };
    let answer = perform(&mut transaction, &request).await?;
    way.come_to(1).await?;
    transaction.commit();
    Ok(answer)
}

/// Executes a request within a transaction.
pub(crate) async fn perform(t: &mut Transaction, request: &Request<'_>) -> Result<Answer> {
    t.saves_duplicates = request.saves_duplicates;
    let hidden = |object: &&Object| !t.is_hidden(&object.name);
    let of = |name: &str| object(name).filter(hidden).ok_or_else(Refusal::not_found);
    match (request.method, request.rest) {
        ("GET", []) => Ok(Answer::ok(resources(t.org(), request.version))),
        ("GET", ["limits"]) => {
            let (used, limit) = t.org().usage();
            Ok(Answer::ok(json!({"DailyApiRequests": {"Max": limit, "Remaining": limit - used}})))
        }
        ("GET", ["query"]) => {
            let soql = request.query.get("q").map_or("", String::as_str);
            deploys::of_setup(t.org(), soql).unwrap_or_else(|| pages::query(t, request))
        }
        ("GET", ["tooling", "query"]) => {
            deploys::by_tooling(t.org(), request.query.get("q").map_or("", String::as_str))
        }
        ("GET", ["metadata", "deployRequest", id]) => {
            let with_details = request.query.get("includeDetails").is_some_and(|text| text == "true");
            deploys::ask(t.org(), id, with_details)
        }
        ("GET", ["query", cursor]) => pages::next(t.org(), request, cursor),
        ("GET", ["sobjects"]) => {
            let all: Vec<Value> =
                objects().filter(hidden).map(|object| describe::brief(object, request.version)).collect();
            Ok(Answer::ok(json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": all})))
        }
        ("GET", ["sobjects", name]) => {
            let brief = describe::brief(of(name)?, request.version);
            Ok(Answer::ok(json!({"objectDescribe": brief, "recentItems": []})))
        }
        ("GET", ["sobjects", "PermissionSet", id]) => {
            let record = deploys::permission_set(&t.org().metadata(), id);
            record.map(Answer::ok).ok_or_else(Refusal::not_found)
        }
        ("GET", ["sobjects", name, "describe"]) => {
            Ok(Answer::ok(describe::whole(t.org(), of(name)?, request.version)))
        }
        ("POST", ["sobjects", name]) => {
            let object = of(name)?;
            let id = writes::insert(t, object, fields(request)?).await?;
            Ok(created(t, object, &id))
        }
        (_, ["sobjects", name, id]) => {
            let object = of(name)?;
            row(t, request, object, &reading::id_of(object, id)?).await
        }
        (_, ["sobjects", name, key, value]) => by_key(t, request, of(name)?, key, value).await,
        (_, ["composite", "sobjects", rest @ ..]) => collections::perform(t, request, rest).await,
        (_, ["query" | "limits" | "sobjects", ..]) => Err(wrong_method(request)),
        _ => Err(Refusal::not_found()),
    }
}

fn created(t: &Transaction, object: &Object, id: &str) -> Answer {
    let address = t.org().address(&object.name, id);
    Answer::new(201, json!({"id": id, "success": true, "errors": []})).with_header("Location", address)
}

async fn row(
    t: &mut Transaction,
    request: &Request<'_>,
    object: &'static Object,
    id: &str,
) -> Result<Answer> {
    match request.method {
        "GET" => read(t, request, object, id),
        "PATCH" => {
            writes::update(t, object, id, fields(request)?).await?;
            Ok(Answer::no_content())
        }
        "DELETE" => {
            writes::delete(t, object, id).await?;
            Ok(Answer::no_content())
        }
        _ => Err(wrong_method(request)),
    }
}

async fn by_key(
    t: &mut Transaction,
    request: &Request<'_>,
    object: &'static Object,
    key: &str,
    value: &str,
) -> Result<Answer> {
    let key = reading::key(object, key)?;
    if request.method == "PATCH" {
        let (id, new) = writes::upsert(t, object, key, value, fields(request)?).await?;
        let status = if new { 201 } else { 200 };
        return Ok(Answer::new(status, json!({"id": id, "success": true, "errors": [], "created": new})));
    }
    let id = reading::only_by_key(t, object, key, value)?.ok_or_else(Refusal::not_found)?;
    row(t, request, object, &id).await
}

/// A record with all its fields, or those asked for.
fn read(t: &Transaction, request: &Request<'_>, object: &Object, id: &str) -> Result<Answer> {
    let row = reading::existing(t, object, id)?;
    let mut record: Row = t.see(|view| view.record(&object.name, view.get(&object.name, id).unwrap_or(&row)));
    if let Some(wanted) = request.query.get("fields") {
        let mut chosen = Row::new();
        for name in wanted.split(',').chain(["Id"]) {
            let unknown = || {
                Refusal::bad("INVALID_FIELD", format!("No such column '{name}' on entity '{}'", object.name))
            };
            let field = object.field(name.trim()).ok_or_else(unknown)?;
            chosen.insert(field.name.clone(), record.remove(&field.name).unwrap_or_default());
        }
        record = chosen;
    }
    let url = format!("/services/data/{}/sobjects/{}/{id}", request.version, object.name);
    record.insert("attributes".to_owned(), json!({"type": object.name, "url": url}));
    Ok(Answer::ok(Value::Object(record)))
}

fn fields<'a>(request: &'a Request<'_>) -> Result<&'a Row> {
    let body = request.body.as_ref().and_then(Value::as_object);
    body.ok_or_else(|| Refusal::json("The HTTP entity body is required and must be a JSON object"))
}

fn wrong_method(request: &Request<'_>) -> Refusal {
    let message = format!("HTTP Method '{}' not allowed here", request.method);
    Refusal::new(405, "METHOD_NOT_ALLOWED", message)
}

fn resources(org: &Org, version: &str) -> Value {
    let address = |name: &str| json!(format!("/services/data/{version}/{name}"));
    let mut all: Value = ["composite", "limits", "metadata", "query", "sobjects", "tooling"]
        .map(|name| (name.to_owned(), address(name)))
        .into_iter()
        .collect();
    all["identity"] = json!(format!("{}/id/00DHs0000000001MAA/{}", org.instance(), org.user()));
    all
}
