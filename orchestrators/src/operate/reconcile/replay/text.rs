//! What `--replay` found and did, in sentences.

use super::{PastWish, Report, Standing};
use crate::terminal::fitted;
use serde_json::Value;

pub(super) fn told(report: &Report, sent: bool) -> String {
    let mut lines = vec![summary(report)];
    lines.extend(report.writes.iter().map(line));
    if !sent && report.count(Standing::ToSend) > 0 {
        lines.push("Nothing was sent. Give --yes too to send what can be sent.".to_owned());
    }
    lines.iter().map(|line| fitted(line, 2) + "\n").collect()
}

fn summary(report: &Report) -> String {
    match report.writes.len() {
        0 => format!("No write was ended by an outage since {}.", report.since),
        1 => format!("1 write was ended by an outage since {}.", report.since),
        n => format!("{n} writes were ended by an outage since {}.", report.since),
    }
}

fn line(write: &PastWish) -> String {
    let call = &write.call;
    let about = [&call.booking_number, &call.guest_email];
    let about: String = about.into_iter().flatten().map(|what| format!(", {what}")).collect();
    let times = match write.times_asked {
        1 => String::new(),
        times => format!(", asked {times} times"),
    };
    let token = call.idempotency_token.as_deref().unwrap_or("-");
    format!(
        "{}: {} of {} by {}{about}{times}, token {token}. {}{}",
        state(write.standing),
        call.tool,
        call.started_at,
        call.caller,
        write.message,
        next(write.standing),
    )
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
