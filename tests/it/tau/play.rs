//! The golden calls of every task, made on a copy of the seeded hotel. What has changed in the hotel afterwards must be what
//! the task expects, and nothing else.

use super::holds;
use orchestrators::tool::Toolset;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tests::tau::{self, Task, state};
use tests::{Books, World};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many tasks are played at a time.
const AT_A_TIME: usize = 4;
/// The fewest tasks there are.
const FEWEST: usize = 100;

/// Plays a task; says what went otherwise than it should.
async fn play(task: &Task, seeded: &World) -> Result<(), String> {
    let world = task.hotel(seeded).await;
    let before = state::of(&Books::open(&world));
    let server = task.start(&world);
    let mut answers = String::new();
    for action in task.actions() {
        let arguments = action.with_payments(&Books::open(&world));
        let told = server.call(&action.tool, arguments).await;
        let code = told.0["error_code"].as_str().map(str::to_owned);
        if code != action.refused {
            return Err(format!("{} {} answers {}", action.tool, action.arguments, told.0));
        }
        spell(&told.0, &mut answers);
    }
    server.close().await;
    let (changes, expected) = (state::changes(&before, &state::of(&Books::open(&world))), task.changes());
    if changes != expected {
        return Err(format!("changed:  {changes}\n  expected: {expected}"));
    }
    if let Some(missing) = task.told().into_iter().find(|told| !answers.contains(told)) {
        return Err(format!("no answer has {missing:?}: {answers}"));
    }
    // A scene that was set behind the hotel's back may break rules of its own: an overstay, a guest who came late.
    Books::open(&world).are_whole();
    Ok(())
}

/// Writes the values of an answer down, amounts of cents as people say them too.
fn spell(value: &Value, into: &mut String) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value.as_u64().filter(|_| name.ends_with("_cents")) {
                    Some(cents) => writeln!(into, "{}.{:02}", cents / 100, cents % 100).unwrap(),
                    None => spell(value, into),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| spell(value, into)),
        other => {
            writeln!(into, "{}", other.as_str().map_or_else(|| other.to_string(), str::to_owned)).unwrap();
        }
    }
}

/// How many calls of tools that write the reference of each task makes.
fn writes(tasks: &[Arc<Task>]) -> Vec<usize> {
    let toolsets: BTreeMap<&str, Toolset> =
        crate::personas().map(|persona| (persona.name, Toolset::new(persona))).into();
    let writes = |task: &Arc<Task>| {
        let tools = toolsets[task.persona()].tools();
        let writes = |tool: &str| {
            tools
                .iter()
                .find(|known| known.name == tool)
                .unwrap_or_else(|| panic!("no tool {tool}"))
                .effect
                .writes()
        };
        task.actions().iter().filter(|action| writes(&action.tool)).count()
    };
    tasks.iter().map(writes).collect()
}

/// The middle of the numbers, doubled, so that it is whole.
fn twice_the_median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers[(numbers.len() - 1) / 2] + numbers[numbers.len() / 2]
}

#[tokio::test]
async fn the_golden_calls_of_every_task_bring_the_hotel_where_it_should_be() {
    let tasks: Vec<Arc<Task>> = tau::all().into_iter().map(Arc::new).collect();
    let only = std::env::var("TAU").unwrap_or_default();
    let chosen: Vec<Arc<Task>> = tasks.iter().filter(|task| task.id().contains(&only)).cloned().collect();
    let seeded = Arc::new(World::new().in_the_afternoon());
    assert!(seeded.staff().close().await.success());
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut playing = JoinSet::new();
    for task in chosen.clone() {
        let (seeded, turns) = (Arc::clone(&seeded), Arc::clone(&turns));
        playing.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            play(&task, &seeded).await.map_err(|problem| format!("{}: {problem}", task.id()))
        });
    }
    let failed: Vec<String> = playing.join_all().await.into_iter().filter_map(Result::err).collect();
    let numbers = writes(&tasks);
    let count = |persona: &str| tasks.iter().filter(|task| task.persona() == persona).count();
    let (guest, staff, right) = (count("guest"), count("staff"), chosen.len() - failed.len());
    let (total, median) = (numbers.iter().sum::<usize>(), twice_the_median(numbers));
    let median_said = format!("{}.{}", median / 2, median % 2 * 5);
    let table = format!(
        "| tasks | of a guest | of the staff | golden calls reach the end state | calls that write: in all | median of a task |\n\
         |--:|--:|--:|--:|--:|--:|\n| {} | {guest} | {staff} | {right} of {} | {total} | {median_said} |\n",
        tasks.len(),
        chosen.len()
    );
    eprintln!("{table}");
    assert!(failed.is_empty(), "{} tasks end elsewhere:\n{}", failed.len(), failed.join("\n"));
    assert!(tasks.len() >= FEWEST && median <= 3, "{table}");
    if only.is_empty() {
        holds("docs/evidence.md", "tau tasks", &table);
    }
}
