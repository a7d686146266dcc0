//! What a client may ask of a server, and how it is answered.

use super::seal::Seal;
use super::subscriptions::Subscriptions;
use super::{LISTS_TTL_MS, asking, completions, http, icon, manuals, prompts, resources};
use crate::http::Budget;
use crate::tool::{Caller, Front};
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    ExtensionCapabilities, GetPromptRequestParams, GetPromptResponse, GetSkillRequestParams, GetSkillResult,
    Implementation, InitializeRequestParams, InitializeResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
    ServerConfig, SubscribeRequestMethod, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

/// A persona's tools, prompts and resources, as a client of either protocol generation asks for them.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) front: Arc<Front>,
    /// The runtime that calls run on.
    pub(super) calls: Handle,
    tools: Vec<Tool>,
    name: &'static str,
    pub(super) seal: Arc<Seal>,
    /// Cancelled when the client has left or the process is told to end: then nothing that is cancelled was so by the client.
    pub(super) left: CancellationToken,
    pub(super) callers: Callers,
    subscriptions: Arc<Subscriptions>,
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
        let subscriptions = Subscriptions::new(Arc::clone(&front), calls.clone(), left.clone());
        let subscriptions = Arc::new(subscriptions);
        Self { front, calls, tools, name, seal: Arc::default(), left, callers, subscriptions }
    }

    /// The subscriptions, if there can be any: on stdio, if the engine tells of changes.
    fn subscriptions(&self) -> Option<&Subscriptions> {
        let ours = matches!(self.callers, Callers::OurPerson) && self.subscriptions.are_offered();
        ours.then_some(&*self.subscriptions)
    }

    /// Who sent a request, and what can be asked of them.
    pub(super) fn caller(&self, context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
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
    pub(super) fn over_budget(&self, context: &RequestContext<RoleServer>) -> Result<Option<u64>, ErrorData> {
        match &self.callers {
            Callers::WhomTheTokenNames(Some(budget)) => {
                Ok(budget.take(&http::principal(context)?.counted_as()).err())
            }
            _ => Ok(None),
        }
    }
}

/// What work on the thread of the calls came to; none, and a line in the log, if it panicked.
pub(super) fn unless_panicked<T>(what: &str, done: Result<T, JoinError>) -> Option<T> {
    done.map_err(|panic| tracing::error!(what, %panic, "work for a client panicked")).ok()
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
        if self.subscriptions().is_some() {
            capabilities.resources.get_or_insert_default().subscribe = Some(true);
        }
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

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let none = ErrorData::method_not_found::<SubscribeRequestMethod>;
        self.subscriptions().ok_or_else(none)?.add(request.uri, context.peer).await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.subscriptions.remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(self.subscriptions()?.accepted(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.subscriptions.listen(context).await
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
        self.answer_call(request, context).await
    }
}
