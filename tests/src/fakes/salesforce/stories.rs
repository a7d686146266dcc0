//! Tests of the fake, request by request.

mod composites;
mod failures;
mod interleaved;
mod queries;
mod records;

use super::call::{Answer, Call};
use super::serve::{Outcome, serve};
use super::{Data, Options, Salesforce, User};
use serde_json::{Value, json};
use std::sync::Arc;

const BASE: &str = "/services/data/v62.0";

/// A client with a session.
#[derive(Clone)]
pub(crate) struct Client<'a> {
    pub(crate) org: &'a Salesforce,
    pub(crate) token: String,
}

impl<'a> Client<'a> {
    pub(crate) fn of(org: &'a Salesforce) -> Self {
        Self { org, token: org.session() }
    }

    pub(crate) async fn send(&self, method: &str, rest: &str, body: &Value) -> Outcome {
        let mut call = Call::new(method, &format!("{BASE}{rest}"), &body.to_string());
        call.headers.insert("authorization".to_owned(), format!("Bearer {}", self.token));
        call.headers.insert("content-type".to_owned(), "application/json".to_owned());
        serve(Arc::clone(&self.org.org), call).await
    }

    pub(crate) async fn ask(&self, method: &str, rest: &str, body: Value) -> Answer {
        match self.send(method, rest, &body).await {
            Outcome::Answer(answer) => answer,
            other => panic!("{method} {rest}: {other:?}"),
        }
    }

    /// The records of a query, or the code of its refusal.
    pub(crate) async fn query(&self, soql: &str) -> Result<Vec<Value>, String> {
        let encoded: String = form_urlencoded::byte_serialize(soql.as_bytes()).collect();
        let answer = self.ask("GET", &format!("/query?q={encoded}"), Value::Null).await;
        match answer.body["records"].as_array() {
            Some(records) => Ok(records.clone()),
            None => Err(code(&answer)),
        }
    }
}

/// The error code of an answer.
pub(crate) fn code(answer: &Answer) -> String {
    answer.body[0]["errorCode"].as_str().unwrap_or("none").to_owned()
}

pub(crate) fn query_url(soql: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(soql.as_bytes()).collect();
    format!("{BASE}/query?q={encoded}")
}

pub(crate) fn id(row: &super::Row) -> String {
    row["Id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_given_for_the_right_secret_and_ends_when_told() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let token = |body: &str| serve(Arc::clone(&org.org), Call::new("POST", "/services/oauth2/token", body));
    let Outcome::Answer(wrong) =
        token("grant_type=client_credentials&client_id=hotel-client&client_secret=no").await
    else {
        panic!("an answer");
    };
    assert_eq!((wrong.status, &wrong.body["error"]), (400, &json!("invalid_client")));
    let right = "grant_type=client_credentials&client_id=hotel-client&client_secret=hotel-secret";
    let Outcome::Answer(given) = token(right).await else { panic!("an answer") };
    assert_eq!((given.status, &given.body["instance_url"]), (200, &json!(org.url())));
    let client = Client { org: &org, token: given.body["access_token"].as_str().unwrap().to_owned() };
    assert_eq!(client.ask("GET", "/limits", Value::Null).await.status, 200);
    org.expire_sessions();
    let ended = client.ask("GET", "/limits", Value::Null).await;
    assert_eq!((ended.status, code(&ended).as_str()), (401, "INVALID_SESSION_ID"));
}

#[tokio::test]
async fn every_call_counts_and_the_day_has_a_limit() {
    let org = Salesforce::start(Options {
        user: User::Administrator,
        daily_limit: 2,
        data: Data::Empty,
        ..Options::default()
    });
    let client = Client::of(&org);
    let limits = client.ask("GET", "/limits", Value::Null).await;
    assert_eq!(limits.body["DailyApiRequests"], json!({"Max": 2, "Remaining": 1}));
    assert_eq!(limits.headers, [("Sforce-Limit-Info", "api-usage=1/2".to_owned())]);
    client.ask("GET", "/limits", Value::Null).await;
    let spent = client.ask("GET", "/limits", Value::Null).await;
    assert_eq!((spent.status, code(&spent).as_str()), (403, "REQUEST_LIMIT_EXCEEDED"));
    assert_eq!(org.recorded().len(), 3);
    org.leave_calls(1);
    assert_eq!(client.ask("GET", "/limits", Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_doctor_finds_what_it_looks_for() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let booking = Client::of(&org).ask("GET", "/sobjects/Booking__c/describe", Value::Null).await.body;
    let field = |name: &str| {
        booking["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(field("Status__c")["picklistValues"].as_array().unwrap().len(), 5);
    assert_eq!(
        (&field("External_ID__c")["externalId"], &field("External_ID__c")["unique"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(field("Opportunity__c")["updateable"], false);
    assert_eq!(field("Total_Nights__c")["calculated"], true);
    org.hide("Booking__c.Status__c=No Show");
    org.hide("Case.External_ID__c");
    let fields =
        Client::of(&org).ask("GET", "/sobjects/Case/describe", Value::Null).await.body["fields"].to_string();
    assert!(
        fields.contains("Room__c") && !fields.contains("External_ID__c"),
        "as if it had not been deployed"
    );
    let versions = serve(Arc::clone(&org.org), Call::new("GET", "/services/data/", "")).await;
    let Outcome::Answer(versions) = versions else { panic!("an answer") };
    assert!(versions.body.as_array().unwrap().iter().any(|version| version["version"] == "62.0"));
}
