//! The command `board`: a day of the hotel on the terminal, or as a page for a browser.

use super::{failed, run_to_end};
use crate::board;
use crate::terminal::{self, Out};
use crate::tool::Front;
use anyhow::{Context, anyhow};
use serde_json::{Map, Value};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// The tool that reads a day.
pub(super) const TOOL: &str = "hotel_today";

/// Draws a day. With a file, writes the page there.
pub(super) fn run(front: &Front, date: Option<String>, html: Option<&Path>) -> anyhow::Result<ExitCode> {
    let tool = front.toolset().get(TOOL).ok_or_else(|| anyhow!("there is no tool {TOOL} here"))?;
    let arguments = date.map(|date| ("date".to_owned(), Value::from(date)));
    let arguments = Value::Object(Map::from_iter(arguments));
    let answer = run_to_end(async { Ok(front.look(tool, arguments, &front.caller()).await) })?;
    if !answer.is_success() {
        let json = answer.json();
        let told = [&json["error_message"], &json["next_step"]].map(|text| text.as_str().unwrap_or_default());
        return Ok(failed(&anyhow!("{}", told.join(" "))));
    }
    let day = &answer.json()["data"];
    let done = match html {
        Some(file) => write(file, &board::filled(board::BOARD, day)),
        None => draw(day),
    };
    Ok(done.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS))
}

fn write(file: &Path, page: &str) -> anyhow::Result<()> {
    std::fs::write(file, page).with_context(|| format!("{} cannot be written", file.display()))?;
    writeln!(terminal::out(), "wrote {}", file.display())?;
    Ok(())
}

/// Colours are for a terminal, unless NO_COLOR says otherwise.
fn draw(day: &Value) -> anyhow::Result<()> {
    Ok(board::drawn(&mut Out::of(anstream::stdout()), day, terminal::width())?)
}
