//! Handles one request: records it, applies its faults, checks and routes it.

use super::call::{Answer, Call};
use super::faults::{Fault, When, refusal};
use super::org::Org;
use super::pauses::Way;
use super::recorded::Recorded;
use super::refusal::{Refusal, Result};
use super::transaction::Transaction;
use super::{LATEST, OLDEST, composite, deploys, oauth, routes};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is sent back to the client.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Answer(Answer),
    Raw { status: u16, kind: &'static str, body: Vec<u8> },
    Nothing,
}

/// The longest URL that the platform accepts.
const LONGEST_ADDRESS: usize = 16_384;

pub(crate) async fn serve(org: Arc<Org>, call: Call) -> Outcome {
    let recorded = Recorded::new(&call);
    let text = recorded.text();
    let latency = org.latency_of(&recorded);
    let number = org.begin(recorded);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let faults = org.faults.strike(&call.method, &call.path, &text);
    let mut way = Way { points: org.pauses.strike(&call.method, &call.path, &text), ..Way::default() };
    let mut outcome = match before(&org, &faults, &mut way).await {
        Some(outcome) => outcome,
        None => {
            if faults.iter().any(|fault| matches!(fault, Fault::Twice)) {
                handle(&org, &way, &call).await;
            }
            after(&faults, handle(&org, &way, &call).await)
        }
    };
    if let (Outcome::Answer(answer), Some(date)) = (&mut outcome, org.wrong_date()) {
        answer.headers.push(("Date", date));
    }
    let status = match &outcome {
        Outcome::Answer(answer) => Some(answer.status),
        Outcome::Raw { status, .. } => Some(*status),
        Outcome::Nothing => None,
    };
    org.end(number, status);
    outcome
}

async fn before(org: &Org, faults: &[Fault], way: &mut Way) -> Option<Outcome> {
    for fault in faults {
        match fault {
            Fault::Slow(time) => tokio::time::sleep(*time).await,
            Fault::ExpireSessions => org.expire_sessions(),
            Fault::RefuseSubrequest { at, status, code } => way.refuse(*at, *status, code),
            Fault::Refuse { status, code } => return Some(Outcome::Answer(refusal(*status, code).into())),
            Fault::Busy { status, retry_after } => {
                let code = if *status == 503 { "SERVER_UNAVAILABLE" } else { "REQUEST_LIMIT_EXCEEDED" };
                let answer = Answer::from(refusal(*status, code));
                let after = retry_after.map(|seconds| ("Retry-After", seconds.to_string()));
                return Some(Outcome::Answer(Answer { headers: after.into_iter().collect(), ..answer }));
            }
            Fault::TooLate(When::Before) => return Some(too_late()),
            Fault::Break(When::Before) => return Some(broken()),
            Fault::Lose(When::Before) => return Some(Outcome::Nothing),
            Fault::Html(When::Before) => return Some(html()),
            Fault::List(When::Before) => return Some(list()),
            Fault::Truncate(When::Before) => return Some(truncated(&json!({"totalSize": 1, "records": []}))),
            Fault::TooLate(_)
            | Fault::Break(_)
            | Fault::Lose(_)
            | Fault::Html(_)
            | Fault::List(_)
            | Fault::Truncate(_)
            | Fault::Twice => {}
        }
    }
    None
}

fn after(faults: &[Fault], answer: Answer) -> Outcome {
    for fault in faults {
        match fault {
            Fault::TooLate(When::After) => return too_late(),
            Fault::Break(When::After) => return broken(),
            Fault::Lose(When::After) => return Outcome::Nothing,
            Fault::Html(When::After) => return html(),
            Fault::List(When::After) => return list(),
            Fault::Truncate(When::After) => return truncated(&answer.body),
            _ => {}
        }
    }
    Outcome::Answer(answer)
}

fn too_late() -> Outcome {
    let headers = vec![(skills::faults::TOO_LATE, "true".to_owned())];
    Outcome::Answer(Answer { headers, ..Answer::from(refusal(503, "SERVER_UNAVAILABLE")) })
}

fn broken() -> Outcome {
    let message = "An unexpected error occurred. Please include this ErrorId if you contact support: 1";
    Outcome::Answer(Refusal::new(500, "UNKNOWN_EXCEPTION", message).into())
}

fn html() -> Outcome {
    let body =
        b"<html><head><title>Down for maintenance</title></head><body>Back soon.</body></html>".to_vec();
    Outcome::Raw { status: 200, kind: "text/html;charset=UTF-8", body }
}

fn list() -> Outcome {
    Outcome::Raw { status: 200, kind: "application/json;charset=UTF-8", body: b"[]".to_vec() }
}

fn truncated(body: &Value) -> Outcome {
    let mut body = body.to_string().into_bytes();
    body.truncate(body.len() / 2);
    Outcome::Raw { status: 200, kind: "application/json;charset=UTF-8", body }
}

async fn handle(org: &Arc<Org>, way: &Way, call: &Call) -> Answer {
    if call.path.len() + call.search.len() + 1 > LONGEST_ADDRESS {
        return Refusal::new(414, "URI_TOO_LONG", "The requested URI is too long").into();
    }
    let segments = call.segments();
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    match &names[..] {
        ["services", "oauth2", "token"] => oauth::token(org, call),
        ["services", "oauth2", "userinfo"] => oauth::who(org, call).unwrap_or_else(Answer::from),
        ["services", "data"] => routes::versions(),
        ["services", "data", version, rest @ ..] => {
            let answer = api(org, way, call, version, rest).await.unwrap_or_else(Answer::from);
            let (used, limit) = org.usage();
            answer.with_header("Sforce-Limit-Info", format!("api-usage={used}/{limit}"))
        }
        _ => Refusal::not_found().into(),
    }
}

async fn api(org: &Arc<Org>, way: &Way, call: &Call, version: &str, rest: &[&str]) -> Result<Answer> {
    if !is_version(version) {
        return Err(Refusal::not_found());
    }
    oauth::check(org, call)?;
    if !org.count() {
        return Err(Refusal::new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    }
    if rest == ["metadata", "deployRequest"] && call.method == "POST" {
        return deploys::begin(org, call);
    }
    let body = body(call)?;
    if rest == ["composite"] && call.method == "POST" {
        return composite::run(org, way, version, &body.unwrap_or_default()).await;
    }
    routes::alone(Transaction::begin(org), way, call, version, rest, body).await
}

/// `v` with a version the fake has.
pub(crate) fn is_version(text: &str) -> bool {
    let number =
        text.strip_prefix('v').and_then(|text| text.strip_suffix(".0")).and_then(|text| text.parse().ok());
    number.is_some_and(|number: u32| (OLDEST..=newest()).contains(&number))
}

/// The latest version's number.
pub(crate) fn newest() -> u32 {
    LATEST.trim_start_matches('v').trim_end_matches(".0").parse().unwrap_or(OLDEST)
}

fn body(call: &Call) -> Result<Option<Value>> {
    if !matches!(call.method.as_str(), "POST" | "PATCH") {
        return Ok(None);
    }
    let kind = call.header("content-type").unwrap_or_default();
    if !kind.starts_with("application/json") {
        let message = format!("Content-Type header specified in HTTP request is not supported: {kind}");
        return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    let parsed = serde_json::from_str(&call.body);
    parsed
        .map(Some)
        .map_err(|error| Refusal::json(format!("Unexpected content in the request body: {error}")))
}

impl Org {
    /// Cancels everything that was planned before.
    pub(crate) fn calm(&self) {
        self.faults.disarm();
        self.pauses.disarm();
    }

    /// Sets how many calls of the day are left.
    pub(crate) fn leave(&self, calls: u64) {
        let used = self.used.load(Ordering::Relaxed);
        self.daily_limit.store(used + calls, Ordering::Relaxed);
    }
}
