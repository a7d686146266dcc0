//! The exchanges of a fake, for assertions of tests and for checks by other programs.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The name of the operation: `payment_intents.confirm`.
    pub operation: String,
    /// GET, POST …
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Decoded.
    pub query: Value,
    /// Decoded: a form or JSON; null without one.
    pub body: Value,
    /// As sent, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// On a clock shared by all fakes of the process.
    pub arrived: Duration,
    /// On the same clock.
    pub answered: Duration,
    /// None if the answer was lost.
    pub status: Option<u16>,
    /// Null if the answer was lost or is not JSON.
    pub answer: Value,
    /// Headers of the answer.
    pub answer_headers: Vec<(String, String)>,
    /// The fault that struck.
    pub fault: Option<String>,
}

impl Exchange {
    /// A header of the request.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Whether the two overlapped in time.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.arrived < other.answered && other.arrived < self.answered
    }

    fn line(&self, system: &str) -> String {
        let exchange = json!({
            "system": system, "operation": self.operation, "method": self.method, "path": self.path,
            "query": self.query, "body": self.body, "headers": self.headers, "status": self.status,
            "answer": self.answer, "fault": self.fault,
        });
        format!("{exchange}\n")
    }
}

/// The time on the clock that all fakes of the process share.
#[must_use]
pub fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[derive(Default)]
pub(super) struct Recording(Mutex<Vec<Exchange>>);

impl Recording {
    pub(super) fn add(&self, system: &str, exchange: Exchange) {
        write(system, &exchange);
        self.0.lock().unwrap().push(exchange);
    }

    pub(super) fn all(&self) -> Vec<Exchange> {
        self.0.lock().unwrap().clone()
    }

    pub(super) fn forget(&self) {
        self.0.lock().unwrap().clear();
    }
}

/// One write per line, so that the lines of many fakes do not mix.
fn write(system: &str, exchange: &Exchange) {
    let Ok(folder) = std::env::var("HOTEL_FAKES_RECORD") else { return };
    let path = std::path::Path::new(&folder).join(format!("{system}-{}.jsonl", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().create(true).append(true).open(path).expect("the folder of records");
    file.write_all(exchange.line(system).as_bytes()).expect("a record");
}
