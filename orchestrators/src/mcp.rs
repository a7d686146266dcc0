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
pub(crate) mod client;
mod message;
mod resources;
mod seal;
mod strict;
pub(crate) mod surrogates;
mod wire;

use crate::engine::Calls;
use crate::mcp::surrogates::Mended;
use crate::saga::live::{Live, Progress};
use crate::tool::answer::Answer;
use crate::tool::{Caller, Front, Told, Tool, Toolset};
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ProgressNotificationParam, ProgressToken, ReadResourceRequestParams, ReadResourceResponse,
    ServerCapabilities, ServerConfig, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::stdio_pipes;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use seal::Seal;
use serde_json::Value;
use skills::Effect;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use wire::Wire;

#[cfg(test)]
mod tests;

/// How long a client may cache a list, of tools or resources: it is chosen at start-up and never changes.
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
        .with_raw_output_schema(Arc::clone(&tool.output_schema))
        .with_annotations(hints);
    resources::meta(tool.name).into_iter().fold(listed, rmcp::model::Tool::with_meta)
}

/// The array of a `tools/list` answer.
pub(crate) fn tool_list(toolset: &Toolset) -> Vec<rmcp::model::Tool> {
    toolset.tools().iter().map(listed).collect()
}

struct Server {
    front: Arc<Front>,
    /// The runtime that calls run on.
    calls: Handle,
    tools: Vec<rmcp::model::Tool>,
    name: &'static str,
    seal: Seal,
    /// Cancelled when the client has left or the process is told to end: then nothing that is cancelled was so by the client.
    left: CancellationToken,
}

impl Server {
    /// Makes a call on the thread of the calls, and tells the client meanwhile how far it is, if it wants to know. None if
    /// the call failed in a way that has no answer.
    async fn call(
        &self,
        name: &str,
        arguments: Value,
        mut caller: Caller,
        context: &RequestContext<RoleServer>,
    ) -> Option<Told> {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let cancelled = CancellationToken::new();
        caller.live = Live::cancelled_by(cancelled.clone());
        let wants = context.meta.get_progress_token();
        if wants.is_some() {
            // A client that is gone need not be told.
            caller.live = caller.live.telling(move |progress| drop(tell.send(progress)));
        }
        let (front, name) = (Arc::clone(&self.front), name.to_owned());
        let work = async move { Some(front.call(front.toolset().get(&name)?, arguments, &caller).await) };
        let mut work = self.calls.spawn(work);
        let mut is_open = wants.is_some();
        let ended = loop {
            tokio::select! {
                biased;
                progress = told.recv(), if is_open => match progress {
                    Some(progress) => notify(context, wants.as_ref(), progress).await,
                    None => is_open = false,
                },
                () = context.ct.cancelled(), if !cancelled.is_cancelled() => {
                    if self.left.is_cancelled() {
                        break work.await;
                    }
                    cancelled.cancel();
                }
                ended = &mut work => break ended,
            }
        };
        while let Ok(progress) = told.try_recv() {
            notify(context, wants.as_ref(), progress).await;
        }
        match ended {
            Ok(told) => told,
            Err(panic) => {
                tracing::error!(tool = %context.id, %panic, "a call panicked");
                Some(Told::Answer(self.front.failed()))
            }
        }
    }
}

/// Tells the client of progress; a client that is gone need not be told.
async fn notify(context: &RequestContext<RoleServer>, token: Option<&ProgressToken>, progress: Progress) {
    let Some(token) = token else { return };
    let Progress { stage, of, doing } = progress;
    let told =
        ProgressNotificationParam::new(token.clone(), stage.into()).with_total(of.into()).with_message(doing);
    let _ = context.peer.notify_progress(told).await;
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let settings = self.front.engine().settings();
        let (hotel, from) = (settings.hotel(), settings.read_from());
        let title = format!("{} of {hotel} (settings: {from})", self.name);
        let about = Implementation::new(self.name, env!("CARGO_PKG_VERSION")).with_title(title);
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources();
        let extensions = resources::extensions(self.front.toolset());
        let capabilities = match extensions.is_empty() {
            true => capabilities.build(),
            false => capabilities.enable_extensions_with(extensions).build(),
        };
        ServerConfig::new(capabilities).with_server_info(about).with_instructions(format!(
            "This is {hotel}; its settings are from {from}.\n\n{}",
            self.front.toolset().persona().instructions
        ))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut list = ListToolsResult::with_all_items(self.tools.clone());
        list.ttl_ms = Some(LISTS_TTL_MS);
        list.cache_scope = Some(CacheScope::Private);
        Ok(list)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut list = ListResourcesResult::with_all_items(resources::list(self.front.toolset()));
        list.ttl_ms = Some(LISTS_TTL_MS);
        list.cache_scope = Some(CacheScope::Private);
        Ok(list)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let mut list =
            ListResourceTemplatesResult::with_all_items(resources::templates(self.front.toolset()));
        list.ttl_ms = Some(LISTS_TTL_MS);
        list.cache_scope = Some(CacheScope::Private);
        Ok(list)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if !resources::asks_the_hotel(&request.uri) {
            return resources::fixed(&self.front, &request.uri).map(Into::into);
        }
        let (front, caller) = (Arc::clone(&self.front), self.front.caller());
        let work = async move { resources::current(&front, &caller, &request.uri).await };
        match self.calls.spawn(work).await {
            Ok(read) => Ok(read?.into()),
            Err(panic) => {
                tracing::error!(%panic, "reading a resource panicked");
                Err(ErrorData::internal_error("the resource could not be read", None))
            }
        }
    }

    /// Some clients ask for a level without being offered one. The log goes to stderr at the level of RUST_LOG.
    #[expect(deprecated, reason = "clients of the versions before still ask")]
    async fn set_level(
        &self,
        _: rmcp::model::SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let no_tool = || ErrorData::invalid_params(message::no_tool(&request.name), None);
        if self.front.toolset().get(&request.name).is_none() {
            return Err(no_tool());
        }
        let settings = self.front.engine().settings();
        let mut reply = asking::reply(&request, &self.seal, settings)?;
        let arguments = Value::Object(request.arguments.clone().unwrap_or_default());
        loop {
            let caller =
                Caller { can_ask: asking::can_ask(&context), reply: reply.take(), ..self.front.caller() };
            match self.call(&request.name, arguments.clone(), caller, &context).await.ok_or_else(no_tool)? {
                Told::Answer(answer) => return Ok(result(&answer).into()),
                Told::Asks(question) if asking::is_answered_by_a_new_call(&context) => {
                    return Ok(asking::as_result(*question, &self.seal, settings)?.into());
                }
                Told::Asks(question) => reply = Some(asking::ask(*question, &context).await),
            }
        }
    }
}

/// An answer as a tool result: the same JSON as structured content and as text. A failure is a result, never a
/// protocol error, so that the agent can read it.
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
    let left = stop.child_token();
    let wire = Wire::new(Mended::new(input), output, left.clone(), stop.clone());
    let server =
        Server { front, calls: calls.clone(), tools, name, seal: Seal::default(), left: left.clone() };
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
