//! The command `board`: a day of the hotel, or the steps of a call, on the terminal or as a page for a browser.

use super::{failed, run_to_end};
use crate::board;
use crate::terminal::{self, Out};
use crate::tool::{Front, Toolset};
use anyhow::{Context, anyhow, bail};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// What to draw.
pub(super) enum Wish {
    /// A day; today if none is given.
    Day(Option<String>),
    /// The calls of a token.
    Call(String),
}

impl Wish {
    /// The tool that reads it.
    const fn tool(&self) -> &'static str {
        match self {
            Self::Day(_) => "hotel_today",
            Self::Call(_) => "search_tool_calls",
        }
    }

    fn arguments(&self) -> Value {
        match self {
            Self::Day(date) => json!({"date": date}),
            Self::Call(token) => json!({"idempotency_token": token}),
        }
    }

    /// Whether this server has the tool.
    pub(super) fn check(&self, toolset: &Toolset) -> anyhow::Result<()> {
        if toolset.get(self.tool()).is_none() {
            bail!("board: {} is left out here (--exclude-tools, HOTEL_EXCLUDE_TOOLS)", self.tool());
        }
        Ok(())
    }
}

/// Draws it. With a file, writes the page there.
pub(super) fn run(front: &Front, wish: &Wish, html: Option<&Path>) -> anyhow::Result<ExitCode> {
    let tool = front.toolset().get(wish.tool()).ok_or_else(|| anyhow!("there is no tool {}", wish.tool()))?;
    let answer = run_to_end(async { Ok(front.look(tool, wish.arguments(), &front.caller()).await) })?;
    let json = answer.json();
    if !answer.is_success() {
        let told = [&json["error_message"], &json["next_step"]].map(|text| text.as_str().unwrap_or_default());
        return Ok(failed(&anyhow!("{}", told.join(" "))));
    }
    if json["data"]["count"] == 0 {
        return Ok(failed(&anyhow!("no call has this token")));
    }
    let done = match html {
        Some(file) => write(file, wish, &json["data"]),
        None => draw(wish, &json["data"]),
    };
    Ok(done.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS))
}

fn write(file: &Path, wish: &Wish, answer: &Value) -> anyhow::Result<()> {
    let page: &str = match wish {
        Wish::Day(_) => &board::BOARD,
        Wish::Call(_) => &board::CALLS,
    };
    std::fs::write(file, board::filled(page, answer))
        .with_context(|| format!("{} cannot be written", file.display()))?;
    writeln!(terminal::out(), "wrote {}", file.display())?;
    Ok(())
}

/// Colours are for a terminal, unless NO_COLOR says otherwise.
fn draw(wish: &Wish, answer: &Value) -> anyhow::Result<()> {
    let (mut out, width) = (Out::of(anstream::stdout()), terminal::width());
    match wish {
        Wish::Day(_) => board::drawn(&mut out, answer, width)?,
        Wish::Call(_) => board::calls_drawn(&mut out, answer, width)?,
    }
    Ok(())
}
