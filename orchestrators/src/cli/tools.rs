//! The commands `tools` and `call`.

use super::{REFUSED, run_to_end};
use super::{arguments, asking};
use crate::mcp;
use crate::terminal;
use crate::tool::{Front, Tool, Toolset, nearest};
use anyhow::anyhow;
use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// The column of a tool's first sentence, if the terminal is wide enough.
const SENTENCES: usize = 37;
/// The narrowest terminal in which name and sentence stand side by side.
const SIDE_BY_SIDE: usize = 80;

/// Prints the tools, one a line; as JSON, the array that `tools/list` answers.
pub(super) fn print(toolset: &Toolset, json: bool) -> anyhow::Result<()> {
    let mut out = terminal::out();
    if json {
        writeln!(out, "{}", serde_json::to_string(&mcp::tool_list(toolset))?)?;
        return Ok(());
    }
    let is_narrow = terminal::width().is_some_and(|width| width < SIDE_BY_SIDE);
    for tool in toolset.tools() {
        if is_narrow {
            writeln!(out, "{}\n    {}", tool.name, terminal::fitted(tool.summary(), 4))?;
        } else {
            writeln!(out, "{:36} {}", tool.name, terminal::fitted(tool.summary(), SENTENCES))?;
        }
    }
    Ok(())
}

/// A call that can be made: its tool exists and its arguments can be read. Nothing is opened for any other.
pub(super) struct Call {
    name: &'static str,
    arguments: Value,
}

impl Call {
    /// Reads the name of a tool and its arguments.
    pub(super) fn read(toolset: &Toolset, tool: &str, arguments: &[String]) -> anyhow::Result<Self> {
        let tool = toolset.get(tool).ok_or_else(|| unknown(toolset, tool))?;
        Ok(Self { name: tool.name, arguments: arguments::read(tool, arguments)? })
    }

    /// Runs the tool and prints its answer.
    pub(super) fn run(self, front: &Front, json: bool, yes: bool) -> anyhow::Result<ExitCode> {
        let tool = front.toolset().get(self.name).ok_or_else(|| unknown(front.toolset(), self.name))?;
        run_to_end(call(front, tool, self.arguments, json, yes))
    }
}

fn unknown(toolset: &Toolset, given: &str) -> anyhow::Error {
    match nearest(given, toolset.tools().iter().map(|tool| tool.name)) {
        Some(meant) => anyhow!("there is no tool {given}; did you mean {meant}?"),
        None => anyhow!("there is no tool {given}; the command tools lists those there are"),
    }
}

async fn call(
    front: &Front,
    tool: &Tool,
    arguments: Value,
    json: bool,
    yes: bool,
) -> anyhow::Result<ExitCode> {
    let answer = asking::answered(front, tool, arguments, yes).await?;
    let mut out = terminal::out();
    let told = if json { writeln!(out, "{}", answer.json()) } else { writeln!(out, "{:#}", answer.json()) };
    front.engine().wind_down(Duration::from_secs(4)).await;
    if let Err(error) = told {
        // The call was made all the same, so this is no misuse of the command line.
        let token = answer.json()["data"]["idempotency_token"].as_str().unwrap_or("none");
        let problem = "the call was made, and its answer could not be written";
        let _ = writeln!(std::io::stderr(), "error: {problem}: {error} (idempotency_token: {token})");
        return Ok(ExitCode::from(REFUSED));
    }
    Ok(if answer.is_success() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
