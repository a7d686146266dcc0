//! What becomes of a request: where it goes, whether it may come in, and who asks.

use super::body::{self, Unread};
use super::door::Allowed;
use super::metadata::{PATH, RESOURCE, Resource};
use super::readiness::{Readiness, told};
use super::reply::{Reply, empty, refusal, value, with};
use super::room::{Held, Room};
use super::token::{Denied, Principal, Tokens};
use super::{BODY, HEAD};
use hyper::body::{Body, Bytes};
use hyper::header::{self, HeaderName};
use hyper::http::uri::Authority;
use hyper::{HeaderMap, Method, Request, StatusCode};
use std::pin::Pin;
use std::sync::Arc;

/// Answers the requests of those who may ask.
pub(crate) trait Endpoint: Send + Sync + 'static {
    /// Answers a request, read whole.
    fn answer(
        &self,
        request: Request<Bytes>,
        principal: Principal,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + '_>>;
}

/// Everything a request meets.
pub(crate) struct Router {
    /// Which hosts and origins it may name.
    pub(crate) allowed: Allowed,
    /// Who it is from.
    pub(crate) tokens: Arc<Tokens>,
    /// What a client without a token is told.
    pub(crate) resource: Resource,
    /// Whether calls can run.
    pub(crate) readiness: Readiness,
    /// Who answers it.
    pub(crate) endpoint: Arc<dyn Endpoint>,
    /// How much of the bodies of other requests is held.
    pub(crate) room: Room,
}

impl Router {
    /// Answers a request.
    pub(super) async fn answer<B>(&self, request: Request<B>) -> Reply
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        if length_of_head(&request) > HEAD {
            let why = format!("the head of a request has at most {HEAD} bytes");
            return with(
                refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &why),
                header::CONNECTION,
                "close",
            );
        }
        let has_body = !request.body().is_end_stream();
        let reply = self.answered(request).await;
        // A body that was not read ends the connection: the client is told, and does not send another request on it.
        if has_body && reply.extensions().get::<WholeRequestRead>().is_none() {
            return with(reply, header::CONNECTION, "close");
        }
        reply
    }

    async fn answered<B>(&self, request: Request<B>) -> Reply
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        // Who looks after the process asks by its address, whatever its name.
        match request.uri().path() {
            "/healthz" => {
                return reading(&request, || value(StatusCode::OK, &serde_json::json!({"status": "alive"})));
            }
            "/readyz" => {
                let lacking = self.readiness.lacking().await;
                let status =
                    if lacking.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
                return reading(&request, || value(status, &told(&lacking)));
            }
            _ => {}
        }
        let Some(host) = self.allowed.host(request.uri(), request.headers()) else {
            return refusal(StatusCode::FORBIDDEN, "this Host is not served (HOTEL_HTTP_HOSTS)");
        };
        if !self.allowed.origin(request.headers()) {
            return refusal(StatusCode::FORBIDDEN, "pages of this Origin may not ask (HOTEL_HTTP_ORIGINS)");
        }
        let origin = request.headers().get(header::ORIGIN).cloned();
        let mut reply = self.routed(request, &host).await;
        if let Some(origin) = origin {
            // The page may read the answer, and the challenge in it.
            reply.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            reply = with(reply, header::ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, Retry-After");
            reply = with(reply, header::VARY, "Origin");
        }
        reply
    }

    async fn routed<B>(&self, request: Request<B>, host: &Authority) -> Reply
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let path = request.uri().path();
        if path == RESOURCE && request.method() == Method::OPTIONS {
            return preflight(request.headers());
        }
        if path == RESOURCE {
            return self.asked(request, host).await;
        }
        if path.strip_prefix(PATH).is_some_and(|below| self.resource.is_at(below)) {
            return reading(&request, || value(StatusCode::OK, &self.resource.metadata(host)));
        }
        refusal(StatusCode::NOT_FOUND, "there is nothing here; MCP is at /mcp")
    }

    async fn asked<B>(&self, request: Request<B>, host: &Authority) -> Reply
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let principal = match bearer(request.headers()) {
            Ok(token) => self.tokens.principal(token).await,
            Err(denied) => Err(denied),
        };
        let principal = match principal {
            Ok(principal) => principal,
            Err(denied) => {
                let (head, body) = request.into_parts();
                body::throw_away(&head.headers, body);
                return self.denied(host, &denied);
            }
        };
        let (mut head, body) = request.into_parts();
        head.headers.remove(header::AUTHORIZATION); // nothing behind this point needs the token
        let told = body::length(&head.headers);
        if told.is_some_and(|length| length > BODY) {
            body::throw_away(&head.headers, body);
            return too_long();
        }
        let mut held = Held::default();
        let body = match body::read(body, &self.room, &mut held).await {
            Ok(body) => Bytes::from(body),
            Err(Unread::NoRoom) => {
                let reply = refusal(StatusCode::SERVICE_UNAVAILABLE, "there are too many long requests");
                return with(reply, header::RETRY_AFTER, "1");
            }
            Err(Unread::TooLong) => return too_long(),
            Err(Unread::TooLate) => {
                return refusal(StatusCode::REQUEST_TIMEOUT, "the request did not come in time");
            }
            Err(Unread::Broken) => return refusal(StatusCode::BAD_REQUEST, "the request could not be read"),
        };
        let mut reply = self.endpoint.answer(Request::from_parts(head, body), principal).await;
        reply.extensions_mut().insert(WholeRequestRead);
        reply
    }

    fn denied(&self, host: &Authority, denied: &Denied) -> Reply {
        let (status, why) = match denied {
            Denied::NoToken => (StatusCode::UNAUTHORIZED, "give an access token: Authorization: Bearer …"),
            Denied::Invalid(why) => (StatusCode::UNAUTHORIZED, *why),
            Denied::WrongScope => {
                (StatusCode::FORBIDDEN, "the token does not have the scope that this server needs")
            }
            Denied::NoKeys(seconds) => {
                let why =
                    "the issuer of tokens cannot be reached, so nobody can tell whom this token stands for";
                let reply = refusal(StatusCode::SERVICE_UNAVAILABLE, why);
                return with(reply, header::RETRY_AFTER, &seconds.to_string());
            }
        };
        tracing::info!(status = status.as_u16(), why, scope = self.tokens.scope(), "a request was refused");
        with(refusal(status, why), header::WWW_AUTHENTICATE, &self.resource.challenge(host, denied))
    }
}

fn too_long() -> Reply {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("a request has at most {BODY} bytes"))
}

/// Marks an answer whose request was read to its end.
#[derive(Clone)]
struct WholeRequestRead;

/// The bytes of a request's head, without its line breaks.
fn length_of_head<B>(request: &Request<B>) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    request.uri().to_string().len() + headers.sum::<usize>()
}

/// The token of a request: in its one header, never in its address.
fn bearer(headers: &HeaderMap) -> Result<&str, Denied> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = given.next().ok_or(Denied::NoToken)?;
    if given.next().is_some() {
        return Err(Denied::Invalid("Authorization is given twice"));
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Denied::NoToken)?;
    if scheme.eq_ignore_ascii_case("Bearer") { Ok(token.trim()) } else { Err(Denied::NoToken) }
}

/// What only reads takes GET.
fn reading<B>(request: &Request<B>, answer: impl FnOnce() -> Reply) -> Reply {
    if [Method::GET, Method::HEAD].contains(request.method()) {
        return answer();
    }
    with(refusal(StatusCode::METHOD_NOT_ALLOWED, "this takes GET"), header::ALLOW, "GET, HEAD")
}

/// What a browser asks before a page may make a request: whatever headers it wants to send, it may.
fn preflight(headers: &HeaderMap) -> Reply {
    let reply = empty(StatusCode::NO_CONTENT);
    let wanted = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).and_then(|it| it.to_str().ok());
    let allowed: [(HeaderName, &str); 3] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or("authorization, content-type")),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    allowed.into_iter().fold(reply, |reply, (name, value)| with(reply, name, value))
}
