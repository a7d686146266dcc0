//! Idempotency keys. Once a request's work has begun, its answer is stored under its key, whatever it is, and replayed. The
//! same key with other parameters, on another endpoint or while the first request is running is an error. A request that is
//! refused before its work begins (credentials, parameters, limits) is not stored.

use super::errors::Failure;
use super::routes::Call;
use crate::fakes::Answer;
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct Keys(BTreeMap<String, Kept>);

#[derive(Clone)]
struct Kept {
    path: String,
    params: String,
    /// None while the request is running.
    answer: Option<Answer>,
}

impl Keys {
    /// Takes a key for a request; returns the stored answer if the request was made before.
    pub(super) fn begin(&mut self, key: &str, call: &Call) -> Result<Option<Answer>, Failure> {
        let params = call.params.to_string();
        let Some(kept) = self.0.get(key) else {
            self.0.insert(key.to_owned(), Kept { path: call.path.clone(), params, answer: None });
            return Ok(None);
        };
        let refuse = |message: String| Failure::new(400, "idempotency_error", &message);
        let other =
            format!("Try using a key other than '{key}' if you meant to execute a different request.");
        if kept.path != call.path {
            let only = "Keys for idempotent requests can only be used for the same endpoint they were first used for";
            return Err(refuse(format!("{only} ('{}' vs '{}'). {other}", call.path, kept.path)));
        }
        if kept.params != params {
            let only = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
            return Err(refuse(format!("{only} {other}")));
        }
        let Some(answer) = &kept.answer else {
            let message = format!(
                "There is currently another in-progress request using this Idempotent Key (that probably means you \
                 submitted twice, and the other request is still going through): {key}. Please try again later."
            );
            return Err(Failure::new(409, "invalid_request_error", &message).code("idempotency_key_in_use"));
        };
        let mut answer = answer.clone();
        let first = answer.headers.iter().position(|(name, _)| name == "request-id");
        let first = first.map(|at| answer.headers.remove(at).1).unwrap_or_default();
        answer.headers.retain(|(name, _)| name != "stripe-version");
        Ok(Some(answer.with("idempotent-replayed", "true").with("original-request", &first)))
    }

    pub(super) fn keep(&mut self, key: &str, answer: &Answer) {
        if let Some(kept) = self.0.get_mut(key) {
            kept.answer.get_or_insert_with(|| answer.clone());
        }
    }

    /// The answers with another address in them.
    pub(super) fn moved(&mut self, from: &str, to: &str) {
        for answer in self.0.values_mut().filter_map(|kept| kept.answer.as_mut()) {
            answer.body = String::from_utf8_lossy(&answer.body).replace(from, to).into_bytes();
        }
    }

    /// Forgets the keys, as after 24 hours. Those of running requests stay.
    pub(super) fn forget(&mut self) {
        self.0.retain(|_, kept| kept.answer.is_none());
    }
}
