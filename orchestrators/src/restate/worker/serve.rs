//! The worker's listener.

use super::about::Workers;
use super::approvals::Approvals;
use super::calls::Calls;
use super::cancellations::Cancellations;
use super::holds::Holds;
use super::hotels::Hotels;
use super::records::Records;
use super::refunds::Refunds;
use super::schedule::Schedule;
use super::stages::Stages;
use super::texts::Texts;
use super::trail::Trail;
use anyhow::Context;
use restate_sdk::endpoint::ServiceOptions;
use restate_sdk::prelude::*;
use restate_sdk::service::{IntoServiceDefinition, ServiceDefinition};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// Requests that may wait to be accepted.
const BACKLOG: u32 = 1_024;

/// A worker that listens.
pub(crate) struct Listening(TcpListener);

impl Listening {
    /// Listens at an address.
    ///
    /// # Errors
    /// When it cannot.
    pub(crate) fn at(address: SocketAddr) -> anyhow::Result<Self> {
        let cannot = || format!("cannot listen at {address}");
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        // The SDK's own listener leaves Nagle's algorithm on: an answer would wait 40 ms for a delayed acknowledgement.
        // Accepted sockets inherit this.
        socket.set_nodelay(true)?;
        socket.bind(address).with_context(cannot)?;
        Ok(Self(socket.listen(BACKLOG).with_context(cannot)?))
    }

    /// Where.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.0.local_addr()?)
    }
}

/// How long the engine keeps journals and results of what is done: they hold personal data that `forget` does not reach. A front
/// asks again under its key for no longer than a call takes.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// What fails in a handler is a bug, or a hotel that is not served at the moment: it is tried until it succeeds.
fn retried(service: impl IntoServiceDefinition) -> ServiceDefinition {
    let options = ServiceOptions::new()
        .retry_policy_initial_interval(Duration::from_millis(100))
        .retry_policy_exponentiation_factor(2.0)
        .retry_policy_max_interval(Duration::from_secs(5))
        .retry_policy_max_attempts(1_000_000_000)
        .journal_retention(KEPT)
        .idempotency_retention(KEPT);
    service.into_service_definition().options(options)
}

/// Serves until it is told to end. With `identity`, requests must be signed by the server whose public key that is.
///
/// # Errors
/// When the key cannot be read.
pub(crate) async fn serve(
    hotels: Hotels,
    listening: Listening,
    identity: Option<&str>,
    until: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let mut endpoint = Endpoint::builder()
        .bind(retried(Calls(hotels.clone())))
        .bind(retried(Holds(hotels.clone())))
        .bind(retried(Texts(hotels.clone())))
        .bind(retried(Records(hotels.clone())))
        .bind(retried(Refunds(hotels.clone())))
        .bind(retried(Schedule(hotels.clone())))
        .bind(retried(Workers(hotels)))
        .bind(retried(Approvals))
        .bind(retried(Cancellations))
        .bind(retried(Stages))
        .bind(retried(Trail));
    if let Some(identity) = identity {
        endpoint = endpoint
            .identity_key(identity)
            .map_err(|_| anyhow::anyhow!("--identity: give the server's public key, publickeyv1_…"))?;
    }
    HttpServer::new(endpoint.build()).serve_with_cancel(listening.0, until).await;
    Ok(())
}
