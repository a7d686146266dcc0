//! The one way to call a remote system. Every request goes through a [`Remote`]. It reuses connections, bounds the requests
//! in flight, gives each a time limit and a log line (system, operation, status, duration; never a body), and stops calling
//! a system that fails repeatedly (a circuit breaker).
//!
//! It never retries: only its caller knows the idempotency key, and so whether an effect may be repeated.

mod breaker;
mod span;

use crate::error::{ErrorCode, Outage, System};
use breaker::Breaker;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tracing::Instrument;

/// Requests in flight to one system from this process: enough for 100 calls a second at two requests of a second each.
/// Salesforce limits only requests that take more than 20 s (25 in a whole org, 5 in a developer's), and ours time out
/// earlier
/// (<https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm>).
const IN_FLIGHT: usize = 256;
/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest wait that a system may ask for with `Retry-After`.
const LONGEST_RETRY_AFTER_SECONDS: u64 = 3600;

/// A real system, as this process reaches it.
pub(crate) struct Remote {
    system: System,
    name: &'static str,
    http: Client,
    timeout: Duration,
    slots: Semaphore,
    breaker: Breaker,
}

/// A system's answer, with any status.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    headers: HeaderMap,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The time on the system's clock.
    pub(crate) fn date(&self) -> Option<jiff::Timestamp> {
        let zoned = jiff::fmt::rfc2822::parse(self.header("date")?).ok()?;
        Some(zoned.timestamp())
    }

    /// Whether this is a stored answer that was replayed for the same key (Stripe marks it): it says nothing about the
    /// system now.
    pub(crate) fn is_replayed(&self) -> bool {
        self.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
    }

    /// When the system said to retry (`Retry-After`): in seconds, or at a moment.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        let text = self.header("retry-after")?.trim();
        let until = || {
            let moment = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            let now = self.date().unwrap_or_else(jiff::Timestamp::now);
            Some(moment.duration_since(now).as_secs().try_into().unwrap_or_default())
        };
        let seconds: u64 = text.parse().ok().or_else(until)?;
        Some(seconds.min(LONGEST_RETRY_AFTER_SECONDS))
    }
}

/// A client whose requests take at most `timeout` to connect.
pub(super) fn client(timeout: Duration) -> Result<Client, reqwest::Error> {
    // A client takes its cryptography from here; ring compiles in a few seconds. A second time changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(CONNECT.min(timeout))
        .pool_idle_timeout(Duration::from_secs(90))
        .redirect(reqwest::redirect::Policy::none()) // a redirect would take the credentials elsewhere
        .user_agent(concat!("hotel-mcp/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The body of an answer that is no longer than `longest` bytes.
pub(super) async fn body_of(mut response: Response, longest: usize) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
        if body.len() + part.len() > longest {
            return Err(format!("the answer is longer than {longest} bytes"));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

impl Remote {
    /// A system called `name`. Each request may take `timeout`.
    pub(crate) fn new(system: System, name: &'static str, timeout: Duration) -> Result<Self, reqwest::Error> {
        let http = client(timeout)?;
        let slots = Semaphore::new(IN_FLIGHT);
        Ok(Self { system, name, http, timeout, slots, breaker: Breaker::default() })
    }

    /// Whether it has failed repeatedly and is left alone for a moment.
    pub(crate) fn is_left_alone(&self) -> bool {
        self.breaker.stands_open()
    }

    /// The client to make requests with.
    pub(crate) const fn http(&self) -> &Client {
        &self.http
    }

    /// The outage: nothing was sent.
    pub(crate) fn unreached(&self, reason: impl std::fmt::Display) -> Outage {
        Outage::unreached(self.system, reason)
    }

    /// The outage: the effect may have happened.
    pub(crate) fn unknown(&self, reason: impl std::fmt::Display) -> Outage {
        Outage::unknown(self.system, reason)
    }

    /// The outage: the system asks not to be called for a while, and nothing was done.
    pub(crate) fn rate_limited(&self, reply: &Reply, reason: impl std::fmt::Display) -> Outage {
        Outage {
            error_code: ErrorCode::RateLimited,
            retry_after_seconds: reply.retry_after_seconds(),
            ..self.unreached(reason)
        }
    }

    /// Sends a request once and reads its answer whole. `operation` names it in the log.
    ///
    /// # Errors
    /// When there is no answer, or it is not JSON. A failure status is an answer.
    pub(crate) async fn send(&self, operation: &str, request: RequestBuilder) -> Result<Reply, Outage> {
        if let Some(wait) = self.breaker.is_open() {
            let outage = self.unreached("it failed several times in a row and is left alone for a moment");
            return Err(Outage { retry_after_seconds: Some(wait.as_secs().max(1)), ..outage });
        }
        let _slot = self.slots.acquire().await.map_err(|error| self.unreached(error))?;
        crate::requests::note(self.system);
        let (client, request) = request.timeout(self.timeout).build_split();
        let request = request.map_err(|error| self.unreached(error.without_url()))?;
        let span = span::request(self.name, operation, &request);
        let began = Instant::now();
        let answered = self.exchange(client.execute(request)).instrument(span.clone()).await;
        let duration_ms = began.elapsed().as_millis();
        let ended = answered.as_ref().map(|reply| reply.status.as_u16());
        span::answered(&span, ended.map_err(|outage| outage.error_code.as_str()));
        match &answered {
            Ok(reply) => {
                let status = reply.status.as_u16();
                tracing::info!(system = self.name, operation, status, duration_ms, "remote call");
                self.breaker.note(reply.status.is_server_error() && !reply.is_replayed());
            }
            Err(outage) => {
                let reason = &outage.reason;
                tracing::warn!(
                    system = self.name,
                    operation,
                    duration_ms,
                    reason,
                    "remote call without an answer"
                );
                self.breaker.note(true);
            }
        }
        answered
    }

    async fn exchange(&self, sent: impl Future<Output = reqwest::Result<Response>>) -> Result<Reply, Outage> {
        // The URL is not logged: it may contain personal data.
        let lost = |error: reqwest::Error| {
            let timed_out = error.is_timeout();
            let error = error.without_url();
            let outage = if error.is_connect() || error.is_builder() {
                self.unreached(&error)
            } else {
                self.unknown(&error)
            };
            if timed_out { Outage { error_code: ErrorCode::UpstreamTimeout, ..outage } } else { outage }
        };
        let response = sent.await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if crate::faults::comes_too_late(|name| headers.contains_key(name)) {
            let late = self.unknown("the answer came too late");
            return Err(Outage { error_code: ErrorCode::UpstreamTimeout, ..late });
        }
        let bytes = response.bytes().await.map_err(lost)?;
        let body = match serde_json::from_slice(&bytes) {
            Ok(body) => body,
            Err(_) if bytes.is_empty() || !status.is_success() => Value::Null,
            Err(_) => return Err(self.unknown(format!("status {status} with something that is not JSON"))),
        };
        Ok(Reply { status, body, headers })
    }
}
