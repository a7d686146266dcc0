//! Prints a story for a person to follow; without colours where they are not wanted.

use crate::demo::story::{Shown, Step, Story, field};
use crate::terminal::{self, Out, wrapped};
use anstyle::{AnsiColor, Style};
use serde_json::Value;
use std::io::{self, Write};

/// The widest line, in characters; only a single long word is wider.
const WIDTH: usize = 92;
/// The narrowest line in which an answer's names and values stand side by side.
const NARROWEST: usize = 50;
/// The indent of a step's text.
const INDENT: &str = "   ";
/// The column of an answer's values.
const VALUES: usize = 29;

const SAID: Style = Style::new().bold();
const CALL: Style = AnsiColor::Cyan.on_default();
const DONE: Style = AnsiColor::Green.on_default().bold();
const REFUSED: Style = AnsiColor::Yellow.on_default().bold();
const ASIDE: Style = Style::new().italic();

/// Prints a story.
pub(super) struct Teller<W: Write> {
    out: W,
    width: usize,
}

impl Teller<Out<anstream::AutoStream<io::Stdout>>> {
    /// Colours only on a terminal, and not with `NO_COLOR`; never wider than the terminal.
    pub(super) fn on_stdout() -> Self {
        let width = terminal::width().map_or(WIDTH, |width| width.clamp(NARROWEST, WIDTH));
        Self { out: Out::of(anstream::stdout()), width }
    }
}

impl<W: Write> Teller<W> {
    /// Prints the story's introduction.
    pub(super) fn open(
        &mut self,
        story: &Story,
        server: &str,
        protocol: &str,
        tools: usize,
    ) -> io::Result<()> {
        self.text("", SAID, story.about)?;
        writeln!(self.out)?;
        let [(variable, person)] = story.environment;
        self.text(
            "",
            Style::new(),
            &format!(
                "{server} now runs as a child process on a throw-away hotel in a temporary folder, acting for {person} \
                 ({variable}). A client speaks {protocol} with it over stdio, as an agent's does, and is \
                 offered {tools} tools. None of your settings are used, and nothing is left behind."
            ),
        )
    }

    /// Prints a request and its tool call.
    pub(super) fn ask(&mut self, number: usize, step: &Step, arguments: &Value) -> io::Result<()> {
        writeln!(self.out)?;
        self.paragraph(&format!("{number:>2}. "), "    ", SAID, step.said)?;
        let (tool, arguments) = (step.tool, arguments.to_string());
        // A long line breaks between two arguments.
        let call = format!("{tool} {}", arguments.replace(",\"", ", \""));
        self.paragraph(&format!("{INDENT}-> "), &format!("{INDENT}   "), CALL, &call)
    }

    /// Prints the answer.
    pub(super) fn answer(&mut self, step: &Step, answer: &Value) -> io::Result<()> {
        if answer["success"] == true {
            writeln!(self.out, "{INDENT}{DONE}OK{DONE:#}")?;
            self.shown(&step.shown, answer)?;
        } else {
            let (code, status) = (plain(&answer["error_code"]), plain(&answer["http_status"]));
            writeln!(self.out, "{INDENT}{REFUSED}REFUSED {code} ({status}){REFUSED:#}")?;
            for name in ["error_message", "next_step"] {
                if let Some(value) = answer.get(name) {
                    self.field("", name, value)?;
                }
            }
        }
        if step.notice.is_empty() { Ok(()) } else { self.text(INDENT, ASIDE, step.notice) }
    }

    /// Prints how to go on from here.
    pub(super) fn close(&mut self, story: &Story, configuration: &Value) -> io::Result<()> {
        writeln!(self.out)?;
        self.text("", SAID, "That was all of it, and every step ended as told. Now talk to it yourself.")?;
        writeln!(self.out)?;
        let how = "Put this into the configuration of your client (Claude Desktop: claude_desktop_config.json, \
                   Cursor: .cursor/mcp.json) and start the client again:";
        self.text("", Style::new(), how)?;
        writeln!(self.out, "\n{configuration:#}\n")?;
        self.text(
            "",
            Style::new(),
            &format!(
                "It opens an embedded hotel of your own, with the guests and rooms of this story, and keeps it. \
                 Then say: {}",
                story.about
            ),
        )
    }

    fn shown(&mut self, shown: &Shown, answer: &Value) -> io::Result<()> {
        match shown {
            Shown::Fields(names) => self.fields("", names, |name| field(answer, &format!("/{name}"))),
            Shown::Rows(list, names) => {
                let rows = field(answer, &format!("/{list}")).and_then(Value::as_array);
                for row in rows.into_iter().flatten() {
                    self.fields("- ", names, |name| row.get(name))?;
                }
                match rows {
                    Some(rows) if !rows.is_empty() => Ok(()),
                    _ => self.text("      ", Style::new(), &format!("no {}", list.replace('_', " "))),
                }
            }
        }
    }

    /// Prints fields one below the other; `mark` precedes the first.
    fn fields<'a>(
        &mut self,
        mark: &str,
        names: &[&str],
        get: impl Fn(&str) -> Option<&'a Value>,
    ) -> io::Result<()> {
        let found = names.iter().filter_map(|name| Some((*name, get(name)?)));
        for (at, (name, value)) in found.enumerate() {
            self.field(if at == 0 { mark } else { "" }, name, value)?;
        }
        Ok(())
    }

    fn field(&mut self, mark: &str, name: &str, value: &Value) -> io::Result<()> {
        let before = format!("      {mark:<2}{name}");
        let before = format!("{before:VALUES$}  ");
        let below = " ".repeat(before.chars().count());
        self.paragraph(&before, &below, Style::new(), &readable(name, value))
    }

    fn text(&mut self, indent: &str, style: Style, text: &str) -> io::Result<()> {
        self.paragraph(indent, indent, style, text)
    }

    /// Prints text broken into lines; the prefixes of the first and the other lines are not styled.
    fn paragraph(&mut self, first: &str, others: &str, style: Style, text: &str) -> io::Result<()> {
        let mut before = first;
        for line in wrapped(text, self.width.saturating_sub(others.chars().count())) {
            writeln!(self.out, "{before}{style}{line}{style:#}")?;
            before = others;
        }
        Ok(())
    }
}

/// A value in readable form.
fn readable(name: &str, value: &Value) -> String {
    match value {
        Value::Number(cents) if name.ends_with("_cents") => {
            let amount = serde_json::from_value::<skills::words::Cents>(value.clone());
            amount.map_or_else(|_| plain(value), |amount| format!("{cents} ({amount})"))
        }
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(item).collect::<Vec<_>>().join(" "),
        other => plain(other),
    }
}

/// An item of a list: a sentence, or a step of a call with its outcome.
fn item(value: &Value) -> String {
    match (value["name"].as_str(), value["outcome"].as_str()) {
        (Some(name), Some(outcome)) => format!("{name}={outcome}"),
        _ => plain(value),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
