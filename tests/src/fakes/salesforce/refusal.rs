//! The platform's error answers: a status, an error code and a message, in an array.

use serde_json::{Value, json};

/// This is not an error of the platform: a 300 has no error body.
const SEVERAL: &str = "several";

/// An error in the platform's words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// The fields that caused it, if the platform names them.
    pub(crate) fields: Option<Vec<String>>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), fields: None }
    }

    pub(crate) fn bad(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// A record that cannot be saved as it is.
    pub(crate) fn save(code: &str, message: impl Into<String>, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        Self { fields: Some(fields), ..Self::bad(code, message) }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::bad("MALFORMED_QUERY", message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    pub(crate) fn json(message: impl Into<String>) -> Self {
        Self::bad("JSON_PARSER_ERROR", message)
    }

    /// Several rows have the external id; the answer lists their URLs.
    pub(crate) fn several(addresses: &[String]) -> Self {
        Self { fields: Some(addresses.to_vec()), ..Self::new(300, SEVERAL, "") }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The body: an array with this error, or with the URLs.
    pub(crate) fn body(&self) -> Value {
        if self.code == SEVERAL {
            return json!(self.fields);
        }
        let mut error = json!({"message": self.message, "errorCode": self.code});
        if let Some(fields) = &self.fields {
            error["fields"] = json!(fields);
        }
        json!([error])
    }

    /// The same error in the answer of a collection.
    pub(crate) fn in_collection(&self) -> Value {
        json!({"success": false, "errors": [{"statusCode": self.code, "message": self.message,
            "fields": self.fields.clone().unwrap_or_default()}]})
    }
}

/// The result of a request.
pub(crate) type Result<T> = std::result::Result<T, Refusal>;
