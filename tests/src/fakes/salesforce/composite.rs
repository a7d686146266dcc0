//! `POST /composite`: up to 25 subrequests, one after the other; all or nothing if the request says so.

pub(crate) mod collections;
mod references;

use super::call::{Answer, Call};
use super::duplicates;
use super::org::Org;
use super::pages;
use super::pauses::Way;
use super::refusal::{Refusal, Result};
use super::routes::{Request, perform};
use super::serve::is_version;
use super::transaction::Transaction;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

const MOST: usize = 25;
const MOST_QUERIES: usize = 5;
/// The platform's words for subrequests that are rolled back because of another one.
const ROLLED_BACK: &str =
    "The transaction was rolled back since another operation in the same transaction failed.";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Whole {
    #[serde(default)]
    all_or_none: bool,
    /// The platform's default groups subrequests, and does not promise their order.
    #[serde(default = "yes")]
    collate_subrequests: bool,
    composite_request: Vec<Part>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Part {
    method: String,
    url: String,
    reference_id: String,
    body: Option<Value>,
    #[serde(default)]
    http_headers: Map<String, Value>,
}

impl Part {
    /// Its own headers only: it inherits none of the whole request's.
    fn header(&self, name: &str) -> Option<&str> {
        let named = self.http_headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        named.and_then(|(_, value)| value.as_str())
    }

    fn is_query(&self) -> bool {
        self.url.contains("/query") || self.url.contains("/composite/sobjects")
    }
}

/// Runs a Composite. It answers 200, with an answer for each part, even if parts fail.
pub(crate) async fn run(org: &Arc<Org>, way: &Way, version: &str, body: &Value) -> Result<Answer> {
    let whole = read(body)?;
    let order = if whole.collate_subrequests { shuffled(&whole.composite_request) } else { written(&whole) };
    let mut transaction = Transaction::begin(org);
    let mut answers: HashMap<usize, Answer> = HashMap::new();
    let mut bodies = HashMap::new();
    let mut failed = false;
    for at in order {
        let part = &whole.composite_request[at];
        let done = match way.come_to(at).await {
            Ok(()) => one(&mut transaction, version, part, whole.all_or_none, &bodies).await,
            Err(refusal) => Err(refusal),
        };
        let answer = done.unwrap_or_else(Answer::from);
        if answer.status < 300 && !(whole.all_or_none && is_collection(part, &answer)) {
            bodies.insert(part.reference_id.clone(), answer.body.clone());
        } else {
            failed = true;
        }
        answers.insert(at, answer);
        if whole.all_or_none && failed {
            break;
        }
        if !whole.all_or_none {
            transaction = settle(org, transaction, &answers[&at]);
        }
    }
    if !failed && let Err(refusal) = way.come_to(whole.composite_request.len()).await {
        failed = true;
        answers.insert(whole.composite_request.len() - 1, refusal.into());
    }
    let rolled_back = whole.all_or_none && failed;
    if !rolled_back {
        transaction.commit();
    }
    let parts = whole.composite_request.iter().enumerate();
    let parts = parts.map(|(at, part)| answered(part, answers.remove(&at), rolled_back));
    Ok(Answer::ok(json!({"compositeResponse": parts.collect::<Vec<_>>()})))
}

/// Without all-or-none each part is committed or rolled back by itself.
fn settle(org: &Arc<Org>, transaction: Transaction, answer: &Answer) -> Transaction {
    if answer.status < 300 {
        transaction.commit();
    }
    Transaction::begin(org)
}

fn read(body: &Value) -> Result<Whole> {
    let whole: Whole =
        serde_json::from_value(body.clone()).map_err(|error| Refusal::json(error.to_string()))?;
    let parts = &whole.composite_request;
    let queries = parts.iter().filter(|part| part.is_query()).count();
    if parts.is_empty() || parts.len() > MOST || queries > MOST_QUERIES {
        let message = format!(
            "A Composite takes from 1 to {MOST} subrequests, at most {MOST_QUERIES} of them queries or collections; \
             found {} and {queries}",
            parts.len()
        );
        return Err(Refusal::bad("LIMIT_EXCEEDED", message));
    }
    let mut names = HashSet::new();
    for part in parts {
        let plain = part.reference_id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        if !plain
            || !part.reference_id.starts_with(|c: char| c.is_ascii_alphabetic())
            || !names.insert(&part.reference_id)
        {
            let message = format!("referenceId '{}' is not a name, or not the only one", part.reference_id);
            return Err(Refusal::json(message));
        }
    }
    Ok(whole)
}

async fn one(
    t: &mut Transaction,
    version: &str,
    part: &Part,
    all_or_none: bool,
    bodies: &HashMap<String, Value>,
) -> Result<Answer> {
    let url = references::fill_text(&part.url, bodies)?;
    let mut body = part.body.as_ref().map(|body| references::fill(body, bodies)).transpose()?;
    if let (true, true, Some(body)) = (all_or_none, part.url.contains("/composite/sobjects"), &mut body) {
        body["allOrNone"] = json!(true); // the outer one rules
    }
    let call = Call::new(&part.method, &url, "");
    let segments = call.segments();
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["services", "data", own, rest @ ..] = &names[..] else { return Err(Refusal::not_found()) };
    if *own != version && !is_version(own) {
        return Err(Refusal::not_found());
    }
    let batch = pages::batch(t.org(), None);
    // A failed part is rolled back; the transaction continues.
    let before = t.changes.copy();
    let saves_duplicates = duplicates::allowed(part.header(duplicates::HEADER));
    let query = call.query();
    let request = Request { method: &part.method, version: own, rest, query, batch, body, saves_duplicates };
    let done = perform(t, &request).await;
    if done.is_err() {
        t.changes = before;
    }
    done
}

fn answered(part: &Part, answer: Option<Answer>, rolled_back: bool) -> Value {
    let innocent = || Answer::from(Refusal::bad("PROCESSING_HALTED", ROLLED_BACK));
    let answer = answer.filter(|answer| !rolled_back || answer.status >= 300 || is_collection(part, answer));
    let answer = answer.unwrap_or_else(innocent);
    let headers: Map<String, Value> =
        answer.headers.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    json!({"body": answer.body, "httpHeaders": headers, "httpStatusCode": answer.status, "referenceId": part.reference_id})
}

/// If records of a collection failed, its answer says which. If another part failed, it does not.
fn is_collection(part: &Part, answer: &Answer) -> bool {
    part.url.contains("/composite/sobjects") && collections::failed(answer)
}

fn written(whole: &Whole) -> Vec<usize> {
    (0..whole.composite_request.len()).collect()
}

/// An order that only respects references; otherwise the part written last comes first. So a caller that relies on the
/// written order without asking for it (`collateSubrequests: false`) fails here.
fn shuffled(parts: &[Part]) -> Vec<usize> {
    let needs = |at: usize| {
        let text = format!("{} {}", parts[at].url, parts[at].body.clone().unwrap_or_default());
        (0..at)
            .filter(move |&other| text.contains(&format!("@{{{}", parts[other].reference_id)))
            .collect::<Vec<_>>()
    };
    let mut order: Vec<usize> = vec![];
    while order.len() < parts.len() {
        let ready = (0..parts.len())
            .rev()
            .find(|at| !order.contains(at) && needs(*at).iter().all(|it| order.contains(it)));
        match ready {
            Some(at) => order.push(at),
            None => break,
        }
    }
    order
}
