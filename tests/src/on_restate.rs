//! The distributed engine under a hotel of a test. A test does not choose: `tests/on-restate` starts a Restate server and a
//! worker, and says in variables where they are. What the engine has stored of the hotel's calls is copied into the tables of a
//! journal, so that the rules and queries of the tests are written once.

use crate::World;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::Key;
use std::collections::HashMap;
use std::path::Path;

/// In the order of the journal's own migrations.
const TABLES: &[&str] = &[
    include_str!("../../orchestrators/src/engine/journal/schema.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_audit.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_recovery.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_messages.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_patience.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_refunds.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_outcomes.sql"),
    include_str!("../../orchestrators/src/engine/journal/schema_consent.sql"),
];

/// Where the engine of this run is.
pub(crate) struct Engine {
    ingress: String,
    admin: String,
    /// The folder in which the worker finds the settings of hotels.
    hotels: String,
}

/// The engine of this run; none if calls run on the embedded one.
pub(crate) fn engine() -> Option<Engine> {
    let given = |name: &str| {
        std::env::var(name).unwrap_or_else(|_| panic!("{name} is missing: tests/on-restate sets it"))
    };
    std::env::var("HOTEL_TEST_RESTATE").ok().filter(|address| !address.is_empty()).map(|ingress| Engine {
        ingress,
        admin: given("HOTEL_TEST_RESTATE_ADMIN"),
        hotels: given("HOTEL_TEST_HOTELS"),
    })
}

impl Engine {
    /// Has the worker serve a hotel, and returns what its servers need to find the engine.
    pub(crate) fn serves(&self, folder: &Path, variables: &[(String, String)]) -> (&'static str, String) {
        let file = folder.join("worker.env");
        let quoted = |value: &str| format!("'{}'", value.replace('\'', "'\\''"));
        let mut text = format!("HOTEL_RESTATE={}\n", self.ingress);
        for (name, value) in variables {
            text.push_str(&format!("{name}={}\n", quoted(value)));
        }
        if std::fs::read_to_string(&file).is_ok_and(|known| known == text) {
            return ("HOTEL_RESTATE", self.ingress.clone());
        }
        std::fs::write(&file, &text).expect("the worker's settings");
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let link = Path::new(&self.hotels).join(format!("{name}.env"));
        #[cfg(unix)]
        let _ = std::os::unix::fs::symlink(&file, link); // it is there already if the settings changed
        #[cfg(not(unix))]
        std::fs::copy(&file, link).expect("the worker's settings");
        ("HOTEL_RESTATE", self.ingress.clone())
    }

    /// What the engine has stored of a hotel's writes.
    fn writes(&self, hotel: &str) -> Vec<Value> {
        self.stored(&format!(
            "SELECT value_utf8 FROM state WHERE service_name = 'Calls' AND key <> 'last' AND key <> 'nonces' \
             AND value_utf8 LIKE '%\"hotel\":\"{hotel}\"%'"
        ))
    }

    /// What it has stored of a hotel's reads: they are whole in the lists of their hours.
    fn reads(&self, hotel: &str) -> Vec<Value> {
        self.stored(&format!(
            "SELECT value_utf8 FROM state WHERE service_name = 'Trail' AND service_key LIKE '{hotel}-hour-%' \
             AND value_utf8 LIKE '%\"call\":null%'"
        ))
    }

    /// The values that a query of the engine's state finds.
    fn stored(&self, sql: &str) -> Vec<Value> {
        let sql = sql.to_owned();
        let address = format!("{}/query", self.admin);
        // The books are read in the middle of tests, which may run on a runtime of their own.
        let asked = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let _ = rustls::crypto::ring::default_provider().install_default();
                let post = reqwest::Client::new().post(address).header("accept", "application/json");
                let answer = post.json(&json!({ "query": sql })).send().await.expect("the admin address");
                answer.json::<Value>().await.expect("rows")
            })
        });
        let answer = asked.join().expect("rows");
        let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("no rows: {answer}")).clone();
        rows.iter()
            .map(|row| serde_json::from_str(row["value_utf8"].as_str().expect("a text")).expect("JSON"))
            .collect()
    }
}

/// The services that the engine of this run knows, as its admin address tells them; none if calls run on the embedded one.
///
/// # Panics
/// When it does not answer.
pub async fn services_of_the_engine() -> Option<Vec<Value>> {
    let address = format!("{}/services", engine()?.admin);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = reqwest::get(address).await.expect("the admin address").json::<Value>().await.expect("JSON");
    Some(answer["services"].as_array().expect("services").clone())
}

/// The key of a hotel's objects on the engine.
fn hotel_key(variables: &HashMap<String, String>, data: &Path) -> String {
    let settings = Settings::read(|name| variables.get(name).cloned()).expect("settings");
    let hotel = Hotel::open(&settings).expect("a hotel");
    let is_embedded = settings.salesforce.is_none() || settings.processor.is_none();
    let folder = data.canonicalize().expect("a folder").to_string_lossy().into_owned();
    let key = Key::derived(&["hotel", hotel.crm.runs_on(), if is_embedded { &folder } else { "" }]);
    key.as_str()[..16].to_owned()
}

impl World {
    /// Copies what the engine has of this hotel's calls into its folder's `journal.db`, if it runs on one.
    pub(crate) fn copy_journal(&self) {
        copy_journal(&self.variables().into_iter().collect(), &self.data());
    }
}

/// Copies what the engine of this run has of a hotel's calls into `journal.db` of a folder, if there is an engine and a folder.
///
/// # Panics
/// When the engine cannot be asked.
pub fn copy_journal(variables: &HashMap<String, String>, data: &Path) {
    let Some(engine) = engine() else { return };
    if !data.exists() {
        return;
    }
    let path = data.join("journal.db");
    let is_new = !path.exists();
    let mut journal = Connection::open(&path).expect("a journal");
    if is_new {
        TABLES.iter().for_each(|tables| journal.execute_batch(tables).expect("tables"));
    }
    let hotel = hotel_key(variables, data);
    let (mut calls, reads) = (engine.writes(&hotel), engine.reads(&hotel));
    let all = journal.transaction().expect("a transaction");
    all.execute_batch("DELETE FROM outbox; DELETE FROM steps; DELETE FROM calls;").expect("empty");
    calls.sort_by_key(|call| call["asking"]["held"]["started_at"].to_string());
    for (at, call) in calls.iter().enumerate() {
        copy_call(&all, at + 1, call);
    }
    for read in &reads {
        copy_read(&all, read);
    }
    all.commit().expect("copied");
}

fn copy_read(all: &Connection, read: &Value) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let sql = "INSERT INTO calls (tool, persona, caller, explicit_token, attempt, fingerprint, arguments, systems, guest_email, \
               booking_number, started_at, finished_at, outcome, error_code, rows, bound, effects) \
               VALUES (?, ?, ?, 0, 0, '', ?, '', ?, ?, ?, ?, ?, ?, ?, 0, 0)";
    let row = params![
        text(&read["tool"]),
        text(&read["persona"]),
        text(&read["caller"]),
        read["arguments"].to_string(),
        text(&read["about"]["person"]),
        text(&read["about"]["subject"]),
        text(&read["started_at"]),
        text(&read["finished_at"]),
        text(&read["outcome"]),
        text(&read["error_code"]),
        read["rows"].as_i64(),
    ];
    all.execute(sql, row).expect("a read");
}

fn copy_call(all: &Connection, id: usize, call: &Value) {
    let held = &call["asking"]["held"];
    let sql = "INSERT INTO calls (id, tool, persona, caller, acting_guest, token, explicit_token, attempt, fingerprint, \
               arguments, systems, guest_email, booking_number, started_at, finished_at, outcome, error_code, answer, bound, \
               effects, replays, recoveries, asked_again, because, resolved_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let id = i64::try_from(id).expect("a number");
    all.execute(
        sql,
        params![
            id,
            text(&held["tool"]),
            text(&call["asking"]["persona"]),
            text(&held["caller"]),
            text(&held["acts_for"]),
            text(&held["token"]),
            call["asking"]["explicit_token"].as_bool(),
            held["attempt"].as_i64(),
            text(&call["asking"]["fingerprint"]),
            held["arguments"].to_string(),
            text(&call["about"]["person"]),
            text(&call["about"]["subject"]),
            text(&held["started_at"]),
            text(&call["finished_at"]),
            text(&call["outcome"]),
            text(&call["error_code"]),
            call.get("answer").filter(|answer| !answer.is_null()).map(Value::to_string),
            call["bound"].as_bool(),
            held["effects"].as_bool(),
            call["replays"].as_i64(),
            call["recoveries"].as_i64(),
            held["asked_again"].as_i64(),
            text(&call["because"]),
            text(&call["resolved_at"]),
        ],
    )
    .expect("a call");
    for step in call["steps"].as_array().expect("steps") {
        let (word, value) = match &step["outcome"] {
            Value::String(begun) => (begun.to_lowercase(), None),
            Value::Object(outcome) => {
                let (word, value) = outcome.iter().next().expect("an outcome");
                (
                    if word == "MovedOn" { "moved_on".to_owned() } else { word.to_lowercase() },
                    Some(value.to_string()),
                )
            }
            other => panic!("no outcome: {other}"),
        };
        all.execute(
            "INSERT INTO steps (call, name, place, input, undo, outcome, value, started_at, duration_ms) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                id,
                text(&step["name"]),
                step["place"].as_i64(),
                text(&step["input"]),
                step.get("undo").filter(|undo| !undo.is_null()).map(Value::to_string),
                word,
                value,
                text(&step["started_at"]),
                step["duration_ms"].as_i64(),
            ],
        )
        .expect("a step");
    }
    for message in call["messages"].as_array().expect("messages") {
        all.execute(
            "INSERT INTO outbox (call, key, message, state, changed_at) VALUES (?, ?, '', ?, ?)",
            params![id, text(&message["key"]), text(&message["state"]), text(&message["changed_at"])],
        )
        .expect("a message");
    }
}
