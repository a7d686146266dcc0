//! A folder of the corpus: files as texts, and what its version told on the day it was made.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::Value;
use std::path::PathBuf;
use tests::{Backend, Books, World};

/// A call as a journal has it.
pub(super) struct Call {
    pub(super) tool: String,
    pub(super) caller: String,
    pub(super) token: String,
    pub(super) arguments: Value,
    pub(super) answer: Value,
}

/// A folder of the corpus in a hotel of its own.
pub(super) struct Folder {
    pub(super) name: String,
    pub(super) told: Value,
    /// What was interrupted, and what needed a person.
    pub(super) unfinished: Vec<Call>,
    pub(super) needed: Vec<String>,
    pub(super) world: World,
}

pub(super) fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The folders of journals, oldest first.
pub(super) fn names() -> Vec<String> {
    let all = std::fs::read_dir(corpus()).expect("the corpus");
    let mut names: Vec<_> =
        all.map(|entry| entry.expect("a folder").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("journal-"));
    names.sort();
    assert!(!names.is_empty());
    names
}

/// The version of the journal that this program writes.
pub(super) async fn present_version() -> i64 {
    let world = World::on(Backend::Embedded);
    assert_eq!(world.run_staff(&["reconcile"]).await.code, Some(0));
    let journal = Connection::open(world.data().join("journal.db")).expect("a journal");
    journal.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a version")
}

impl Folder {
    pub(super) fn open(name: &str) -> Self {
        let texts = corpus().join(name);
        // Nothing in it is too old to be kept.
        let world = World::on(Backend::Embedded).with_env("HOTEL_AUDIT_DAYS", "36500");
        std::fs::create_dir(world.data()).expect("a folder");
        for file in std::fs::read_dir(&texts).expect("files").map(|file| file.expect("a file").path()) {
            let to = world.data().join(file.file_name().expect("a name"));
            match file.extension().and_then(|ending| ending.to_str()) {
                Some("sql") => {
                    let text = std::fs::read_to_string(&file).expect("SQL");
                    let connection = Connection::open(to.with_extension("db")).expect("a file");
                    connection
                        .execute_batch(&format!("PRAGMA journal_mode = WAL; BEGIN; {text} COMMIT;"))
                        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                }
                _ if file.ends_with("told.json") => {}
                _ => drop(std::fs::copy(&file, to).expect("a copy")),
            }
        }
        let told = std::fs::read_to_string(texts.join("told.json")).expect("what was told");
        let told = serde_json::from_str(&told).expect("JSON");
        let found = Self { name: name.to_owned(), told, unfinished: vec![], needed: vec![], world };
        Self {
            unfinished: found.calls("outcome IN ('running', 'waiting')"),
            needed: found.calls("outcome = 'needs_attention'").into_iter().map(|call| call.token).collect(),
            ..found
        }
    }

    /// All servers run this long after the folder was made.
    pub(super) fn after(self, time: SignedDuration) -> Self {
        let made: Timestamp = self.told["made_at"].as_str().expect("a moment").parse().expect("a moment");
        let ahead = (made + time).duration_since(Timestamp::now());
        let world = self.world.with_env("HOTEL_CLOCK", &format!("{}s", ahead.as_secs()));
        Self { world, ..self }
    }

    /// The calls that a token stands for, of which this is true.
    pub(super) fn calls(&self, is: &str) -> Vec<Call> {
        let journal = Connection::open(self.world.data().join("journal.db")).expect("a journal");
        let sql = format!(
            "SELECT tool, caller, token, arguments, answer FROM calls WHERE bound = 1 AND {is} ORDER BY id"
        );
        let json = |text: Option<String>| {
            text.map_or(Value::Null, |text| serde_json::from_str(&text).expect("JSON"))
        };
        let mut calls = journal.prepare(&sql).expect("a statement");
        let calls = calls.query_map([], |row| {
            Ok(Call {
                tool: row.get(0)?,
                caller: row.get(1)?,
                token: row.get(2)?,
                arguments: json(row.get(3)?),
                answer: json(row.get(4)?),
            })
        });
        calls.expect("calls").collect::<Result<_, _>>().expect("calls")
    }

    /// What became of a token's last call.
    pub(super) fn outcome(&self, token: &str) -> String {
        let sql = format!("SELECT outcome FROM calls WHERE token = '{token}' ORDER BY id DESC LIMIT 1");
        Books::open(&self.world).texts(&sql).remove(0)
    }

    /// The payment of the booking that a call was about, and the guest.
    pub(super) fn payment_of(&self, token: &str) -> (String, String) {
        let one = |file: &str, sql: String| {
            let connection = Connection::open(self.world.data().join(file)).expect("a file");
            connection.query_row(&sql, [], |row| row.get::<_, String>(0)).expect("a row")
        };
        let call =
            |column: &str| one("journal.db", format!("SELECT {column} FROM calls WHERE token = '{token}'"));
        let paid = format!(
            "SELECT id FROM intents WHERE booking = '{}' AND status = 'succeeded'",
            call("booking_number")
        );
        (one("payments.db", paid), call("guest_email"))
    }
}
