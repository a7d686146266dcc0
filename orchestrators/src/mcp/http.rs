//! The protocol over HTTP: a request per call and no sessions, to clients of both protocol generations.
//!
//! A message is read as on stdio ([`super::message`]) before rmcp sees it, so that a wrong one gets the same answer.

use super::message::{Read, read};
use super::server::{Callers, Server};
use super::{STUCK, WIND_DOWN, surrogates, thread_of_calls, tool_list, wind_down};
use crate::engine::measure;
use crate::http::{
    Budget, Endpoint, HttpSettings, Needs, Principal, Readiness, Reply, Resource, Room, Router, Tokens,
    Trust, empty, json,
};
use crate::tool::Front;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use rmcp::model::{ErrorCode, GetMeta, JsonRpcMessage};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer};
use std::pin::Pin;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

type Service = StreamableHttpService<Arc<Server>, NeverSessionManager>;

/// How an HTTP server listens, and whom it believes.
pub(crate) struct Listening {
    /// Where it listens.
    pub(crate) listener: TcpListener,
    /// Its settings.
    pub(crate) settings: HttpSettings,
    /// Whose tokens it accepts.
    pub(crate) trust: Trust,
    /// How many calls a caller may make in a minute; 0 for any number.
    pub(crate) calls_per_minute: u32,
}

/// Serves the toolset over HTTP until `stop` is cancelled.
///
/// # Errors
/// When this machine cannot make secure connections or start a thread.
pub(crate) async fn serve_http(
    front: Arc<Front>,
    name: &'static str,
    listening: Listening,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let Listening { listener, settings, trust, calls_per_minute } = listening;
    let (calls, engine) = (thread_of_calls()?, Arc::clone(front.engine()));
    let watched = Arc::clone(&engine);
    calls.spawn(async move { watched.watch() });
    calls.spawn(measure(Arc::clone(&engine)));
    let persona = front.toolset().persona();
    let needs = Needs {
        scope: scope(persona.name),
        email_claim: settings.email_claim,
        email: persona.acts_for.only_themselves,
    };
    let issuer = settings.issuer.as_ref().filter(|_| matches!(trust, Trust::Issuer(_)));
    let issuer = issuer.map(|issuer| (issuer.as_written.as_str(), issuer.audience.as_str()));
    let end = CancellationToken::new();
    let budget = (calls_per_minute > 0).then(|| Arc::new(Budget::new(calls_per_minute)));
    let (tools, callers) = (tool_list(front.toolset()), Callers::WhomTheTokenNames(budget));
    let server = Server::new(front, calls.clone(), tools, name, nobody_cancels(), callers);
    let resource = Resource::new(issuer, &needs.scope);
    let tokens = Arc::new(Tokens::new(trust, needs)?);
    let router = Router {
        allowed: settings.allowed,
        resource,
        readiness: Readiness::new(Arc::clone(&engine), calls.clone(), Arc::clone(&tokens)),
        tokens,
        room: Room::default(),
        endpoint: Arc::new(Messages::new(&Arc::new(server), &end)),
    };
    let patience = WIND_DOWN - STUCK;
    let left = crate::http::serve(listener, Arc::new(router), settings.connections, stop, patience).await;
    end.cancel();
    wind_down(&engine, &calls, left).await;
    Ok(())
}

/// A caller whose connection has broken did not ask for its call to be given up: it may come back with its token.
fn nobody_cancels() -> CancellationToken {
    let left = CancellationToken::new();
    left.cancel();
    left
}

/// The scope that tokens for a persona's server have.
pub(crate) fn scope(persona: &str) -> String {
    format!("hotel:{persona}")
}

/// The principal of a request, as the front has found out.
pub(super) fn principal(context: &RequestContext<RoleServer>) -> Result<&Principal, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    let principal = parts.and_then(|parts| parts.extensions.get::<Principal>());
    principal.ok_or_else(|| ErrorData::internal_error("nobody knows who asks", None))
}

/// Answers messages.
struct Messages {
    /// With one answer in JSON.
    plain: Service,
    /// With a stream of events, for a caller that wants to hear of progress.
    stream: Service,
}

impl Messages {
    fn new(server: &Arc<Server>, end: &CancellationToken) -> Self {
        let service = |json: bool| {
            let server = Arc::clone(server);
            let config = StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(json)
                // The length of a message was limited when it came; written anew it may be a little longer.
                .with_max_request_body_bytes(usize::MAX)
                // Hosts and origins are checked at the door, before the token.
                .disable_allowed_hosts()
                .disable_allowed_origins()
                .with_cancellation_token(end.child_token());
            Service::new(move || Ok(Arc::clone(&server)), Arc::default(), config)
        };
        Self { plain: service(true), stream: service(false) }
    }

    async fn reply(&self, request: Request<Bytes>, principal: Principal) -> Reply {
        let (mut head, body) = request.into_parts();
        head.extensions.insert(principal);
        if head.method != Method::POST {
            return self.plain.handle(Request::from_parts(head, Full::new(body))).await;
        }
        let mut text = body.to_vec();
        surrogates::mend_all(&mut text);
        let message = match read(&text) {
            Read::Message(message) => message,
            Read::Wrong(wrong) => {
                let is_modern = head.headers.get("mcp-protocol-version").is_some_and(|it| it == "2026-07-28");
                let status = match wrong.code() {
                    ErrorCode::INVALID_PARAMS => StatusCode::OK,
                    ErrorCode::METHOD_NOT_FOUND if !is_modern => StatusCode::OK,
                    ErrorCode::METHOD_NOT_FOUND => StatusCode::NOT_FOUND,
                    _ => StatusCode::BAD_REQUEST,
                };
                return json(status, wrong.line());
            }
            Read::Nothing if text.trim_ascii().is_empty() => return empty(StatusCode::BAD_REQUEST),
            Read::Nothing => return empty(StatusCode::ACCEPTED),
        };
        let hears_progress = match &*message {
            JsonRpcMessage::Request(asked) => asked.request.get_meta().get_progress_token().is_some(),
            _ => false,
        };
        let Ok(text) = serde_json::to_vec(&message) else { return empty(StatusCode::INTERNAL_SERVER_ERROR) };
        head.headers.remove(hyper::header::CONTENT_LENGTH);
        let request = Request::from_parts(head, Full::new(Bytes::from(text)));
        let service = if hears_progress { &self.stream } else { &self.plain };
        service.handle(request).await.map(BodyExt::boxed)
    }
}

impl Endpoint for Messages {
    fn answer(
        &self,
        request: Request<Bytes>,
        principal: Principal,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + '_>> {
        Box::pin(self.reply(request, principal))
    }
}
