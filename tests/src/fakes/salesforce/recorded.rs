//! Recorded requests: what was asked, when, and with which result.

use super::call::Call;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub(crate) number: u64,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path without its query, as it came.
    pub path: String,
    /// The query's parameters, decoded.
    pub query: BTreeMap<String, String>,
    /// The body, if it was JSON.
    pub body: Value,
    /// A Composite's parts, in the order written.
    pub subrequests: Vec<Subrequest>,
    /// When it came.
    pub began: Instant,
    /// When its answer was ready; none while it runs.
    pub ended: Option<Instant>,
    /// The answer's status; none when it was lost, or while it runs.
    pub status: Option<u16>,
}

/// A part of a Composite.
#[derive(Clone, Debug)]
pub struct Subrequest {
    /// Its method.
    pub method: String,
    /// Its URL, as written.
    pub url: String,
    /// Its name.
    pub reference: String,
    /// Its body.
    pub body: Value,
}

impl Recorded {
    pub(crate) fn new(call: &Call) -> Self {
        let body: Value = serde_json::from_str(&call.body).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parts = body["compositeRequest"].as_array();
        let subrequests = parts.into_iter().flatten().map(|part| Subrequest {
            method: text(&part["method"]),
            url: text(&part["url"]),
            reference: text(&part["referenceId"]),
            body: part["body"].clone(),
        });
        Self {
            number: 0,
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query(),
            subrequests: subrequests.collect(),
            body,
            began: Instant::now(),
            ended: None,
            status: None,
        }
    }

    /// Every SOQL query in it, decoded; references are not replaced.
    #[must_use]
    pub fn queries(&self) -> Vec<String> {
        let parts = self.subrequests.iter().filter_map(|part| {
            let (path, query) = part.url.split_once('?')?;
            path.contains("/query").then(|| super::call::parameters(query).remove("q")).flatten()
        });
        self.query.get("q").cloned().into_iter().chain(parts).collect()
    }

    /// With `HOTEL_FAKES_RECORD=folder` every query is stored there, one JSON text a line, and checked with an independent
    /// parser. Only requests over HTTP are stored: the fake's own tests, within the process, also send queries that it must
    /// refuse.
    pub(crate) fn keep_queries(&self) {
        let Ok(folder) = std::env::var("HOTEL_FAKES_RECORD") else { return };
        let lines: String =
            self.queries().iter().map(|soql| format!("{}\n", Value::from(soql.as_str()))).collect();
        let path = std::path::Path::new(&folder).join(format!("{}.soql", std::process::id()));
        let mut file =
            std::fs::OpenOptions::new().create(true).append(true).open(path).expect("the folder of records");
        file.write_all(lines.as_bytes()).expect("a record");
    }

    /// Whether it was an API call, which counts against the daily limit.
    #[must_use]
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/services/data/v")
    }

    /// All its text, for matching.
    pub(crate) fn text(&self) -> String {
        let query = self.query.iter().map(|(name, value)| format!("{name}={value}"));
        let parts = self.subrequests.iter().map(|part| format!("{} {}", part.method, part.url));
        let body = self.body.to_string();
        let said =
            [self.path.clone()].into_iter().chain(query).chain(parts).chain(self.queries()).chain([body]);
        said.collect::<Vec<_>>().join("\n")
    }
}
