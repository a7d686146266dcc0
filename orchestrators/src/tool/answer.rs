//! The one shape of every answer: `{"success": true, "data": …}` or the failure with its code, status and way on.

use serde_json::{Map, Value, json};
use skills::{ErrorCode, Outage, Refusal};

/// What a tool answers.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Answer(Value);

impl Answer {
    /// A success.
    pub fn success(data: Value) -> Self {
        Self(Value::Object(Map::from_iter([("success".to_owned(), true.into()), ("data".to_owned(), data)])))
    }

    /// A failure, with all that is known of it.
    pub fn failure(refusal: &Refusal) -> Self {
        let code = refusal.error_code;
        let next_step = refusal.next_step.clone().unwrap_or_else(|| code.kind().next_step().to_owned());
        Self(json!({
            "success": false,
            "error_code": code.as_str(),
            "http_status": refusal.http_status(),
            "error_message": refusal.error_message,
            "retry_safe": refusal.retry_safe(),
            "next_step": next_step,
            "details": refusal.details,
        }))
    }

    /// The same, with what has to be mentioned, if anything has.
    pub(crate) fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        if !warnings.is_empty() {
            self.0["data"]["warnings"] = warnings.into();
        }
        self
    }

    /// A stored answer.
    pub const fn stored(value: Value) -> Self {
        Self(value)
    }

    /// Whether it is a success.
    pub fn is_success(&self) -> bool {
        self.0["success"] == true
    }

    /// The error code of a failure.
    pub fn error_code(&self) -> Option<&str> {
        self.0["error_code"].as_str()
    }

    /// The same, changed.
    pub(super) fn map(self, change: impl FnOnce(Value) -> Value) -> Self {
        Self(change(self.0))
    }

    /// The answer as JSON.
    pub const fn json(&self) -> &Value {
        &self.0
    }

    /// How many rows a list has.
    pub fn rows(&self) -> Option<i64> {
        self.0["data"]["count"].as_i64()
    }

    /// The answer of a writing tool, with its token: in `data` of a success, in `details` of a failure that may be
    /// sent again.
    pub fn with_token(mut self, token: &str, replayed: bool) -> Self {
        if self.is_success() {
            self.0["data"]["idempotency_token"] = token.into();
            self.0["data"]["replayed"] = replayed.into();
        } else if self.0["retry_safe"] == true {
            self.0["details"]["idempotency_token"] = token.into();
        }
        self
    }
}

/// When to come back to a system that asks to be left alone and does not say how long.
const COME_BACK_SECONDS: u64 = 5;

/// What to tell the caller of an outage, and that nothing was done.
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

/// What to tell the caller of a file of this machine that cannot be used; `done` says what became of the call.
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

/// When to come back, if the system said so or asks to be left alone.
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

/// Whether the reason lies in a system behind the hotel: the refusal's own, or what it was caused by.
fn is_the_systems(code: ErrorCode, details: &Map<String, Value>) -> bool {
    let cause = details.get(CAUSE).and_then(Value::as_str).and_then(ErrorCode::named);
    code.kind().is_the_systems() || cause.is_some_and(|code| code.kind().is_the_systems())
}

/// The same of an answer.
pub(super) fn is_of_a_system(answer: &Answer) -> bool {
    let code = answer.error_code().and_then(ErrorCode::named);
    let details = answer.0["details"].as_object();
    code.zip(details).is_some_and(|(code, details)| is_the_systems(code, details))
}

/// What a system said that refused, in one line for staff and the log; none of any other refusal.
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

/// A refusal that came after something had been done, which has been undone since. `on_its_way`: the bank has the refund,
/// and the guest not yet.
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

/// Takes out of a refusal that nothing was done or charged: it was worded for a call that had done nothing yet.
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

/// What to tell the caller when a call goes on without an answer yet.
pub(crate) fn pending(code: ErrorCode) -> Refusal {
    let message = if code == ErrorCode::CheckoutPending {
        "The stay is paid; closing it is still being finished. Nobody is charged twice."
    } else {
        "This is still being worked on; it will be finished without being done twice."
    };
    Refusal::new(code, message).next("Call again in a moment with the same idempotency_token.")
}

/// What to tell the caller when a call goes on behind an outage.
pub(crate) fn pending_behind(code: ErrorCode, outage: &Outage) -> Refusal {
    if outage.error_code == ErrorCode::StorageUnavailable && code == outage.error_code {
        return storage(outage, "What was begun will be finished without being done twice.");
    }
    let refusal = pending(code);
    if code == ErrorCode::RateLimited { with_wait(refusal, outage) } else { refusal }
}

/// What to tell the caller when something on our side went wrong before anything was done.
pub(crate) fn internal() -> Refusal {
    Refusal::new(ErrorCode::InternalError, "Something went wrong on the server. Nothing was done.")
        .next("Call again with the same idempotency_token; if it stays, tell the staff.")
}

/// The error code behind a call that needs attention.
const CAUSE: &str = "cause";

/// What to tell the caller when the program failed while it answered: the call itself goes on, or has ended.
pub(crate) fn unknown() -> Refusal {
    Refusal::new(
        ErrorCode::InternalError,
        "Something went wrong on the server while it answered; what became of the call is in its records.",
    )
    .next("Call again with the same idempotency_token: what was done is not done twice.")
}

/// What to tell the caller whose call could not be recorded: an earlier one under its token may have had an effect.
pub(crate) fn unrecorded() -> Refusal {
    Refusal::new(
        ErrorCode::InternalError,
        "Something went wrong on the server: this call could not be recorded, so nothing was changed by it.",
    )
    .next("Call again with the same idempotency_token; if it stays, tell the staff.")
}

/// What to tell the caller when an effect stands that could be neither finished nor undone, and why.
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

/// What the caller is told of an unfinished call that staff have ended.
pub(crate) fn ended_by_hand() -> Refusal {
    Refusal::new(ErrorCode::NeedsAttention, "This call was not finished; a member of staff has ended it.")
        .next("Look at the present state; what is still wanted takes a new idempotency_token.")
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
