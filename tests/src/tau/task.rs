//! A task, read from its file. The files have the form of τ²-bench; CONTRIBUTING.md says what a hotel adds.

use super::words::dated;
use crate::{Books, Server, World};
use serde_json::Value;
use std::path::Path;

/// The files of tasks, by subject.
const SUBJECTS: [&str; 8] =
    ["arrivals", "bookings", "changes", "departures", "refunds", "requests", "rooms", "questions"];

/// A task.
#[derive(Debug, Clone)]
pub struct Task(Value);

/// A file of `tests/tau`.
fn data(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tau").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All tasks, in the order of their files.
///
/// # Panics
/// When a file is not one of tasks.
#[must_use]
pub fn all() -> Vec<Task> {
    let tasks = |subject| match data(&format!("tasks/{subject}.json")) {
        Value::Array(tasks) => tasks,
        _ => panic!("{subject}.json is no list of tasks"),
    };
    SUBJECTS.into_iter().flat_map(tasks).map(Task).collect()
}

/// A call that the reference makes.
#[derive(Debug)]
pub struct Action {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
    /// The code of the refusal that it meets, if it meets one.
    pub refused: Option<String>,
}

impl Action {
    /// The arguments with `payment of BK-0001` as the payment of that booking: nobody knows its id beforehand.
    pub fn with_payments(&self, books: &Books) -> Value {
        let mut arguments = self.arguments.clone();
        for value in arguments.as_object_mut().unwrap().values_mut() {
            if let Some(booking) = value.as_str().and_then(|text| text.strip_prefix("payment of ")) {
                let sql =
                    format!("SELECT id FROM intents WHERE booking = '{booking}' AND status = 'succeeded'");
                *value = books.texts(&sql).pop().expect("a payment").into();
            }
        }
        arguments
    }
}

impl Task {
    /// Its name.
    pub fn id(&self) -> &str {
        text(&self.0["id"])
    }

    /// Its part that names all of what a task must have.
    pub fn scenario(&self) -> &Value {
        &self.0["user_scenario"]
    }

    /// The calls of the reference, in order.
    pub fn actions(&self) -> Vec<Action> {
        let action = |action: &Value| Action {
            tool: text(&action["name"]).to_owned(),
            arguments: dated(&action["arguments"]),
            refused: action["info"]
                .as_str()
                .and_then(|info| info.strip_prefix("refused: "))
                .map(str::to_owned),
        };
        let criteria = &self.0["evaluation_criteria"];
        list(&criteria["actions"]).iter().map(action).collect()
    }

    /// What must have changed in the hotel in the end; nothing else may have.
    pub fn changes(&self) -> Value {
        let assertions = list(&self.0["evaluation_criteria"]["env_assertions"]);
        let [assertion] = assertions else { panic!("{}: one assertion says what has changed", self.id()) };
        assert_eq!(assertion["func_name"], "only_these_rows_changed", "{}", self.id());
        dated(&assertion["arguments"])
    }

    /// What the person must be told in the end.
    pub fn told(&self) -> Vec<String> {
        let told = list(&self.0["evaluation_criteria"]["communicate_info"]).iter().map(text);
        told.map(|told| text(&dated(&told.into())).to_owned()).collect()
    }

    /// The server that the task is played on: its name, and the setting that says for whom it acts.
    pub(super) fn server(&self) -> (&str, &'static str, &str) {
        let user = &self.0["initial_state"]["initialization_data"]["user_data"];
        let server = text(&user["server"]);
        let setting = if server == "guest-server" { "GUEST_EMAIL" } else { "STAFF_EMAIL" };
        (server, setting, text(&user["acts_for"]))
    }

    /// The sentences of the policy that it is about.
    pub fn policies(&self) -> Vec<&str> {
        text(&self.0["description"]["relevant_policies"]).split(", ").collect()
    }

    /// The persona of the server that it is played on.
    pub fn persona(&self) -> &str {
        self.server().0.strip_suffix("-server").unwrap()
    }

    /// Starts that server.
    pub fn start(&self, world: &World) -> Server {
        let (server, setting, acts_for) = self.server();
        world.start(server, &[], &[(setting, acts_for)])
    }

    /// A copy of a seeded hotel, in which the task begins.
    pub async fn hotel(&self, seeded: &World) -> World {
        let mut world = seeded.copy();
        let initial = &self.0["initial_state"];
        for (table, key, column, value) in cells(&initial["initialization_data"]["agent_data"]) {
            world = match (table, column) {
                ("bookings", "moved_by_days") => world.with_booking_moved(key, value.as_i64().unwrap()),
                ("bookings", "status") => world.with_booking_status(key, text(value)),
                ("rooms", "status") => world.with_room(key, text(value), None),
                _ => panic!("{}: a task cannot begin with {table}.{column}", self.id()),
            };
        }
        let before = list(&initial["initialization_actions"]);
        if !before.is_empty() {
            let staff = world.staff();
            for call in before {
                staff.done(text(&call["func_name"]), dated(&call["arguments"])).await;
            }
            assert!(staff.close().await.success(), "{}", self.id());
        }
        world
    }
}

/// The cells of `{table: {key: {column: value}}}`.
fn cells(tables: &Value) -> Vec<(&str, &str, &str, &Value)> {
    let mut cells = vec![];
    for (table, rows) in tables.as_object().into_iter().flatten() {
        for (key, row) in rows.as_object().into_iter().flatten() {
            let row = row.as_object().into_iter().flatten();
            cells.extend(row.map(|(column, value)| (table.as_str(), key.as_str(), column.as_str(), value)));
        }
    }
    cells
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
