//! The entrance of a distributed engine, as a server that submits calls needs it: requests in JSON to a handler, which the
//! engine has stored when it has taken them.

pub mod admin;

use super::remote::client;
use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// The pause after a connection that could not be made or broke.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a connection is tried that is refused each time.
const GONE: Duration = Duration::from_secs(5);

/// A client of the engine's entrance.
pub struct Ingress {
    client: Client,
    address: String,
}

/// Whether a request is sent again when its connection could not be made or broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again<'a> {
    /// It is not.
    Never,
    /// It is: the engine runs it once under this key.
    Once(&'a str),
    /// It is, if a connection broke: done twice, it changes nothing more than done once. If none could be made, nobody waits.
    Freely,
}

/// A request that the engine has stored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Left {
    invocation_id: String,
}

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// There was none in time. The engine may have the request.
    #[error("the engine did not answer in time")]
    Late,
    /// The engine could not be reached.
    #[error("the engine cannot be reached: {0}")]
    Unreached(String),
    /// The engine refuses the request.
    #[error("the engine refuses the request ({status}): {says}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The engine's words.
        says: String,
    },
}

impl Ingress {
    /// A client; `address` is the entrance without a path.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new(address: &str) -> Result<Self, super::OpenError> {
        // No limit of its own: each request has one.
        let client = client(Duration::from_secs(3_600))?;
        Ok(Self { client, address: address.trim_end_matches('/').to_owned() })
    }

    /// Asks a handler, and waits for its answer.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        handler: &str,
        request: &impl Serialize,
        again: Again<'_>,
        within: Duration,
    ) -> Result<T, NoReply> {
        let began = Instant::now();
        let until = began + within;
        // Whether the engine may have the request: then nobody is told that nothing was done.
        let mut may_have_left = false;
        let lost = |may_have_left, why: String| match may_have_left {
            true => NoReply::Late,
            false => NoReply::Unreached(why),
        };
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut post =
                self.client.post(format!("{}/{handler}", self.address)).json(request).timeout(left);
            if let Again::Once(once) = again {
                post = post.header("idempotency-key", once);
            }
            let unreached = match post.send().await {
                Ok(response) => match response.status() {
                    status if status.is_success() => match response.bytes().await {
                        Ok(text) => return parsed(&text),
                        Err(error) => error,
                    },
                    status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                        return Err(lost(may_have_left, format!("status {}", status.as_u16())));
                    }
                    StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => return Err(NoReply::Late),
                    status => {
                        let says = response.text().await.unwrap_or_default();
                        let says = says.chars().take(400).collect();
                        return Err(NoReply::Refused { status: status.as_u16(), says });
                    }
                },
                Err(error) => error,
            };
            may_have_left |= !unreached.is_connect();
            if unreached.is_timeout() && may_have_left {
                return Err(NoReply::Late);
            }
            // A server that is not there does not keep a client waiting for its whole deadline.
            let is_gone = !may_have_left && (again == Again::Freely || began.elapsed() > GONE);
            if again == Again::Never || is_gone || Instant::now() + PAUSE > until {
                return Err(lost(may_have_left, unreached.without_url().to_string()));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Leaves a request with the engine, which has stored it then: it is run as soon as a worker is there.
    ///
    /// # Errors
    /// Why it is not known to be stored.
    pub async fn leave(
        &self,
        handler: &str,
        request: &impl Serialize,
        within: Duration,
    ) -> Result<Left, NoReply> {
        // Stored twice, it is run twice: what is left is such that this changes nothing.
        self.ask(&format!("{handler}/send"), request, Again::Freely, within).await
    }

    /// Waits until a request that was left has been run.
    ///
    /// # Errors
    /// When it is not known in time, or its handler refused it.
    pub async fn has_run(&self, left: &Left, within: Duration) -> Result<(), NoReply> {
        let result = format!("{}/restate/invocation/{}/attach", self.address, left.invocation_id);
        let Ok(response) = self.client.get(result).timeout(within).send().await else {
            return Err(NoReply::Late);
        };
        let status = response.status();
        let says = response.text().await.map_err(|_| NoReply::Late)?;
        // Any other failure is the engine's, which does not keep results for ever.
        let is_of_the_handler = says.contains(r#""source":"invocation""#);
        if status.is_success() || !is_of_the_handler {
            return Ok(());
        }
        Err(NoReply::Refused { status: status.as_u16(), says: says.chars().take(400).collect() })
    }

    /// Whether the engine takes requests.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn is_healthy(&self, within: Duration) -> Result<(), NoReply> {
        let asked = self.client.get(format!("{}/restate/health", self.address)).timeout(within).send().await;
        match asked {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(NoReply::Unreached(format!("status {}", response.status().as_u16()))),
            Err(error) if error.is_timeout() => Err(NoReply::Late),
            Err(error) => Err(NoReply::Unreached(error.without_url().to_string())),
        }
    }
}

/// A handler that answers nothing answers an empty text.
fn parsed<T: DeserializeOwned>(text: &[u8]) -> Result<T, NoReply> {
    let text = if text.is_empty() { b"null" } else { text };
    serde_json::from_slice(text).map_err(|error| NoReply::Refused {
        status: 200,
        says: format!("its answer cannot be read: {error}"),
    })
}
