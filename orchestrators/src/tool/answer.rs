//! The one shape of every answer: `{"success": true, "data": …}`, or the failure with its code, status and next step.

use crate::saga::Question;
use serde_json::{Map, Value, json};
use skills::{ErrorCode, Outage, Refusal};

/// What a tool answers.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    json: Value,
    /// What a person must agree to before the call is made again.
    question: Option<Box<Question>>,
}

impl Answer {
    /// A success.
    pub fn success(data: Value) -> Self {
        let json = Map::from_iter([("success".to_owned(), true.into()), ("data".to_owned(), data)]);
        Self::stored(Value::Object(json))
    }

    /// A failure, with all details of its refusal.
    pub fn failure(refusal: &Refusal) -> Self {
        let code = refusal.error_code;
        let next_step = refusal.next_step.clone().unwrap_or_else(|| code.kind().next_step().to_owned());
        Self::stored(json!({
            "success": false,
            "error_code": code.as_str(),
            "http_status": refusal.http_status(),
            "error_message": refusal.error_message,
            "retry_safe": refusal.retry_safe(),
            "next_step": next_step,
            "details": refusal.details,
        }))
    }

    /// Adds warnings, if there are any.
    pub(crate) fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        if !warnings.is_empty() {
            self.json["data"]["warnings"] = warnings.into();
        }
        self
    }

    /// A stored answer.
    pub const fn stored(value: Value) -> Self {
        Self { json: value, question: None }
    }

    /// Whether it is a success.
    pub fn is_success(&self) -> bool {
        self.json["success"] == true
    }

    /// The error code of a failure.
    pub fn error_code(&self) -> Option<&str> {
        self.json["error_code"].as_str()
    }

    /// Changes the answer's JSON.
    pub(super) fn map(self, change: impl FnOnce(Value) -> Value) -> Self {
        Self { json: change(self.json), question: self.question }
    }

    /// Adds the question that a person must agree to.
    pub(crate) fn asking(self, question: Box<Question>) -> Self {
        Self { question: Some(question), ..self }
    }

    /// The question that a person must agree to before the call is made again, if there is one.
    pub(crate) fn take_question(&mut self) -> Option<Box<Question>> {
        self.question.take()
    }

    /// The answer as JSON.
    pub const fn json(&self) -> &Value {
        &self.json
    }

    /// How many rows a list has.
    pub fn rows(&self) -> Option<i64> {
        self.json["data"]["count"].as_i64()
    }

    /// Adds the idempotency token to a writing tool's answer: in `data` of a success, in `details` of a failure that
    /// may be retried.
    pub fn with_token(mut self, token: &str, replayed: bool) -> Self {
        if self.is_success() {
            self.json["data"]["idempotency_token"] = token.into();
            self.json["data"]["replayed"] = replayed.into();
        } else if self.json["retry_safe"] == true {
            self.json["details"]["idempotency_token"] = token.into();
        }
        self
    }
}

/// Seconds until a retry, for a system that limits the rate and does not say how long.
const COME_BACK_SECONDS: u64 = 5;

/// The refusal for an outage before anything was done.
pub(crate) fn outage(outage: &Outage) -> Refusal {
    if outage.error_code == ErrorCode::StorageUnavailable {
        return storage(outage, "Nothing was done.");
    }
    let system = outage.system.name();
    let (message, next) = match outage.error_code {
        ErrorCode::RateLimited => (
            format!("{system} is asked too much at the moment."),
            "Wait, then call again with the same idempotency_token.",
        ),
        ErrorCode::UpstreamTimeout if outage.held_by_another => (
            "Another call is working on the same booking, room or request, and did not end in time."
                .to_owned(),
            "Call again in a moment with the same idempotency_token.",
        ),
        ErrorCode::UpstreamTimeout => {
            (format!("{system} did not answer in time."), "Call again with the same idempotency_token.")
        }
        _ => (
            format!("{system} cannot be reached at the moment."),
            "Call again in a moment with the same idempotency_token.",
        ),
    };
    let refusal =
        Refusal::new(outage.error_code, format!("{} Nothing was done.", sentence(&message))).next(next);
    with_wait(refusal, outage)
}

/// The refusal for a caller whose calls for this minute are used up.
pub(crate) fn over_budget(seconds: u64) -> Refusal {
    Refusal::new(
        ErrorCode::RateLimited,
        "These are more calls than one caller may make in a minute. Nothing was done.",
    )
    .next("Wait for details.retry_after_seconds, then call again with the same idempotency_token.")
    .detail("retry_after_seconds", seconds)
}

/// The refusal for a local file that cannot be used; `done` says what became of the call.
pub(crate) fn storage(outage: &Outage, done: &str) -> Refusal {
    let stays = outage.file.as_ref().is_some_and(|file| file.stays);
    let (what, next) = if stays {
        (
            "The hotel's own storage is damaged or gone.",
            "Tell the staff: whoever runs the servers has to mend it (staff-server doctor).",
        )
    } else {
        (
            "The hotel's own storage cannot take this at the moment.",
            "Call again in a moment with the same idempotency_token.",
        )
    };
    let refusal = Refusal::new(outage.error_code, format!("{what} {done}")).next(next);
    let refusal = Refusal { lasting: stays, ..refusal };
    match &outage.file {
        Some(file) => refusal.detail("file", file.name.as_str()).detail("reason", outage.reason.as_str()),
        None => refusal,
    }
}

/// Adds when to retry, if the system said so or limits the rate.
fn with_wait(refusal: Refusal, outage: &Outage) -> Refusal {
    let seconds = match refusal.error_code {
        ErrorCode::RateLimited => Some(outage.retry_after_seconds.unwrap_or(COME_BACK_SECONDS)),
        _ => outage.retry_after_seconds,
    };
    match seconds {
        Some(seconds) => refusal.detail("retry_after_seconds", seconds),
        None => refusal,
    }
}

/// Whether an external system caused the refusal: by its own code, or by the code in `cause`.
fn is_the_systems(code: ErrorCode, details: &Map<String, Value>) -> bool {
    let cause = details.get(CAUSE).and_then(Value::as_str).and_then(ErrorCode::named);
    code.kind().is_the_systems() || cause.is_some_and(|code| code.kind().is_the_systems())
}

/// Whether an external system caused the failure of an answer.
pub(super) fn is_of_a_system(answer: &Answer) -> bool {
    let code = answer.error_code().and_then(ErrorCode::named);
    let details = answer.json["details"].as_object();
    code.zip(details).is_some_and(|(code, details)| is_the_systems(code, details))
}

/// An external system's message in a refusal, in one line for staff and the log; none if no system refused.
pub(crate) fn because(refusal: &Refusal) -> Option<String> {
    if !is_the_systems(refusal.error_code, &refusal.details) {
        return None;
    }
    let text = |name: &str| refusal.details.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let place = match (text("object"), text("field")) {
        (Some(object), Some(field)) => Some(format!("{object}.{field}")),
        (object, field) => object.or(field).map(str::to_owned),
    };
    let code = match (text("system_code"), place) {
        (Some(code), Some(place)) => format!("{code} on {place}"),
        (code, place) => {
            code.map(str::to_owned).or(place).unwrap_or_else(|| refusal.error_code.as_str().to_owned())
        }
    };
    Some(match text("system_message") {
        Some(message) => format!("{code}: {message}"),
        None => format!("{code}: {}", refusal.error_message),
    })
}

/// The refusal of a call whose effects have been undone. `on_its_way`: the bank has the refund, the guest does not yet.
pub(crate) fn undone(refusal: Refusal, on_its_way: bool) -> Refusal {
    let mut refusal = without_nothing_done(refusal).detail("undone", true);
    if on_its_way {
        refusal = refusal.detail("refund_status", "pending");
    }
    let given_back = given_back(&refusal.details);
    if !refusal.error_message.ends_with(['.', '!', '?']) {
        refusal.error_message.push('.');
    }
    refusal.error_message.push_str(given_back);
    refusal
}

pub(super) fn given_back(details: &Map<String, Value>) -> &'static str {
    if details.get("refund_status").is_some_and(|status| status == "pending") {
        " The payment had been charged; what had been done was undone, and the money is on its way back in full."
    } else {
        " The payment had been charged; what had been done was undone, and the money was given back in full."
    }
}

/// Removes from a refusal that nothing was done or charged: the text was written for a call without effects.
fn without_nothing_done(mut refusal: Refusal) -> Refusal {
    let honest = |text: &str| {
        let parts = text.split_inclusive(['.', ';']);
        let kept: String = parts.filter(|part| !part.to_lowercase().contains("nothing was")).collect();
        match kept.trim_end().strip_suffix(';') {
            Some(kept) => format!("{kept}."),
            None => kept.trim_end().to_owned(),
        }
    };
    refusal.error_message = honest(&refusal.error_message);
    refusal.next_step = refusal.next_step.map(|step| honest(&step)).filter(|step| !step.is_empty());
    refusal
}

/// The refusal while a call is still being finished.
pub(crate) fn pending(code: ErrorCode) -> Refusal {
    let message = if code == ErrorCode::CheckoutPending {
        "The stay is paid; closing it is still being finished. Nobody is charged twice."
    } else {
        "This is still being worked on; it will be finished without being done twice."
    };
    Refusal::new(code, message).next("Call again in a moment with the same idempotency_token.")
}

/// The refusal while an outage keeps a call from being finished.
pub(crate) fn pending_behind(code: ErrorCode, outage: &Outage) -> Refusal {
    if outage.error_code == ErrorCode::StorageUnavailable && code == outage.error_code {
        return storage(outage, "What was begun will be finished without being done twice.");
    }
    let refusal = pending(code);
    if code == ErrorCode::RateLimited { with_wait(refusal, outage) } else { refusal }
}

/// The refusal when this server failed before anything was done.
pub(crate) fn internal() -> Refusal {
    Refusal::new(ErrorCode::InternalError, "Something went wrong on the server. Nothing was done.")
        .next("Call again with the same idempotency_token; if it stays, tell the staff.")
}

/// The same refusal of a read, which is made again without a token.
pub(crate) fn of_a_read(refusal: Refusal) -> Refusal {
    let next_step = refusal.next_step.map(|step| step.replace(" with the same idempotency_token", ""));
    Refusal { next_step, ..refusal }
}

/// The detail field with the error code that made a call need attention.
const CAUSE: &str = "cause";

/// The refusal when the program failed while answering: the call itself goes on, or has ended.
pub(crate) fn unknown() -> Refusal {
    Refusal::new(
        ErrorCode::InternalError,
        "Something went wrong on the server while it answered; what became of the call is in its records.",
    )
    .next("Call again with the same idempotency_token: what was done is not done twice.")
}

/// The refusal of a call that could not be recorded: an earlier one under its token may have had an effect.
pub(crate) fn unrecorded() -> Refusal {
    Refusal::new(
        ErrorCode::InternalError,
        "Something went wrong on the server: this call could not be recorded, so nothing was changed by it.",
    )
    .next("Call again with the same idempotency_token; if it stays, tell the staff.")
}

/// The refusal when an effect can be neither finished nor undone, and why.
pub(crate) fn needs_attention(why: Refusal) -> Refusal {
    let cause = why.error_code;
    let why = without_nothing_done(why);
    let mut refusal = Refusal::new(
        ErrorCode::NeedsAttention,
        format!("{} This needs a member of staff.", sentence(&why.error_message)),
    )
    .next("Staff: look at the call with search_tool_calls; a charged stay can be refunded with compensate_checkout_failure.");
    refusal.details = why.details;
    if cause == ErrorCode::NeedsAttention { refusal } else { refusal.detail(CAUSE, cause.as_str()) }
}

/// The refusal of an unfinished call that staff have ended.
pub(crate) fn ended_by_hand() -> Refusal {
    Refusal::new(ErrorCode::NeedsAttention, "This call was not finished; a member of staff has ended it.")
        .next("Look at the present state; what is still wanted takes a new idempotency_token.")
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use skills::System;

    #[test]
    fn who_reads_is_never_sent_back_with_a_token() {
        let limited =
            Outage { error_code: ErrorCode::RateLimited, ..Outage::unreached(System::Crm, "limit") };
        let late = Outage { error_code: ErrorCode::UpstreamTimeout, ..limited.clone() };
        let held = Outage { held_by_another: true, ..late.clone() };
        let stored = Outage { error_code: ErrorCode::StorageUnavailable, ..limited.clone() };
        let outages = [limited, late, held, stored, Outage::unreached(System::Crm, "refused")];
        for refusal in outages.iter().map(outage).chain([internal()]) {
            let next_step = of_a_read(refusal).next_step.expect("what to do");
            assert!(!next_step.contains("token"), "{next_step}");
        }
    }
}
