//! What `--replay` found and did, in sentences.

use super::{PastWish, Report, Standing};
use crate::terminal::{clean, fitted};
use serde_json::{Map, Value};

/// The longest text of an argument that is shown, in characters.
const LONGEST: usize = 60;

pub(super) fn told(report: &Report, sent: bool) -> String {
    let mut lines = vec![summary(report)];
    lines.extend(report.writes.iter().map(line));
    if !sent && report.count(Standing::ToSend) > 0 {
        lines.push("Nothing was sent. Give --yes too to send what can be sent.".to_owned());
    }
    lines.iter().map(|line| fitted(line, 2) + "\n").collect()
}

fn summary(report: &Report) -> String {
    let writes = match report.writes.len() {
        0 => return format!("No write was ended by an outage since {}.", report.since),
        1 => "1 write was".to_owned(),
        n => format!("{n} writes were"),
    };
    format!("{writes} ended by an outage since {}.", report.since)
}

fn line(write: &PastWish) -> String {
    let call = &write.call;
    let times = match write.times_asked {
        1 => String::new(),
        times => format!(", asked {times} times"),
    };
    let token = call.idempotency_token.as_deref().unwrap_or("-");
    format!(
        "{}: {}{} (by {}, {}{times}, token {token}). {}{}",
        state(write.standing),
        call.tool,
        given(&call.arguments),
        call.caller,
        call.started_at,
        write.message,
        next(write.standing),
    )
}

/// The arguments as the command `call` takes them, long texts cut.
fn given(arguments: &Map<String, Value>) -> String {
    let one = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), clean);
        let cut = text.chars().nth(LONGEST).is_some();
        let text: String = text.chars().take(LONGEST).chain(cut.then_some('…')).collect();
        let quote = if text.contains(' ') { "\"" } else { "" };
        format!(" {name}={quote}{text}{quote}")
    };
    arguments.iter().map(one).collect()
}

const fn state(standing: Standing) -> &'static str {
    match standing {
        Standing::ToSend => "Can be sent",
        Standing::AlreadyDone => "Already done",
        Standing::InHand => "Unfinished",
        Standing::AskAgain => "Must be asked again",
        Standing::Done => "Sent and done",
        Standing::Refused => "Sent and refused",
        Standing::Failed => "Sent in vain",
        Standing::Pending => "Sent and pending",
        Standing::NeedsAttention => "Sent and needs attention",
    }
}

/// What is to be done, where the message does not say it.
const fn next(standing: Standing) -> &'static str {
    match standing {
        Standing::AskAgain => " If it is still wanted, whoever made it must ask again.",
        Standing::Failed => " Run this again later.",
        Standing::Pending | Standing::NeedsAttention => " See reconcile.",
        _ => "",
    }
}

/// What a call that was sent was answered.
pub(super) fn of_answer(standing: Standing, answer: &Value) -> String {
    match (standing, answer["error_message"].as_str()) {
        (Standing::Done, _) => "It has been done.".to_owned(),
        (_, Some(why)) => {
            format!("{why} ({})", answer["error_code"].as_str().unwrap_or_default())
        }
        (_, None) => "Its answer could not be read.".to_owned(),
    }
}
