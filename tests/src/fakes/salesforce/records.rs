//! Direct access of a test to the org's records, past its API.

use super::call::{Answer, Call};
use super::refusal::Refusal;
use super::tables::Row;
use super::transaction::Transaction;
use super::{LATEST, Salesforce, pauses, query, routes, schema, tables};
use serde_json::{Map, Value};
use std::sync::{Arc, mpsc};

impl Salesforce {
    /// The committed rows of an object, oldest first, computed fields included.
    #[must_use]
    pub fn rows(&self, object: &str) -> Vec<Row> {
        let (tables, own) = (self.org.tables(), tables::Changes::default());
        let view = tables::View { tables: &tables, own: &own };
        tables.rows(object).map(|row| view.record(object, row)).collect()
    }

    /// The first committed row of an object with this value.
    #[must_use]
    pub fn row(&self, object: &str, field: &str, value: &str) -> Option<Row> {
        self.rows(object).into_iter().find(|row| row.get(field).and_then(Value::as_str) == Some(value))
    }

    /// All committed rows, by object.
    #[must_use]
    pub fn dump(&self) -> Value {
        let tables = schema::objects().map(|object| (object.name.clone(), self.rows(&object.name).into()));
        Value::Object(tables.collect::<Map<_, _>>())
    }

    /// Inserts a record as another client would, and returns its id.
    ///
    /// # Panics
    /// When the org refuses it.
    pub fn insert(&self, object: &str, record: &Value) -> String {
        let answer = self.ask("POST", &format!("sobjects/{object}"), record);
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// Deletes a record as another client would.
    pub fn delete(&self, object: &str, id: &str) {
        self.ask("DELETE", &format!("sobjects/{object}/{id}"), &Value::Null);
    }

    /// Updates a record as another client would: it waits for the row lock.
    ///
    /// # Panics
    /// When the org refuses it.
    pub fn update(&self, object: &str, id: &str, record: &Value) {
        self.ask("PATCH", &format!("sobjects/{object}/{id}"), record);
    }

    /// Sets a stored value without checking the schema, such as a creation date.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn poke(&self, id: &str, field: &str, value: Value) {
        assert!(self.org.tables().poke(id, field, value), "no record {id}");
    }

    /// The records of a query.
    ///
    /// # Panics
    /// When the org refuses it.
    #[must_use]
    pub fn query(&self, soql: &str) -> Vec<Row> {
        let plan = query::plan(soql, &query::Hidden::new()).expect("a valid query");
        let (tables, own) = (self.org.tables(), tables::Changes::default());
        let view = tables::View { tables: &tables, own: &own };
        let records = query::run(&plan, view, LATEST).into_iter();
        records.filter_map(|record| record.as_object().cloned()).collect()
    }

    /// Sends a request that is neither recorded nor counted, with a session of its own.
    fn ask(&self, method: &str, rest: &str, body: &Value) -> Value {
        let (send, receive) = mpsc::channel();
        let (org, call) = (Arc::clone(&self.org), Call::new(method, rest, &body.to_string()));
        let body = body.clone();
        self.runtime.spawn(async move {
            let segments = call.segments();
            let names: Vec<&str> = segments.iter().map(String::as_str).collect();
            let way = pauses::Way::default();
            let answer =
                routes::alone(Transaction::of_another(&org), &way, &call, LATEST, &names, Some(body)).await;
            drop(send.send(answer));
        });
        let answer: Result<Answer, Refusal> = receive.recv().expect("the org lives");
        answer.unwrap_or_else(|refusal| panic!("the org refuses {method} {rest}: {refusal:?}")).body
    }
}
