//! Queries: one by itself or several in a Composite, with all further pages.

use super::described::{DESCRIBED, Described};
use super::text::encoded;
use super::{Client, MOST_QUERIES, Sub, taken};
use crate::error::SkillError;
use crate::systems::crm::salesforce::fields::Extras;
use crate::systems::crm::salesforce::soql::Query;
use reqwest::Method;
use serde_json::{Value, json};

/// The path that answers a query as it is written, by `query` or `tooling/query`.
pub(crate) fn query_path(by: &str, soql: &str) -> String {
    format!("{by}?q={}", encoded(soql))
}

impl Client {
    /// All rows of a query, prices with their currency.
    pub(crate) async fn priced(&self, query: &Query) -> Result<Vec<Value>, SkillError> {
        if self.known().is_some() {
            return self.query(query).await;
        }
        let body = self.bodies(std::slice::from_ref(query)).await?.pop().unwrap_or_default();
        self.rows(body).await
    }

    /// All rows of a query that uses no prices.
    pub(crate) async fn query(&self, query: &Query) -> Result<Vec<Value>, SkillError> {
        let query = query.clone().with(self.known().map(Described::extras).unwrap_or_default());
        let path = format!("/services/data/{}/query?q={}", self.version, encoded(&query.to_string()));
        let reply = self.send("query", Method::GET, &path, None).await?;
        self.rows(reply.body).await
    }

    /// The rows of a query's answer, with further pages of it and of the lists inside its rows.
    pub(crate) async fn rows(&self, body: Value) -> Result<Vec<Value>, SkillError> {
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

    async fn list(&self, mut body: Value) -> Result<Vec<Value>, SkillError> {
        let mut rows = vec![];
        loop {
            let Value::Array(records) = taken(&mut body, "records") else {
                return Err(self.remote.unknown("a query's answer without records").into());
            };
            rows.extend(records);
            // The address may lack its host, or name another: the session's host counts.
            let next = body["nextRecordsUrl"].as_str();
            let next = next.and_then(|next| next.find("/services/").and_then(|at| next.get(at..)));
            let Some(next) = next else {
                if body["done"] == false {
                    return Err(self
                        .remote
                        .unknown("a query's answer that does not say where it goes on")
                        .into());
                }
                return Ok(rows);
            };
            body = self.send("query, next page", Method::GET, next, None).await?.body;
        }
    }

    /// The answers of several queries, in as few round trips as Salesforce allows.
    pub(crate) async fn queries(&self, queries: &[Query]) -> Result<Vec<Vec<Value>>, SkillError> {
        let mut found = vec![];
        for some in queries.chunks(MOST_QUERIES) {
            if let [one] = some {
                found.push(self.priced(one).await?);
                continue;
            }
            for body in self.bodies(some).await? {
                found.push(self.rows(body).await?);
            }
        }
        Ok(found)
    }

    /// The raw answers of at most five queries. A process's first read also describes the org, and repeats the
    /// queries if the org has optional fields.
    pub(crate) async fn bodies(&self, queries: &[Query]) -> Result<Vec<Value>, SkillError> {
        let sub = |(at, query): (usize, &Query), extras: Extras| {
            Sub::query(format!("q{at}"), &query.clone().with(extras))
        };
        let subs = |extras: Extras| queries.iter().enumerate().map(move |it| sub(it, extras));
        if self.known().is_none() {
            let first: Vec<Sub> =
                subs(Extras::default()).chain([Sub::describe("described", DESCRIBED)]).collect();
            let mut bodies = self.asked(&first).await?;
            if self.learn(&bodies.pop().unwrap_or_default())?.extras() == Extras::default() {
                return Ok(bodies);
            }
        }
        let extras = self.known().map(Described::extras).unwrap_or_default();
        self.asked(&subs(extras).collect::<Vec<_>>()).await
    }

    async fn asked(&self, subs: &[Sub]) -> Result<Vec<Value>, SkillError> {
        match self.composite("queries", subs, false).await? {
            Ok(bodies) => Ok(bodies),
            Err(failed) => Err(self.refused(&failed)),
        }
    }
}
