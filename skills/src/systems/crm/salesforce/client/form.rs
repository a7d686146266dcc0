//! A form with a file (multipart/form-data), as a deployment is sent.

use reqwest::RequestBuilder;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use uuid::Uuid;

/// A form: a part `json`, and a part `file` with a zip.
pub(crate) struct Form {
    kind: String,
    body: Vec<u8>,
}

impl Form {
    pub(crate) fn of(options: &Value, zip: &[u8]) -> Self {
        // Nothing in the parts is like a random number of 122 bits.
        let boundary = format!("hotel-{}", Uuid::new_v4().simple());
        let json = "Content-Disposition: form-data; name=\"json\"\r\nContent-Type: application/json";
        let file = "Content-Disposition: form-data; name=\"file\"; filename=\"hotel.zip\"\r\nContent-Type: application/zip";
        let mut body =
            format!("--{boundary}\r\n{json}\r\n\r\n{options}\r\n--{boundary}\r\n{file}\r\n\r\n").into_bytes();
        body.extend_from_slice(zip);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        Self { kind: format!("multipart/form-data; boundary={boundary}"), body }
    }

    pub(super) fn fill(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(CONTENT_TYPE, &self.kind).body(self.body.clone())
    }
}
