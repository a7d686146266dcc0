//! The collector of telemetry, as a server that exports to it needs it: requests as the exporter has made them.

use super::remote::{body_of, client};
use bytes::Bytes;
use reqwest::Client;
use std::time::Duration;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// A client of the collector.
pub struct Collector(Client);

impl Collector {
    /// A client.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new() -> Result<Self, super::OpenError> {
        Ok(Self(client(TIMEOUT)?))
    }

    /// Sends a request once.
    ///
    /// # Errors
    /// Why there is no answer; without the address.
    pub async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, String> {
        let lost = |error: reqwest::Error| error.without_url().to_string();
        let mut request = reqwest::Request::try_from(request).map_err(lost)?;
        *request.timeout_mut() = Some(TIMEOUT);
        let response = self.0.execute(request).await.map_err(lost)?;
        let mut answer = http::Response::new(Bytes::new());
        (*answer.status_mut(), *answer.headers_mut()) = (response.status(), response.headers().clone());
        *answer.body_mut() = body_of(response, LONGEST).await?.into();
        Ok(answer)
    }
}
