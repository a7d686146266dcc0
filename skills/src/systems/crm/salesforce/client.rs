//! The one part that makes requests to Salesforce: in a session, each answer told from that there is none.

mod composite;
mod queries;
mod text;

pub(super) use composite::{Failed, MOST_QUERIES, MOST_SUBREQUESTS, Sub};
pub(super) use text::{text_from, text_to};

use super::session::{Session, Sessions};
use crate::error::Outage;
use crate::settings::SalesforceSettings;
use crate::systems::remote::{Remote, Reply};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// When to come back once the calls of a day are used up.
const CALLS_COME_BACK_SECONDS: u64 = 600;

pub(super) struct Client {
    pub(super) remote: Remote,
    sessions: Sessions,
    version: String,
}

/// Code, message-free, of an error body: an array of errors.
pub(super) fn code_of(body: &Value) -> &str {
    body[0]["errorCode"].as_str().unwrap_or_default()
}

impl Client {
    pub(super) fn new(settings: &SalesforceSettings, remote: Remote) -> Self {
        Self {
            remote,
            sessions: Sessions::new(settings.login.clone()),
            version: settings.api_version.clone(),
        }
    }

    pub(super) fn host(&self) -> String {
        self.sessions.host()
    }

    /// The version of the API that is asked for.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Logs in, unless that has been done.
    pub(super) async fn log_in(&self) -> Result<(), Outage> {
        self.sessions.get(&self.remote, None).await.map(|_| ())
    }

    /// What the org says of itself, whatever the status; `path` is behind `/services/data`.
    pub(super) async fn ask(&self, what: &str, path: &str) -> Result<Reply, Outage> {
        let session = self.sessions.get(&self.remote, None).await?;
        self.send_in(&session, what, &Method::GET, &format!("/services/data{path}"), None).await
    }

    /// Sends a request; with a new session if the one in use has expired.
    async fn send(
        &self,
        what: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Reply, Outage> {
        let session = self.sessions.get(&self.remote, None).await?;
        let reply = self.send_in(&session, what, &method, path, body).await?;
        if reply.status.as_u16() != 401 {
            return self.unless_down(reply);
        }
        let session = self.sessions.get(&self.remote, Some(&session)).await?;
        let reply = self.send_in(&session, what, &method, path, body).await?;
        self.unless_down(reply)
    }

    async fn send_in(
        &self,
        session: &Session,
        what: &str,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Reply, Outage> {
        let url = format!("{}{path}", session.instance_url);
        let mut request = self.remote.http().request(method.clone(), url);
        request = request.bearer_auth(session.token.expose_secret());
        if let Some(body) = body {
            request = request.json(body);
        }
        self.remote.send(what, request).await
    }

    /// Tells an answer from that there is none, by code. Nothing was done where Salesforce says why.
    fn unless_down(&self, reply: Reply) -> Result<Reply, Outage> {
        if reply.is_success() {
            return Ok(reply);
        }
        let (status, code) = (reply.status.as_u16(), code_of(&reply.body));
        let reason = format!("status {status} {code}");
        Err(match (status, code) {
            (_, "REQUEST_LIMIT_EXCEEDED") => self.no_calls_left(&reply, reason),
            (429, _) => self.remote.rate_limited(&reply, reason),
            (401, _) => self.remote.unreached(reason), // again: the session that was renewed has ended too
            (503, "SERVER_UNAVAILABLE") | (_, "UNABLE_TO_LOCK_ROW") => {
                Outage { retry_after_seconds: reply.retry_after_seconds(), ..self.remote.unreached(reason) }
            }
            (500.., _) => self.remote.unknown(reason),
            _ => self.remote.unreached(reason).lasting(),
        })
    }

    /// The calls of a day are used up: they come back bit by bit over 24 hours.
    fn no_calls_left(&self, reply: &Reply, reason: String) -> Outage {
        let outage = self.remote.rate_limited(reply, reason);
        Outage { retry_after_seconds: outage.retry_after_seconds.or(Some(CALLS_COME_BACK_SECONDS)), ..outage }
    }

    /// Makes records in one request, each for itself; answers what became of each.
    pub(super) async fn create_some(&self, what: &str, records: Vec<Value>) -> Result<Vec<Value>, Outage> {
        let path = format!("/services/data/{}/composite/sobjects", self.version);
        let body = json!({"allOrNone": false, "records": records});
        let mut reply = self.send(what, Method::POST, &path, Some(&body)).await?;
        match reply.body.take() {
            Value::Array(answers) => Ok(answers),
            _ => Err(self.remote.unknown("records were answered with something else")),
        }
    }

    /// An org that does not know our queries or fields, or does not let us: `doctor` tells more.
    pub(super) fn not_set_up(&self, failed: &Failed) -> Outage {
        match failed {
            Failed::Unexpected => self.remote.unreached("a subrequest was halted"),
            Failed::Code { name, code, fields } => {
                self.remote.unreached(format!("{name} was answered {code} {}", fields.join(", "))).lasting()
            }
        }
    }
}
