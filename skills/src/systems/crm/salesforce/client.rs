//! The only part that sends requests to Salesforce: within a session, and with each reply classed as an answer, a
//! refusal or an outage.

mod composite;
mod daily;
mod described;
mod form;
mod queries;
mod text;

pub(super) use composite::{Failed, MOST_QUERIES, MOST_SUBREQUESTS, Sub};
pub(super) use form::Form;
pub(super) use queries::query_path;
pub(super) use text::{text_from, text_to};

use super::fields::{self, Writes};
use super::session::{Session, Sessions};
use crate::error::{Kind, Outage, SkillError, System};
use crate::settings::SalesforceSettings;
use crate::systems::failures::{self, Said};
use crate::systems::remote::{Remote, Reply};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Seconds until a retry once the day's API calls are used up.
const CALLS_COME_BACK_SECONDS: u64 = 600;

pub(super) struct Client {
    pub(super) remote: Remote,
    sessions: Sessions,
    version: String,
    pub(super) daily: daily::Daily,
    /// Optional fields and features of the org.
    described: OnceLock<described::Described>,
}

/// What a request carries.
#[derive(Clone, Copy)]
enum Body<'a> {
    None,
    Json(&'a Value),
    Form(&'a Form),
}

/// Takes a field out of a body; null if it is absent or the body is no object.
fn taken(body: &mut Value, field: &str) -> Value {
    body.get_mut(field).map(Value::take).unwrap_or_default()
}

/// The error code of an error body, which is an array of errors.
pub(super) fn code_of(body: &Value) -> &str {
    body[0]["errorCode"].as_str().unwrap_or_default()
}

impl Client {
    pub(super) fn new(settings: &SalesforceSettings, remote: Remote) -> Self {
        Self {
            remote,
            sessions: Sessions::new(settings.login.clone()),
            version: settings.api_version.clone(),
            daily: daily::Daily::default(),
            described: OnceLock::new(),
        }
    }

    pub(super) fn host(&self) -> String {
        self.sessions.host()
    }

    /// The version of the API in use.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Logs in, unless there is a session.
    pub(super) async fn log_in(&self) -> Result<(), Outage> {
        self.sessions.get(&self.remote, None).await.map(|_| ())
    }

    /// Reads about the org itself, and returns the reply whatever its status; `path` follows `/services/data`.
    pub(super) async fn ask(&self, what: &str, path: &str) -> Result<Reply, Outage> {
        let session = self.sessions.get(&self.remote, None).await?;
        self.send_in(&session, what, &Method::GET, &format!("/services/data{path}"), Body::None).await
    }

    /// Reads what an address answers, whatever its status; `path` follows `/services/data/vXX.X/`.
    pub(super) async fn reach(&self, what: &str, path: &str) -> Result<Reply, Outage> {
        let path = format!("/services/data/{}/{path}", self.version);
        self.exchange(what, Method::GET, path.trim_end_matches('/'), Body::None).await
    }

    /// Sends a form with a file, and returns the reply whatever its status.
    pub(super) async fn post_form(&self, what: &str, path: &str, form: &Form) -> Result<Reply, Outage> {
        let path = format!("/services/data/{}/{path}", self.version);
        self.exchange(what, Method::POST, &path, Body::Form(form)).await
    }

    /// Sends a request, and separates its answer from a refusal and from an outage.
    async fn send(
        &self,
        what: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Reply, SkillError> {
        let body = body.map_or(Body::None, Body::Json);
        self.answered(self.exchange(what, method, path, body).await?)
    }

    /// Sends a request; again with a new session if the session has expired or the org has moved to another host.
    async fn exchange(
        &self,
        what: &str,
        method: Method,
        path: &str,
        body: Body<'_>,
    ) -> Result<Reply, Outage> {
        let session = self.sessions.get(&self.remote, None).await?;
        let sent = self.send_in(&session, what, &method, path, body).await;
        let expired = sent.as_ref().is_ok_and(|reply| reply.status.as_u16() == 401);
        if !expired && !is_elsewhere(&sent) {
            return sent;
        }
        // The request did nothing. If the session cannot be renewed, its reply counts.
        let fresh = match (self.sessions.get(&self.remote, Some(&session)).await, sent) {
            (Ok(fresh), sent) if expired || fresh.instance_url != session.instance_url => {
                drop(sent);
                fresh
            }
            (Err(outage), Ok(_)) if expired => return Err(outage),
            (_, sent) => return sent,
        };
        self.send_in(&fresh, what, &method, path, body).await
    }

    async fn send_in(
        &self,
        session: &Session,
        what: &str,
        method: &Method,
        path: &str,
        body: Body<'_>,
    ) -> Result<Reply, Outage> {
        let url = format!("{}{path}", session.instance_url);
        let mut request = self.remote.http().request(method.clone(), url);
        request = request.bearer_auth(session.token.expose_secret());
        request = match body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Form(form) => form.fill(request),
        };
        let reply = self.remote.send(what, request).await?;
        self.daily.note(reply.header("sforce-limit-info"));
        Ok(reply)
    }

    /// Separates an answer from a refusal of the whole request and from an outage. If Salesforce gives an error code,
    /// nothing was done.
    pub(super) fn answered(&self, reply: Reply) -> Result<Reply, SkillError> {
        if reply.is_success() {
            return Ok(reply);
        }
        let said = failures::salesforce::said(&reply.body[0], None);
        match failures::salesforce::kind(reply.status.as_u16(), &said.code) {
            Kind::Outage => Err(self.outage(&reply, reply.status.as_u16(), &said).into()),
            // No request addresses a single row, so "not found" means the address.
            Kind::State | Kind::SetUp => Err(failures::refusal(System::Crm, Kind::SetUp, &said).into()),
            Kind::SystemRefuses | Kind::Argument => {
                Err(failures::refusal(System::Crm, Kind::SystemRefuses, &said).into())
            }
        }
    }

    /// A passing error, of a request or of a subrequest.
    fn outage(&self, reply: &Reply, status: u16, said: &Said) -> Outage {
        let code = said.code.as_str();
        let reason = format!("status {status} {code}");
        match (status, code) {
            // Too many concurrent requests, or too many on this day.
            (_, "REQUEST_LIMIT_EXCEEDED") if said.message.starts_with("Concurrent") => {
                self.remote.rate_limited(reply, reason)
            }
            (_, "REQUEST_LIMIT_EXCEEDED") => self.no_calls_left(reply, reason),
            (429, _) => self.remote.rate_limited(reply, reason),
            (503, "SERVER_UNAVAILABLE") | (_, "UNABLE_TO_LOCK_ROW") => {
                Outage { retry_after_seconds: reply.retry_after_seconds(), ..self.remote.unreached(reason) }
            }
            (408 | 500.., _) => {
                Outage { retry_after_seconds: reply.retry_after_seconds(), ..self.remote.unknown(reason) }
            }
            _ => self.remote.unreached(reason),
        }
    }

    /// The day's API calls are used up: they become available bit by bit over 24 hours.
    fn no_calls_left(&self, reply: &Reply, reason: String) -> Outage {
        let outage = self.remote.rate_limited(reply, reason);
        Outage { retry_after_seconds: outage.retry_after_seconds.or(Some(CALLS_COME_BACK_SECONDS)), ..outage }
    }

    /// Creates records in one request, each independently; returns the result of each.
    pub(super) async fn create_some(
        &self,
        what: &str,
        records: Vec<Value>,
    ) -> Result<Vec<Value>, SkillError> {
        for record in &records {
            let object = record["attributes"]["type"].as_str().unwrap_or_default();
            debug_assert_eq!(fields::check(object, Writes::Makes, record), Ok(()));
        }
        let path = format!("/services/data/{}/composite/sobjects", self.version);
        let body = json!({"allOrNone": false, "records": records});
        let mut reply = self.send(what, Method::POST, &path, Some(&body)).await?;
        match reply.body.take() {
            Value::Array(answers) => Ok(answers),
            _ => Err(self.remote.unknown("records were answered with something else").into()),
        }
    }

    /// The error of an all-or-nothing request that was not done.
    pub(super) fn refused(&self, failed: &Failed) -> SkillError {
        match failed {
            Failed::Unexpected => self.remote.unreached("a subrequest was halted").into(),
            Failed::Rehearsed => self.remote.unreached("a rehearsal ended where none was meant").into(),
            Failed::No { kind, said } => failures::refusal(System::Crm, *kind, said).into(),
        }
    }
}

/// Whether nothing was reached at the session's host. (An outage with a wait is the circuit breaker's or a rate limit.)
fn is_elsewhere(sent: &Result<Reply, Outage>) -> bool {
    match sent {
        Err(outage) => !outage.effect_unknown && outage.retry_after_seconds.is_none(),
        // The server there is not the org, or redirects.
        Ok(reply) => {
            let gone = matches!(reply.status.as_u16(), 300..=399 | 404 | 410 | 421);
            gone && code_of(&reply.body).is_empty()
        }
    }
}
