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

    /// A failure the caller can act on.
    pub fn failure(refusal: &Refusal) -> Self {
        let code = refusal.error_code;
        let mut answer = json!({
            "success": false,
            "error_code": code.as_str(),
            "http_status": code.http_status(),
            "error_message": refusal.error_message,
            "retry_safe": code.retry_safe(),
            "details": refusal.details,
        });
        if let Some(step) = &refusal.next_step {
            answer["next_step"] = step.as_str().into();
        }
        Self(answer)
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

/// A refusal that came after something had been done, which has been undone since.
pub(crate) fn undone(mut refusal: Refusal, on_its_way: bool) -> Refusal {
    refusal.error_message.push_str(if on_its_way {
        " What had been done is being undone: a payment that was charged is on its way back in full."
    } else {
        " What had been done was undone: a payment that was charged was given back in full."
    });
    refusal.detail("undone", true)
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
    let refusal = pending(code);
    if code == ErrorCode::RateLimited { with_wait(refusal, outage) } else { refusal }
}

/// What to tell the caller when something on our side went wrong before anything was done.
pub(crate) fn internal() -> Refusal {
    Refusal::new(ErrorCode::InternalError, "Something went wrong on the server. Nothing was done.")
        .next("Call again with the same idempotency_token; if it stays, tell the staff.")
}

/// What to tell the caller when an effect stands that could be neither finished nor undone.
pub(crate) fn needs_attention(why: &str, details: Map<String, Value>) -> Refusal {
    let mut refusal = Refusal::new(
        ErrorCode::NeedsAttention,
        format!("{} This needs a member of staff.", sentence(why)),
    )
    .next("Staff: look at the call with search_tool_calls; a charged stay can be refunded with compensate_checkout_failure.");
    refusal.details = details;
    refusal
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
