//! Calls on a line of time for a terminal: each with its steps, how long they took, ways back, and other servers.

use super::texts::{clean, fitted, plain, width_for};
use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use serde_json::Value;
use std::io::{self, Write};

/// The columns of a step's name and of its outcome.
const COLUMNS: (usize, usize) = (32, 20);
/// The narrowest line of time.
const LEAST_BAR: usize = 10;
/// What the name of a way back begins with, as the trail shows it.
const BACK: &str = "undo ";

/// Writes what `search_tool_calls` answered. `width` is the terminal's, if there is one.
pub(crate) fn calls_drawn(out: &mut impl Write, answer: &Value, width: Option<usize>) -> io::Result<()> {
    let width = width_for(width);
    let calls = answer["tool_calls"].as_array().into_iter().flatten();
    for (at, call) in calls.enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        drawn(out, call, width)?;
    }
    Ok(())
}

fn drawn(out: &mut impl Write, call: &Value, width: usize) -> io::Result<()> {
    let bold = style(&call["outcome"]).bold();
    let mut line = |style: Style, text: &str| writeln!(out, "{style}{}{style:#}", fitted(text, width));
    let about = [&call["booking_number"], &call["guest_email"], &call["started_at"]].map(plain);
    let about: Vec<_> = about.into_iter().filter(|text| !text.is_empty()).collect();
    line(bold, &format!("{}: {}", plain(&call["tool"]), plain(&call["outcome"]).replace('_', " ")))?;
    line(Style::new(), &format!("  {}, by {}", about.join(", "), plain(&call["caller"])))?;
    for note in notes(call) {
        line(Style::new(), &format!("  {note}"))?;
    }
    let steps: Vec<_> = call["steps"].as_array().into_iter().flatten().collect();
    let span = Span::of(&steps);
    for step in steps {
        let (name, said) = (name(step), said(step));
        let (names, outcomes) = COLUMNS;
        let bar = width.checked_sub(names + outcomes + 4).filter(|room| *room >= LEAST_BAR);
        let text = match bar {
            Some(room) => {
                let (name, said) = (fitted(&name, names), fitted(&said, outcomes));
                format!("  {name:names$} {said:outcomes$} {}", span.bar(step, room))
            }
            None => format!("  {name} {said}"),
        };
        line(style(&step["outcome"]), text.trim_end())?;
    }
    Ok(())
}

/// What became of a call beside its steps.
fn notes(call: &Value) -> Vec<String> {
    let text = |name: &str, before: &str| call[name].as_str().map(|text| format!("{before}{}", clean(text)));
    let times = |name: &str, what: &str| {
        let count = call[name].as_u64()?;
        Some(format!("{what} {count} {}", if count == 1 { "time" } else { "times" }))
    };
    [
        text("error_code", "answered "),
        text("refused_because", "the system said: "),
        text("waiting_because", "pending because: "),
        times("recoveries", "another server went on with it"),
        times("replays", "its token was sent again"),
        times("asked_again", "its caller came back"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn name(step: &Value) -> String {
    let name = plain(&step["name"]);
    name.strip_prefix(BACK).map_or_else(|| name.clone(), |step| format!("way back: {step}"))
}

fn said(step: &Value) -> String {
    let outcome = plain(&step["outcome"]);
    step["duration_ms"].as_i64().map_or_else(|| outcome.clone(), |ms| format!("{outcome}, {ms} ms"))
}

fn style(outcome: &Value) -> Style {
    let colour = match outcome.as_str() {
        Some("done" | "sent" | "delivered") => AnsiColor::Green,
        Some("refused" | "failed" | "undelivered") => AnsiColor::Red,
        Some(outcome) if outcome.starts_with("needs") => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    colour.on_default()
}

/// The time from the first step to the end of the last, in milliseconds.
struct Span {
    from: i64,
    length: i64,
}

impl Span {
    fn of(steps: &[&Value]) -> Self {
        let from = steps.iter().filter_map(|step| start(step)).min().unwrap_or(0);
        let end = |step: &&Value| Some(start(step)? + step["duration_ms"].as_i64().unwrap_or(0));
        let to = steps.iter().filter_map(end).max().unwrap_or(from);
        Self { from, length: (to - from).max(1) }
    }

    /// A step's part of the time, so many columns wide.
    fn bar(&self, step: &Value, columns: usize) -> String {
        let Some(start) = start(step) else { return String::new() };
        let columns = i64::try_from(columns).unwrap_or(i64::MAX);
        let before = ((start - self.from) * columns / self.length).clamp(0, columns - 1);
        let long = step["duration_ms"].as_i64().unwrap_or(0) * columns / self.length;
        let long = long.clamp(1, columns - before);
        let of = |length: i64, text: &str| text.repeat(usize::try_from(length).unwrap_or(0));
        format!("{}{}", of(before, " "), of(long, "="))
    }
}

fn start(step: &Value) -> Option<i64> {
    step["started_at"].as_str()?.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_is_drawn_in_the_order_and_time_of_its_steps() {
        let step = |name: &str, second: &str, ms: i64| json!({"name": name, "outcome": "done", "started_at": format!("2026-11-28T09:00:{second}Z"), "duration_ms": ms});
        let call = json!({"tool": "process_guest_checkout", "outcome": "refused", "caller": "staff", "recoveries": 1,
            "started_at": "2026-11-28T09:00:00Z",
            "steps": [step("look_up", "00.000", 100), step("undo confirm_payment", "00.500", 500)]});
        let drawn = |width: usize| {
            let mut out = anstream::StripStream::new(vec![]);
            calls_drawn(&mut out, &json!({"tool_calls": [call]}), Some(width)).unwrap();
            String::from_utf8(out.into_inner()).unwrap()
        };
        let wide = drawn(76);
        assert!(wide.contains("another server went on with it 1 time"), "{wide}");
        assert!(wide.lines().any(|line| line.contains("look_up") && line.ends_with(" ==")), "{wide}");
        assert!(
            wide.lines()
                .any(|line| line.contains("way back: confirm_payment")
                    && line.ends_with("          ==========")),
            "{wide}"
        );
        assert!(drawn(40).lines().all(|line| line.chars().count() <= 40), "{}", drawn(40));
    }
}
