//! The only place that knows MCP: serves a toolset over stdio to clients of both protocol generations; [`client`] is an
//! MCP client.
//!
//! Adds what rmcp leaves to its user: a panic becomes an answer (the engine runs calls in their own tasks), a wrong
//! line is answered and ends nothing ([`wire`], [`message`]), SIGTERM and end of input end the process cleanly, and a
//! call goes on when its client is gone.
//!
//! The protocol runs on its own thread, apart from the thread of the calls: whatever a call waits for, lines are
//! read, pings answered and signals obeyed.

mod asking;
mod calling;
pub(crate) mod client;
mod completions;
pub(crate) mod http;
mod icon;
mod manuals;
mod message;
mod prompts;
mod resources;
mod seal;
mod server;
mod strict;
mod subscriptions;
pub(crate) mod surrogates;
mod wire;

use crate::engine::{Calls, measure};
use crate::mcp::surrogates::Mended;
use crate::tool::{Front, Tool, Toolset};
use rmcp::ServiceExt;
use rmcp::model::ToolAnnotations;
use rmcp::transport::stdio_pipes;
use server::Server;
use skills::Effect;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use wire::Wire;

#[cfg(test)]
mod tests;

/// How long a client may cache a list (of tools, prompts, resources): it is chosen at start-up and never changes.
const LISTS_TTL_MS: u64 = 24 * 60 * 60 * 1000;
/// How long calls may go on after the client has left, before the process ends. Includes rmcp's own wait for their
/// answers, which alone would be longer.
const WIND_DOWN: Duration = Duration::from_millis(4_500);
/// How long the thread of calls may take to report that they have ended.
const STUCK: Duration = Duration::from_millis(200);

/// A tool as MCP lists it.
fn listed(tool: &Tool) -> rmcp::model::Tool {
    let hints = ToolAnnotations::with_title(tool.title.clone())
        .read_only(!tool.effect.writes())
        .destructive(matches!(tool.effect, Effect::Changes | Effect::MovesMoney))
        .idempotent(true) // reads are anyway; writes by their token, and without a token by the hotel's state
        .open_world(tool.effect == Effect::MovesMoney);
    let listed = rmcp::model::Tool::new(tool.name, tool.description.clone(), tool.listed_input())
        .with_title(tool.title.clone())
        .with_raw_output_schema(Arc::clone(tool.output_schema()))
        .with_annotations(hints);
    resources::meta(tool.name).into_iter().fold(listed, rmcp::model::Tool::with_meta)
}

/// The array of a `tools/list` answer.
pub(crate) fn tool_list(toolset: &Toolset) -> Vec<rmcp::model::Tool> {
    toolset.tools().iter().map(listed).collect()
}

/// Serves the toolset on stdin and stdout until the input ends or `stop` is cancelled.
///
/// # Errors
/// When the client breaks the protocol before the first request is answered.
pub(crate) async fn serve_stdio(
    front: Arc<Front>,
    name: &'static str,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let (input, output) = stdio_pipes();
    serve(front, thread_of_calls()?, name, (input, output), stop).await
}

/// The thread that runs calls, for the life of the process.
fn thread_of_calls() -> std::io::Result<Handle> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("calls".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(handle)
}

async fn serve(
    front: Arc<Front>,
    calls: Handle,
    name: &'static str,
    (input, output): (impl AsyncRead + Unpin + Send + 'static, impl AsyncWrite + Unpin + Send + 'static),
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let (tools, engine) = (tool_list(front.toolset()), Arc::clone(front.engine()));
    let watched = Arc::clone(&engine);
    calls.spawn(async move { watched.watch() });
    calls.spawn(measure(Arc::clone(&engine)));
    let left = stop.child_token();
    let wire = Wire::new(Mended::new(input), output, left.clone(), stop.clone());
    let server = Server::new(front, calls.clone(), tools, name, left.clone(), server::Callers::OurPerson);
    let serving = async {
        match server.serve_with_ct(wire, stop).await {
            Ok(running) => {
                running.waiting().await?;
            }
            Err(
                rmcp::service::ServerInitializeError::ConnectionClosed(_)
                | rmcp::service::ServerInitializeError::Cancelled,
            ) => {}
            Err(error) => return Err(error.into()),
        }
        wind_down(&engine, &calls, WIND_DOWN).await;
        Ok(())
    };
    let late = async {
        left.cancelled().await;
        tokio::time::sleep(WIND_DOWN).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = late => {
            wind_down(&engine, &calls, Duration::ZERO).await;
            Ok(())
        }
    }
}

/// Waits for calls that are past their first effect. Their thread may itself be stuck.
async fn wind_down(engine: &Arc<dyn Calls>, calls: &Handle, patience: Duration) {
    let engine = Arc::clone(engine);
    let ended = calls.spawn(async move { engine.wind_down(patience).await });
    if tokio::time::timeout(patience + STUCK, ended).await.is_err() {
        tracing::warn!("calls were left as they are; the journal has them");
    }
}

/// A token that a signal to end the process cancels. Installs the signal handlers: without them the signals kill the process.
pub(crate) fn cancelled_by_signals() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut term), Ok(mut int)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        {
            tokio::spawn(async move {
                tokio::select! { _ = term.recv() => {} _ = int.recv() => {} }
                told.cancel();
            });
        }
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            told.cancel();
        }
    });
    stop
}
