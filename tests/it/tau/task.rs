//! A task, read from its file. The files have the form of τ²-bench; CONTRIBUTING.md says what a hotel adds.

use super::data;
use super::words::{dated, days};
use serde_json::Value;
use tests::{Server, World};

/// The files of tasks, by subject.
pub(super) const SUBJECTS: [&str; 8] =
    ["arrivals", "bookings", "changes", "departures", "refunds", "requests", "rooms", "questions"];

/// A task.
pub(super) struct Task(Value);

/// All tasks, in the order of their files.
pub(super) fn all() -> Vec<Task> {
    let tasks = |subject| match data(&format!("tasks/{subject}.json")) {
        Value::Array(tasks) => tasks,
        _ => panic!("{subject}.json is no list of tasks"),
    };
    SUBJECTS.into_iter().flat_map(tasks).map(Task).collect()
}

/// A call that the reference makes.
pub(super) struct Action {
    pub(super) tool: String,
    pub(super) arguments: Value,
    /// The code of the refusal that it meets, if it meets one.
    pub(super) refused: Option<String>,
}

impl Task {
    /// Its name.
    pub(super) fn id(&self) -> &str {
        text(&self.0["id"])
    }

    /// Its part that names all of what a task must have.
    pub(super) fn scenario(&self) -> &Value {
        &self.0["user_scenario"]
    }

    /// The calls of the reference, in order.
    pub(super) fn actions(&self) -> Vec<Action> {
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
    pub(super) fn changes(&self) -> Value {
        let assertions = list(&self.0["evaluation_criteria"]["env_assertions"]);
        let [assertion] = assertions else { panic!("{}: one assertion says what has changed", self.id()) };
        assert_eq!(assertion["func_name"], "only_these_rows_changed", "{}", self.id());
        dated(&assertion["arguments"])
    }

    /// What the person must be told in the end.
    pub(super) fn told(&self) -> Vec<String> {
        let told = list(&self.0["evaluation_criteria"]["communicate_info"]).iter().map(text);
        told.map(|told| text(&dated(&told.into())).to_owned()).collect()
    }

    /// The server that the task is played on: its name, and for whom it acts.
    fn server(&self) -> (&str, &str) {
        let user = &self.0["initial_state"]["initialization_data"]["user_data"];
        (text(&user["server"]), text(&user["acts_for"]))
    }

    /// The persona of the server that it is played on.
    pub(super) fn persona(&self) -> &str {
        self.server().0.strip_suffix("-server").unwrap()
    }

    /// Starts that server.
    pub(super) fn start(&self, world: &World) -> Server {
        let (server, acts_for) = self.server();
        let setting = if server == "guest-server" { "GUEST_EMAIL" } else { "STAFF_EMAIL" };
        world.start(server, &[], &[(setting, acts_for)])
    }

    /// A copy of a seeded hotel, in which the task begins.
    pub(super) async fn hotel(&self, seeded: &World) -> World {
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

#[test]
fn every_task_says_who_asks_for_what_and_has_a_name_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for task in all() {
        assert!(seen.insert(task.id().to_owned()), "{} is there twice", task.id());
        let instructions = &task.scenario()["instructions"];
        for field in ["domain", "reason_for_call", "known_info", "task_instructions"] {
            assert!(
                instructions[field].as_str().is_some_and(|text| !text.is_empty()),
                "{}: {field}",
                task.id()
            );
        }
        assert!(task.scenario()["persona"].is_string(), "{}: persona", task.id());
        assert!(!task.actions().is_empty(), "{}: no calls", task.id());
        for sentence in text(&task.0["description"]["relevant_policies"]).split(", ") {
            assert!(
                super::sentences().iter().any(|known| known == sentence),
                "{}: no sentence {sentence}",
                task.id()
            );
        }
    }
    assert!(days("T-2") == Some(-2) && days("T") == Some(0) && days("Two").is_none() && days("T3").is_none());
}
