//! Errors in Stripe's words.

use crate::fakes::Answer;
use serde_json::{Map, Value, json};

/// The result of a call.
pub(super) type Done = Result<Value, Failure>;

/// A Stripe error.
#[derive(Debug)]
pub(super) struct Failure {
    status: u16,
    error: Map<String, Value>,
}

impl Failure {
    pub(super) fn new(status: u16, kind: &str, message: &str) -> Self {
        let mut error = Map::new();
        error.insert("message".into(), message.into());
        error.insert("type".into(), kind.into());
        Self { status, error }
    }

    /// 400 `invalid_request_error`.
    pub(super) fn invalid(message: &str) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// 404: the object named in the path does not exist.
    pub(super) fn missing(kind: &str, id: &str, param: &str) -> Self {
        let message = format!("No such {kind}: '{id}'");
        Self::new(404, "invalid_request_error", &message).code("resource_missing").param(param)
    }

    /// 400: an object named in a parameter does not exist.
    pub(super) fn missing_in(kind: &str, id: &str, param: &str) -> Self {
        Self { status: 400, ..Self::missing(kind, id, param) }
    }

    /// The intent's status does not allow it.
    pub(super) fn unexpected_state(message: &str, intent: &Value) -> Self {
        Self::invalid(message).code("payment_intent_unexpected_state").with("payment_intent", intent.clone())
    }

    pub(super) fn code(self, code: &str) -> Self {
        let page = format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"));
        self.with("code", code.into()).with("doc_url", page.into())
    }

    pub(super) fn param(self, param: &str) -> Self {
        self.with("param", param.into())
    }

    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.error.insert(name.to_owned(), value);
        self
    }

    /// The error itself, as an intent stores it.
    pub(super) fn error(&self) -> Value {
        Value::Object(self.error.clone())
    }

    pub(super) fn answer(&self) -> Answer {
        Answer::json(self.status, &json!({ "error": self.error }))
    }
}

/// 429, 500 and 503.
pub(super) fn trouble(status: u16) -> Answer {
    let failure = match status {
        429 => Failure::new(
            429,
            "invalid_request_error",
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        )
        .code("rate_limit"),
        _ => Failure::new(status, "api_error", "An unknown error occurred"),
    };
    failure.answer()
}
