//! Answers of the HTTP front itself, in JSON.

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};
use std::convert::Infallible;

/// An answer over HTTP.
pub(crate) type Reply = Response<BoxBody<Bytes, Infallible>>;

/// An answer with this JSON.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(body.into()).boxed());
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// An answer with this value.
pub(super) fn value(status: StatusCode, body: &Value) -> Reply {
    json(status, body.to_string())
}

/// A refusal, in words.
pub(super) fn refusal(status: StatusCode, why: &str) -> Reply {
    value(status, &json!({"error": status.canonical_reason().unwrap_or_default(), "message": why}))
}

/// An answer without content.
pub(crate) fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::new()).boxed());
    *reply.status_mut() = status;
    reply
}

/// The answer with one more header. A value that cannot be in a header is left out.
pub(super) fn with(mut reply: Reply, name: HeaderName, value: &str) -> Reply {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
    reply
}
