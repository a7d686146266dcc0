//! Query answers, page by page.

use super::call::Answer;
use super::org::Org;
use super::query;
use super::refusal::{Refusal, Result};
use super::routes::Request;
use super::transaction::Transaction;
use serde_json::{Value, json};
use std::sync::Arc;

const SMALLEST_ASKED: usize = 200;

/// How many rows a page has: the fake's own number, or fewer if the request says so.
pub(crate) fn batch(org: &Org, options: Option<&str>) -> usize {
    let asked = options.and_then(|text| text.trim().strip_prefix("batchSize=")?.parse::<usize>().ok());
    asked.map_or(org.options.batch_size, |asked| asked.max(SMALLEST_ASKED).min(org.options.batch_size))
}

/// `GET /query?q=…`: sees committed rows and its own transaction's changes; takes no lock.
pub(crate) fn query(t: &Transaction, request: &Request<'_>) -> Result<Answer> {
    let soql = request.query.get("q").filter(|soql| !soql.trim().is_empty());
    let soql = soql.ok_or_else(|| Refusal::malformed("unexpected token: '<EOF>'"))?;
    let plan = query::plan(soql, &t.org().hidden())?;
    let records = t.see(|view| query::run(&plan, view, request.version));
    if plan.count {
        return Ok(Answer::ok(json!({"totalSize": records.len(), "done": true, "records": []})));
    }
    Ok(Answer::ok(pages(t.org(), request, records)))
}

/// `GET /query/CURSOR-OFFSET`.
pub(crate) fn next(org: &Org, request: &Request<'_>, cursor: &str) -> Result<Answer> {
    let invalid = || Refusal::bad("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (name, offset) = cursor.split_once('-').ok_or_else(invalid)?;
    let offset: usize = offset.parse().map_err(|_| invalid())?;
    let records = org.kept(name).filter(|records| offset < records.len()).ok_or_else(invalid)?;
    Ok(Answer::ok(page(request, &records, name, offset)))
}

fn pages(org: &Org, request: &Request<'_>, mut records: Vec<Value>) -> Value {
    for record in records.iter_mut().filter_map(Value::as_object_mut) {
        for value in record.values_mut() {
            if let Some(Value::Array(children)) = value.get_mut("records").map(Value::take) {
                *value = pages(org, request, children);
            }
        }
    }
    if records.len() <= request.batch {
        return json!({"totalSize": records.len(), "done": true, "records": records});
    }
    let records = Arc::new(records);
    let name = org.keep(Arc::clone(&records));
    page(request, &records, &name, 0)
}

fn page(request: &Request<'_>, records: &[Value], cursor: &str, offset: usize) -> Value {
    let until = records.len().min(offset + request.batch);
    let mut page = json!({"totalSize": records.len(), "done": until == records.len(), "records": records[offset..until]});
    if until < records.len() {
        page["nextRecordsUrl"] = json!(format!("/services/data/{}/query/{cursor}-{until}", request.version));
    }
    page
}
