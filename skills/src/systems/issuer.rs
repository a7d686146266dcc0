//! The issuer of access tokens, as a server that checks them needs it: two public documents in JSON, fetched without
//! credentials.

use super::remote::{body_of, client};
use reqwest::Client;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How long one document may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest document that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// A client of the issuer.
pub struct Issuer(Client);

impl Issuer {
    /// A client.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new() -> Result<Self, super::OpenError> {
        Ok(Self(client(TIMEOUT)?))
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// Why there is none, for the log.
    pub async fn document(&self, address: &str) -> Result<Value, String> {
        let began = Instant::now();
        let fetched = self.fetch(address).await;
        let duration_ms = began.elapsed().as_millis();
        match &fetched {
            Ok(_) => tracing::info!(system = "issuer", address, duration_ms, "remote call"),
            Err(reason) => {
                tracing::warn!(
                    system = "issuer",
                    address,
                    duration_ms,
                    reason,
                    "remote call without an answer"
                );
            }
        }
        fetched
    }

    async fn fetch(&self, address: &str) -> Result<Value, String> {
        let lost = |error: reqwest::Error| error.without_url().to_string();
        let response = self.0.get(address).timeout(TIMEOUT).send().await.map_err(lost)?;
        if !response.status().is_success() {
            return Err(format!("status {}", response.status().as_u16()));
        }
        serde_json::from_slice(&body_of(response, LONGEST).await?)
            .map_err(|_| "the document is not JSON".to_owned())
    }
}
