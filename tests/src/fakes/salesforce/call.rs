//! A request and an answer.

use serde_json::Value;
use std::collections::BTreeMap;

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The query, still encoded.
    pub(crate) search: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    /// The body as it came, which need not be text.
    pub(crate) raw: Vec<u8>,
}

impl Call {
    /// A request for an address with its query.
    pub(crate) fn new(method: &str, url: &str, body: &str) -> Self {
        let (path, search) = url.split_once('?').unwrap_or((url, ""));
        let (method, raw, body) = (method.to_owned(), body.as_bytes().to_vec(), body.to_owned());
        Self { method, path: path.to_owned(), search: search.to_owned(), headers: BTreeMap::new(), body, raw }
    }

    pub(crate) fn query(&self) -> BTreeMap<String, String> {
        parameters(&self.search)
    }

    /// The path's parts, decoded.
    pub(crate) fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts
            .map(|part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// The parameters of a query or a form, decoded.
pub(crate) fn parameters(encoded: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self { status, body, headers: vec![] }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    pub(crate) fn no_content() -> Self {
        Self::new(204, Value::Null)
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<super::refusal::Refusal> for Answer {
    fn from(refusal: super::refusal::Refusal) -> Self {
        Self::new(refusal.status, refusal.body())
    }
}
