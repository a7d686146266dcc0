//! The only place that knows MCP: a toolset served over stdio, to clients of both protocol eras; [`client`] is the other
//! end of the line.
//!
//! What rmcp leaves to its user is done here: a panic is an answer (the engine runs calls in tasks of their own), a
//! notification before the first request does not end the process, SIGTERM and end of input end it cleanly, and a call
//! goes on when its client is gone.

pub(crate) mod client;

use crate::answer::Answer;
use crate::saga::Engine;
use crate::surrogates::Mended;
use crate::tool::{Tool, Toolset};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, ToolAnnotations,
};
use rmcp::service::{RequestContext, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::{Transport, stdio_pipes};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde_json::Value;
use skills::Effect;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod tests;

/// How long a client may keep the list of tools: it is chosen at start-up and never changes.
const TOOLS_TTL_MS: u64 = 24 * 60 * 60 * 1000;
/// How long calls may go on after the client has left, before the process ends: rmcp's own waiting for their answers
/// included, which alone is longer.
const WIND_DOWN: Duration = Duration::from_millis(4_500);

/// A tool as MCP lists it.
fn listed(tool: &Tool) -> rmcp::model::Tool {
    let hints = ToolAnnotations::with_title(tool.title.clone())
        .read_only(!tool.effect.writes())
        .destructive(matches!(tool.effect, Effect::Changes | Effect::MovesMoney))
        .idempotent(true) // reads anyway; writes under their token, and answered from the hotel's state without one
        .open_world(tool.effect == Effect::MovesMoney);
    rmcp::model::Tool::new(tool.name, tool.description.clone(), Arc::clone(&tool.input_schema))
        .with_title(tool.title.clone())
        .with_raw_output_schema(Arc::clone(&tool.output_schema))
        .with_annotations(hints)
}

/// The array that `tools/list` answers.
pub(crate) fn tool_list(toolset: &Toolset) -> Vec<rmcp::model::Tool> {
    toolset.tools().into_iter().map(listed).collect()
}

struct Server {
    engine: Arc<Engine>,
    toolset: Toolset,
    tools: Vec<rmcp::model::Tool>,
    name: &'static str,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let about = Implementation::new(self.name, env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(about)
            .with_instructions(self.toolset.instructions())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut list = ListToolsResult::with_all_items(self.tools.clone());
        list.ttl_ms = Some(TOOLS_TTL_MS);
        list.cache_scope = Some(rmcp::model::CacheScope::Private);
        Ok(list)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.toolset.get(&request.name) else {
            return Err(ErrorData::invalid_params(format!("there is no tool {}", request.name), None));
        };
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let answer = self.engine.call(tool, arguments).await;
        Ok(result(&answer).into())
    }
}

/// An answer as a tool result: the same JSON as structured content and as text; a failure is a result, never a protocol
/// error, so that the agent can read it.
fn result(answer: &Answer) -> CallToolResult {
    let text = ContentBlock::text(answer.json().to_string());
    let mut result = if answer.is_success() {
        CallToolResult::success(vec![text])
    } else {
        CallToolResult::error(vec![text])
    };
    result.structured_content = Some(answer.json().clone());
    result
}

/// Serves the toolset on stdin and stdout until the input ends or `stop` is cancelled.
///
/// # Errors
/// When the client breaks the protocol before the first request is answered.
pub(crate) async fn serve_stdio(
    engine: Arc<Engine>,
    toolset: Toolset,
    name: &'static str,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let (input, output) = stdio_pipes();
    serve(engine, toolset, name, AsyncRwTransport::new(Mended::new(input), output), stop).await
}

async fn serve(
    engine: Arc<Engine>,
    toolset: Toolset,
    name: &'static str,
    transport: impl Transport<RoleServer> + 'static,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let tools = tool_list(&toolset);
    engine.watch();
    let left = stop.child_token();
    let transport = Patient { inner: transport, opened: false, left: left.clone() };
    let server = Server { engine: Arc::clone(&engine), toolset, tools, name };
    let serving = async {
        match server.serve_with_ct(transport, stop).await {
            Ok(running) => {
                running.waiting().await?;
            }
            Err(
                rmcp::service::ServerInitializeError::ConnectionClosed(_)
                | rmcp::service::ServerInitializeError::Cancelled,
            ) => {}
            Err(error) => return Err(error.into()),
        }
        engine.wind_down(WIND_DOWN).await;
        Ok(())
    };
    let late = async {
        left.cancelled().await;
        tokio::time::sleep(WIND_DOWN).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = late => {
            engine.wind_down(Duration::ZERO).await;
            Ok(())
        }
    }
}

/// A token that is cancelled when the process is told to stop. Signals are listened to from here on: until somebody does,
/// they kill.
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

/// A transport that drops what comes before the first request: rmcp would end the process over it.
struct Patient<T> {
    inner: T,
    opened: bool,
    /// Cancelled when the client has left.
    left: CancellationToken,
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Patient<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let Some(message) = self.inner.receive().await else {
                self.left.cancel();
                return None;
            };
            if self.opened || matches!(message, RxJsonRpcMessage::<RoleServer>::Request(_)) {
                self.opened = true;
                return Some(message);
            }
            tracing::debug!("a message before the first request was dropped");
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
