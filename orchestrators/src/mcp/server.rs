//! What a client may ask of a server, and how it is answered.

use super::seal::Seal;
use super::{LISTS_TTL_MS, asking, completions, http, icon, manuals, message, prompts, resources};
use crate::http::Budget;
use crate::saga::live::{Live, Progress};
use crate::telemetry::{self, Requested};
use crate::tool::answer::Answer;
use crate::tool::{Caller, Front, Told};
use hyper::http::request::Parts;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams,
    CompleteResult, ContentBlock, ExtensionCapabilities, GetPromptRequestParams, GetPromptResponse,
    GetSkillRequestParams, GetSkillResult, Implementation, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult, ListToolsResult,
    PaginatedRequestParams, ProgressNotificationParam, ProgressToken, ReadResourceRequestParams,
    ReadResourceResponse, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How many questions a call of a client of an older version puts to its person at most.
const MOST_QUESTIONS: u32 = 10;

/// A persona's tools, prompts and resources, as a client of either protocol generation asks for them.
#[derive(Clone)]
pub(super) struct Server {
    front: Arc<Front>,
    /// The runtime that calls run on.
    calls: Handle,
    tools: Vec<Tool>,
    name: &'static str,
    seal: Arc<Seal>,
    /// Cancelled when the client has left or the process is told to end: then nothing that is cancelled was so by the client.
    left: CancellationToken,
    callers: Callers,
}

/// Who calls.
#[derive(Clone)]
pub(super) enum Callers {
    /// The person this server acts for.
    OurPerson,
    /// Over HTTP: whom the token of each request stands for. Each has a budget of calls, if there is one.
    WhomTheTokenNames(Option<Arc<Budget>>),
}

impl Server {
    pub(super) fn new(
        front: Arc<Front>,
        calls: Handle,
        tools: Vec<Tool>,
        name: &'static str,
        left: CancellationToken,
        callers: Callers,
    ) -> Self {
        Self { front, calls, tools, name, seal: Arc::default(), left, callers }
    }

    /// Who sent a request, and what can be asked of them.
    fn caller(&self, context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
        let can_ask = asking::can_ask(context);
        match &self.callers {
            Callers::OurPerson => Ok(Caller { can_ask, ..self.front.caller() }),
            Callers::WhomTheTokenNames(_) => {
                let identity = http::principal(context)?.identity(self.front.toolset());
                // A client of an older version has no way to answer: there are no sessions.
                let can_ask = asking::is_answered_by_a_new_call(context).then_some(can_ask);
                Ok(Caller { can_ask: can_ask.unwrap_or_default(), ..self.front.caller_who_is(identity) })
            }
        }
    }

    /// Takes a call from the budget of whoever sent a request. If nothing is left: in how many seconds there will be.
    fn over_budget(&self, context: &RequestContext<RoleServer>) -> Result<Option<u64>, ErrorData> {
        match &self.callers {
            Callers::WhomTheTokenNames(Some(budget)) => {
                Ok(budget.take(&http::principal(context)?.counted_as()).err())
            }
            _ => Ok(None),
        }
    }

    /// The span of a request to a tool, in the trace that its client has begun, if it has. Metadata of the message is nearer to
    /// the call than a header.
    fn requested(&self, tool: &str, context: &RequestContext<RoleServer>) -> Requested {
        let header = |name: &str| {
            let headers = &context.extensions.get::<Parts>()?.headers;
            headers.get(name)?.to_str().ok().map(str::to_owned)
        };
        let sent = |name: &str| context.meta.0.get(name)?.as_str().map(str::to_owned);
        let protocol = context.protocol_version();
        let from = telemetry::From {
            transport: if matches!(self.callers, Callers::OurPerson) { "pipe" } else { "tcp" },
            protocol: protocol.as_ref().map(rmcp::model::ProtocolVersion::as_str),
        };
        let persona = self.front.toolset().persona().name;
        telemetry::request(tool, persona, &from, |name| sent(name).or_else(|| header(name)))
    }

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
        let (front, tool) = (Arc::clone(&self.front), name.to_owned());
        let within = caller.requested.span.clone();
        let work = async move { Some(front.call(front.toolset().get(&tool)?, arguments, &caller).await) };
        let work = work.instrument(within);
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
        unless_panicked(name, ended).unwrap_or_else(|| Some(Told::Answer(self.front.failed())))
    }
}

/// What work on the thread of the calls came to; none, and a line in the log, if it panicked.
pub(super) fn unless_panicked<T>(what: &str, done: Result<T, JoinError>) -> Option<T> {
    done.map_err(|panic| tracing::error!(what, %panic, "work for a client panicked")).ok()
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
        let hotel = settings.hotel();
        // Where the settings are is for whoever started the server, not for callers of other machines.
        let (title, source) = match &self.callers {
            Callers::OurPerson => {
                let from = settings.read_from();
                let title = format!("{} of {hotel} (settings: {from})", self.name);
                (title, format!("; its settings are from {from}"))
            }
            Callers::WhomTheTokenNames(_) => (format!("{} of {hotel}", self.name), String::new()),
        };
        let about = Implementation::new(self.name, env!("CARGO_PKG_VERSION"))
            .with_title(title)
            .with_icons(vec![icon::icon()]);
        let mut capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_completions()
            .enable_resources()
            .build();
        let toolset = self.front.toolset();
        let extensions: ExtensionCapabilities =
            resources::extensions(toolset).into_iter().chain(manuals::extension(toolset)).collect();
        if !extensions.is_empty() {
            capabilities.extensions = Some(extensions);
        }
        ServerConfig::new(capabilities).with_server_info(about).with_instructions(format!(
            "This is {hotel}{source}.\n\n{}",
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

    /// As the library does it, but for what only clients of 2026-07-28 know.
    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let mut told = self.negotiate_initialize(&request)?;
        manuals::hide(&mut told.capabilities);
        Ok(told)
    }

    async fn list_skills(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListSkillsResult, ErrorData> {
        manuals::list(self.front.toolset(), context.protocol_version().as_ref())
    }

    async fn get_skill(
        &self,
        request: GetSkillRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetSkillResult, ErrorData> {
        manuals::get(self.front.toolset(), context.protocol_version().as_ref(), &request.uri)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let resources = resources::list(self.front.toolset());
        let resources = resources.into_iter().chain(manuals::resource(self.front.toolset())).collect();
        let mut list = ListResourcesResult::with_all_items(resources);
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
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if let Some(read) = manuals::read(self.front.toolset(), &request.uri) {
            return Ok(read.into());
        }
        if !resources::asks_the_hotel(&request.uri) {
            return resources::fixed(&self.front, &request.uri).map(Into::into);
        }
        if let Some(seconds) = self.over_budget(&context)? {
            let why = format!("these are more calls than one caller may make in a minute; wait {seconds} s");
            return Err(ErrorData::internal_error(why, None));
        }
        let (front, caller) = (Arc::clone(&self.front), self.caller(&context)?);
        let work = async move { resources::current(&front, &caller, &request.uri).await };
        let read = unless_panicked("resources/read", self.calls.spawn(work).await);
        let failed = || ErrorData::internal_error("the resource could not be read", None);
        Ok(read.ok_or_else(failed)??.into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(prompts::list(self.front.toolset()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(&self.front, request)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        if self.over_budget(&context)?.is_some() {
            return Ok(CompleteResult::default()); // a person goes on typing
        }
        completions::complete(&self.front, self.caller(&context)?, &self.calls, request).await
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
        let Some(tool) = self.front.toolset().get(&request.name) else { return Err(no_tool()) };
        let settings = self.front.engine().settings();
        let mut reply = asking::reply(&request, &self.seal, settings)?;
        let arguments = Value::Object(request.arguments.clone().unwrap_or_default());
        if let Some(seconds) = self.over_budget(&context)? {
            return Ok(result(&self.front.over_budget(tool, &arguments, seconds)).into());
        }
        let requested = self.requested(tool.name, &context);
        let began = Instant::now();
        let mut asked = 0;
        loop {
            let us = self.caller(&context)?;
            let caller = Caller { reply: reply.take(), requested: requested.clone(), ..us };
            match self.call(&request.name, arguments.clone(), caller, &context).await.ok_or_else(no_tool)? {
                Told::Answer(answer) => {
                    let error_code = answer.error_code();
                    requested.answered(error_code, answer.json()["data"]["replayed"] == true);
                    let persona = self.front.toolset().persona().name;
                    telemetry::answered(tool.name, persona, error_code, began.elapsed());
                    return Ok(result(&answer).into());
                }
                Told::Asks(question) if asking::is_answered_by_a_new_call(&context) => {
                    return Ok(asking::as_result(*question, &self.seal, settings)?.into());
                }
                // Something changes each time: nobody is asked for ever.
                Told::Asks(question) if asked == MOST_QUESTIONS => {
                    reply = Some(asking::unanswered(*question));
                }
                Told::Asks(question) => {
                    asked += 1;
                    reply = Some(asking::ask(*question, &context).await);
                }
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
