//! Begins and ends an attempt at a task of `tests/tau`, for an agent of yours (docs/playing-tasks.md).
//!
//!     cargo run -p tests --example task -- list
//!     cargo run -p tests --example task -- begin beth-leaves FOLDER
//!     cargo run -p tests --example task -- end beth-leaves FOLDER < what-the-agent-said
//!
//! `begin` and `end` print JSON on one line. `end` exits with 0 if the reward is 1, else with 1.

use std::io::{Error, Read, Result, Write};
use std::path::Path;
use std::process::ExitCode;
use tests::tau::{Task, all, attempt};

fn task(id: &str) -> Result<Task> {
    let found = all().into_iter().find(|task| task.id() == id);
    found.ok_or_else(|| Error::other(format!("there is no task {id}; `list` names them")))
}

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => {
            for task in all() {
                writeln!(out, "{}", task.id())?;
            }
            Ok(ExitCode::SUCCESS)
        }
        ["begin", id, folder] => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            let folder = std::path::absolute(folder)?;
            writeln!(out, "{}", runtime.block_on(attempt::begin(&task(id)?, &folder)))?;
            Ok(ExitCode::SUCCESS)
        }
        ["end", id, folder] => {
            let mut said = String::new();
            std::io::stdin().read_to_string(&mut said)?;
            let found = attempt::end(&task(id)?, Path::new(folder), &said);
            writeln!(out, "{found}")?;
            Ok(ExitCode::from(u8::from(found["reward"] != 1.0)))
        }
        _ => Err(Error::other("list, begin TASK FOLDER, or end TASK FOLDER")),
    }
}
