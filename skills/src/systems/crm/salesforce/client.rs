//! The one file that makes requests to Salesforce: a query, and a Composite
//! (<https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm>).

use super::session::{Session, Sessions};
use super::soql::Query;
use crate::error::Outage;
use crate::settings::SalesforceSettings;
use crate::systems::remote::{Remote, Reply};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// The most queries one Composite takes.
pub(super) const MOST_QUERIES: usize = 5;
/// The most subrequests one Composite takes.
pub(super) const MOST_SUBREQUESTS: usize = 25;
/// When to come back once the calls of a day are used up.
const CALLS_COME_BACK_SECONDS: u64 = 600;
/// Codes of subrequests that failed because another one did.
const INNOCENT: [&str; 2] = ["PROCESSING_HALTED", "ALL_OR_NONE_OPERATION_ROLLED_BACK"];

pub(super) struct Client {
    pub(super) remote: Remote,
    sessions: Sessions,
    version: String,
}

/// One subrequest of a Composite.
#[derive(Debug, Clone)]
pub(super) struct Sub {
    pub(super) name: String,
    method: &'static str,
    /// Behind `/services/data/vXX.X/`.
    path: String,
    body: Option<Value>,
}

impl Sub {
    pub(super) fn query(name: impl Into<String>, query: &Query) -> Self {
        Self {
            name: name.into(),
            method: "GET",
            path: format!("query?q={}", encoded(&query.to_string())),
            body: None,
        }
    }

    /// The `field` of the row that the subrequest `created` makes.
    pub(super) fn number(name: impl Into<String>, object: &str, field: &str, created: &str) -> Self {
        let query = encoded(&format!("SELECT {field} FROM {object} WHERE Id = '"));
        let path = format!("query?q={query}@{{{created}.id}}{}", encoded("'"));
        Self { name: name.into(), method: "GET", path, body: None }
    }

    pub(super) fn create(name: impl Into<String>, object: &str, body: Value) -> Self {
        Self { name: name.into(), method: "POST", path: format!("sobjects/{object}"), body: Some(body) }
    }

    pub(super) fn update(name: impl Into<String>, object: &str, id: &str, body: Value) -> Self {
        Self { name: name.into(), method: "PATCH", path: format!("sobjects/{object}/{id}"), body: Some(body) }
    }
}

/// Why a Composite changed nothing.
#[derive(Debug)]
pub(super) enum Failed {
    /// A reference led nowhere: an expectation found no row.
    Unexpected,
    /// A subrequest was refused with a code of its own.
    Code { name: String, code: String, fields: Vec<String> },
}

/// Text for the body of a subrequest. In there `@{` begins a reference: a text of somebody's is kept from looking like
/// one by a word joiner, which nobody sees and [`text_from`] takes out again.
pub(super) fn text_to(text: &str) -> String {
    text.replace("@{", "@\u{2060}{")
}

/// The text as it was given to [`text_to`].
pub(super) fn text_from(text: &str) -> String {
    text.replace("@\u{2060}{", "@{")
}

/// A text as part of a URL's query.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte.into()),
            b' ' => out.push('+'),
            _ => {
                use std::fmt::Write;
                let _ = write!(out, "%{byte:02X}"); // a String takes everything
            }
        }
    }
    out
}

/// A field of an answer, null where there is none: an answer need not be an object.
fn taken(body: &mut Value, field: &str) -> Value {
    body.get_mut(field).map(Value::take).unwrap_or_default()
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

    /// All rows a query finds.
    pub(super) async fn query(&self, query: &Query) -> Result<Vec<Value>, Outage> {
        let path = format!("/services/data/{}/query?q={}", self.version, encoded(&query.to_string()));
        let reply = self.send("query", Method::GET, &path, None).await?;
        self.rows(reply.body).await
    }

    /// The rows of a query's answer, with what comes on further pages of it and of the lists in its rows.
    pub(super) async fn rows(&self, body: Value) -> Result<Vec<Value>, Outage> {
        let mut rows = self.list(body).await?;
        for row in &mut rows {
            let Some(fields) = row.as_object_mut() else { continue };
            for list in fields.values_mut().filter(|value| value["records"].is_array()) {
                let inner = self.list(list.take()).await?;
                *list = json!({ "records": inner });
            }
        }
        Ok(rows)
    }

    async fn list(&self, mut body: Value) -> Result<Vec<Value>, Outage> {
        let mut rows = vec![];
        loop {
            let Value::Array(records) = taken(&mut body, "records") else {
                return Err(self.remote.unknown("a query's answer without records"));
            };
            rows.extend(records);
            let Some(next) = body["nextRecordsUrl"].as_str().filter(|next| next.starts_with("/services/"))
            else {
                return Ok(rows);
            };
            body = self.send("query, next page", Method::GET, next, None).await?.body;
        }
    }

    /// The answers of several queries, in as few round trips as Salesforce allows.
    pub(super) async fn queries(&self, queries: &[Query]) -> Result<Vec<Vec<Value>>, Outage> {
        let mut found = vec![];
        for some in queries.chunks(MOST_QUERIES) {
            if let [one] = some {
                found.push(self.query(one).await?);
                continue;
            }
            for body in self.bodies(some).await? {
                found.push(self.rows(body).await?);
            }
        }
        Ok(found)
    }

    /// The answers of at most five queries as they came.
    pub(super) async fn bodies(&self, queries: &[Query]) -> Result<Vec<Value>, Outage> {
        let subs: Vec<_> =
            queries.iter().enumerate().map(|(at, query)| Sub::query(format!("q{at}"), query)).collect();
        match self.composite("queries", &subs, false).await? {
            Ok(bodies) => Ok(bodies),
            Err(failed) => Err(self.not_set_up(&failed)),
        }
    }

    /// One request of several, all or none of them if it writes. An error of a subrequest is an answer.
    pub(super) async fn composite(
        &self,
        what: &str,
        subs: &[Sub],
        all_or_none: bool,
    ) -> Result<Result<Vec<Value>, Failed>, Outage> {
        let base = format!("/services/data/{}", self.version);
        let requests: Vec<_> = subs
            .iter()
            .map(|sub| {
                let url = format!("{base}/{}", sub.path);
                let mut request = json!({"method": sub.method, "url": url, "referenceId": sub.name});
                if let Some(body) = &sub.body {
                    request["body"] = body.clone();
                }
                request
            })
            .collect();
        let body =
            json!({"allOrNone": all_or_none, "collateSubrequests": false, "compositeRequest": requests});
        let mut reply = self.send(what, Method::POST, &format!("{base}/composite"), Some(&body)).await?;
        let Value::Array(answers) = taken(&mut reply.body, "compositeResponse") else {
            return Err(self.remote.unknown("a Composite's answer without answers"));
        };
        if answers.len() != subs.len() {
            return Err(self.remote.unknown("a Composite's answer is not complete"));
        }
        let failed =
            |answer: &&Value| !answer["httpStatusCode"].as_u64().is_some_and(|s| (200..300).contains(&s));
        if !answers.iter().any(|answer| failed(&answer)) {
            return Ok(Ok(answers.into_iter().map(|mut answer| taken(&mut answer, "body")).collect()));
        }
        let guilty =
            answers.iter().filter(failed).find(|answer| !INNOCENT.contains(&code_of(&answer["body"])));
        let Some(guilty) = guilty else { return Ok(Err(Failed::Unexpected)) };
        let code = code_of(&guilty["body"]).to_owned();
        let reason = format!("a subrequest was answered {code}");
        match code.as_str() {
            "REQUEST_LIMIT_EXCEEDED" => Err(self.no_calls_left(&reply, reason)),
            "UNABLE_TO_LOCK_ROW" | "SERVER_UNAVAILABLE" => Err(self.remote.unreached(reason)),
            _ => {
                let fields = guilty["body"][0]["fields"].as_array();
                let fields =
                    fields.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
                let name = guilty["referenceId"].as_str().unwrap_or_default().to_owned();
                Ok(Err(Failed::Code { name, code, fields }))
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_text_is_a_reference() {
        let text = "see @{room.records[0].Id}";
        assert!(!text_to(text).contains("@{"));
        assert_eq!(text_from(&text_to(text)), text);
        assert!(!encoded(text).contains("@{"), "nor in an address");
    }

    #[test]
    fn an_address_holds_nothing_but_its_parts() {
        assert_eq!(encoded("a = 'ü&b+c'"), "a+%3D+%27%C3%BC%26b%2Bc%27");
    }
}
