//! Several subrequests in one request, a Composite
//! (<https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm>).

use super::text::encoded;
use super::{Client, code_of, taken};
use crate::error::{Kind, SkillError};
use crate::systems::crm::salesforce::fields::{self, Writes};
use crate::systems::crm::salesforce::soql::Query;
use crate::systems::failures::{Said, salesforce as codes};
use reqwest::Method;
use serde_json::{Value, json};

/// The most queries one Composite takes.
pub(crate) const MOST_QUERIES: usize = 5;
/// The most subrequests one Composite takes.
pub(crate) const MOST_SUBREQUESTS: usize = 25;
/// The object and header for saves in spite of a duplicate rule: a second contact with a guest's name and phone is
/// saved although a rule warns, because the e-mail identifies the person. Without the header, such a warning is a
/// refusal (<https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_duplicaterules.htm>).
const DUPLICATE_RULES: (&str, &str, &str) = ("Contact", "Sforce-Duplicate-Rule-Header", "allowSave=true");
/// Codes of subrequests that failed because another one did.
const INNOCENT: [&str; 2] = ["PROCESSING_HALTED", "ALL_OR_NONE_OPERATION_ROLLED_BACK"];

/// One subrequest of a Composite.
#[derive(Debug, Clone)]
pub(crate) struct Sub {
    pub(crate) name: String,
    /// The object it reads or writes.
    object: String,
    method: &'static str,
    /// The path after `/services/data/vXX.X/`.
    path: String,
    body: Option<Value>,
}

impl Sub {
    pub(crate) fn query(name: impl Into<String>, query: &Query) -> Self {
        Self {
            name: name.into(),
            object: query.from.to_owned(),
            method: "GET",
            path: format!("query?q={}", encoded(&query.to_string())),
            body: None,
        }
    }

    /// Reads `field` of the row that the subrequest `created` creates.
    pub(crate) fn number(name: impl Into<String>, object: &str, field: &str, created: &str) -> Self {
        let query = encoded(&format!("SELECT {field} FROM {object} WHERE Id = '"));
        let path = format!("query?q={query}@{{{created}.id}}{}", encoded("'"));
        Self { name: name.into(), object: object.to_owned(), method: "GET", path, body: None }
    }

    /// Reads the org's description of an object.
    pub(crate) fn describe(name: impl Into<String>, object: &str) -> Self {
        let path = format!("sobjects/{object}/describe");
        Self { name: name.into(), object: object.to_owned(), method: "GET", path, body: None }
    }

    pub(crate) fn create(name: impl Into<String>, object: &str, body: Value) -> Self {
        let path = format!("sobjects/{object}");
        Self { name: name.into(), object: object.to_owned(), method: "POST", path, body: Some(body) }
    }

    /// The name of the subrequest [`Self::impossible`].
    pub(crate) const IMPOSSIBLE: &'static str = "rehearsal_ends";

    /// A subrequest that every org refuses: a contact without a name.
    pub(crate) fn impossible() -> Self {
        Self::create(Self::IMPOSSIBLE, "Contact", json!({}))
    }

    pub(crate) fn update(name: impl Into<String>, object: &str, id: &str, body: Value) -> Self {
        let path = format!("sobjects/{object}/{id}");
        Self { name: name.into(), object: object.to_owned(), method: "PATCH", path, body: Some(body) }
    }

    /// Makes a new guest or sale belong to this Account.
    pub(crate) fn belonging_to(mut self, account: &str) -> Self {
        let guest = |body: &Value| body["Contact_Type__c"] == "Guest";
        if let ("POST", Some(body)) = (self.method, &mut self.body)
            && (self.object == "Opportunity" || (self.object == "Contact" && guest(body)))
        {
            body["AccountId"] = account.into();
        }
        self
    }

    fn request(&self, base: &str) -> Value {
        let url = format!("{base}/{}", self.path);
        let mut request = json!({"method": self.method, "url": url, "referenceId": self.name});
        if let Some(body) = &self.body {
            let how = if self.method == "POST" { Writes::Makes } else { Writes::Changes };
            debug_assert_eq!(fields::check(&self.object, how, body), Ok(()));
            request["body"] = body.clone();
        }
        let (object, header, value) = DUPLICATE_RULES;
        if self.path.strip_prefix("sobjects/").and_then(|path| path.split('/').next()) == Some(object) {
            request["httpHeaders"] = json!({ header: value });
        }
        request
    }
}

/// Why a Composite changed nothing.
#[derive(Debug)]
pub(crate) enum Failed {
    /// A reference failed: a precondition's query found no row.
    Unexpected,
    /// A subrequest was refused: who can fix it, and the org's message. `State`: the records have changed.
    No { kind: Kind, said: Said },
    /// Only the last subrequest of a rehearsal was refused: everything before it would have been done.
    Rehearsed,
}

impl Client {
    /// Sends several subrequests, all or nothing if they write. The error of a subrequest is an answer.
    pub(crate) async fn composite(
        &self,
        what: &str,
        subs: &[Sub],
        all_or_none: bool,
    ) -> Result<Result<Vec<Value>, Failed>, SkillError> {
        let base = format!("/services/data/{}", self.version);
        let requests: Vec<_> = subs.iter().map(|sub| sub.request(&base)).collect();
        let body =
            json!({"allOrNone": all_or_none, "collateSubrequests": false, "compositeRequest": requests});
        let mut reply = self.send(what, Method::POST, &format!("{base}/composite"), Some(&body)).await?;
        let Value::Array(answers) = taken(&mut reply.body, "compositeResponse") else {
            return Err(self.remote.unknown("a Composite's answer without answers").into());
        };
        if answers.len() != subs.len() {
            return Err(self.remote.unknown("a Composite's answer is not complete").into());
        }
        let succeeded = |answer: &Value| matches!(answer["httpStatusCode"].as_u64(), Some(200..300));
        if answers.iter().all(succeeded) {
            return Ok(Ok(answers.into_iter().map(|mut answer| taken(&mut answer, "body")).collect()));
        }
        let mut failed = answers.iter().zip(subs).filter(|(answer, _)| !succeeded(answer));
        let guilty = failed.find(|(answer, _)| !INNOCENT.contains(&code_of(&answer["body"])));
        let Some((guilty, sub)) = guilty else { return Ok(Err(Failed::Unexpected)) };
        if sub.name == Sub::IMPOSSIBLE {
            return Ok(Err(Failed::Rehearsed));
        }
        let said = codes::said(&guilty["body"][0], Some(sub.object.as_str()));
        let status =
            guilty["httpStatusCode"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or(500);
        match codes::kind(status, &said.code) {
            Kind::Outage => Err(self.outage(&reply, status, &said).into()),
            // A read or create has no row that somebody could have deleted.
            Kind::State if sub.method != "PATCH" && said.code == "NOT_FOUND" => {
                Ok(Err(Failed::No { kind: Kind::SetUp, said }))
            }
            Kind::State if sub.method == "GET" => Ok(Err(Failed::No { kind: Kind::SystemRefuses, said })),
            kind => Ok(Err(Failed::No { kind, said })),
        }
    }
}
