//! The parts of a fake: a [`Service`], which knows what requests mean, and the path of a request through it, with faults
//! and records. (It uses hyper itself, because a handler of a web framework cannot close the connection without an answer.)

use super::faults::{Fault, Faults};
use super::recording::{Exchange, Recording, now};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A request, read completely.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST …
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Still encoded.
    pub query: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// As it came.
    pub body: Vec<u8>,
}

impl Request {
    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200, 402 …
    pub status: u16,
    /// Without content-length.
    pub headers: Vec<(String, String)>,
    /// Mostly JSON.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer in JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        let answer = Self { status, headers: vec![], body: body.to_string().into_bytes() };
        answer.with("content-type", "application/json")
    }

    /// An answer that came after its caller had given up.
    fn too_late() -> Self {
        Self::json(200, &Value::Null).with(skills::faults::TOO_LATE, "true")
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// What a fake does. Once a request is admitted, its work is finished even if the connection closes.
pub trait Service: Send + Sync + 'static {
    /// `stripe`
    fn name(&self) -> &'static str;
    /// The name tests know the operation of this request by.
    fn operation(&self, request: &Request) -> String;
    /// Checks a request before any work: credentials, form, a key that is known already.
    ///
    /// # Errors
    /// The answer of a request that is not admitted.
    fn admit(&self, request: &Request) -> Result<(), Answer>;
    /// Does the work.
    fn work(&self, request: &Request) -> Answer;
    /// Stores the answer, for a system that replays it.
    fn finish(&self, _request: &Request, _answer: &Answer) {}
    /// The system's own body for 429, 500 and 503.
    fn trouble(&self, status: u16) -> Answer;
    /// Query and body as the system reads them, for the record.
    fn decode(&self, request: &Request) -> (Value, Value);
}

pub(super) struct Hub<S> {
    pub(super) service: S,
    pub(super) faults: Faults,
    pub(super) recording: Recording,
}

impl<S: Service> Hub<S> {
    /// None if the answer is lost.
    async fn handle(self: Arc<Self>, request: Request) -> Option<Answer> {
        let operation = self.service.operation(&request);
        let fault = self.faults.take(&operation);
        if let Some(Fault::Slow(by)) = fault {
            tokio::spawn(async move {
                tokio::time::sleep(by).await;
                self.serve(operation, request, fault).await
            });
            return Some(Answer::too_late());
        }
        self.serve(operation, request, fault).await
    }

    async fn serve(&self, operation: String, request: Request, fault: Option<Fault>) -> Option<Answer> {
        let arrived = now();
        let answer = self.meet(&operation, &request, fault.as_ref()).await;
        let (query, body) = self.service.decode(&request);
        let exchange = Exchange {
            operation,
            method: request.method,
            path: request.path,
            query,
            body,
            headers: request.headers,
            arrived,
            answered: now(),
            status: answer.as_ref().map(|answer| answer.status),
            answer: answer.as_ref().and_then(|it| serde_json::from_slice(&it.body).ok()).unwrap_or_default(),
            answer_headers: answer.as_ref().map(|it| it.headers.clone()).unwrap_or_default(),
            fault: fault.map(|fault| format!("{fault:?}")),
        };
        self.recording.add(self.service.name(), exchange);
        answer
    }

    async fn meet(&self, operation: &str, request: &Request, fault: Option<&Fault>) -> Option<Answer> {
        match fault {
            Some(Fault::Refuse) => return None,
            Some(Fault::TooMany { retry_after }) => {
                return Some(self.service.trouble(429).with("retry-after", &retry_after.to_string()));
            }
            Some(Fault::Unavailable) => return Some(self.service.trouble(503)),
            Some(Fault::Instead(answer)) => return Some(answer.clone()),
            _ => {}
        }
        let answer = match self.service.admit(request) {
            Err(answer) => answer,
            Ok(()) => self.work(operation, request, fault).await,
        };
        match fault {
            Some(Fault::LoseAnswer) => None,
            Some(Fault::Garbage) => {
                let page = b"<html><body>It works!</body></html>".to_vec();
                Some(Answer {
                    status: 200,
                    headers: vec![("content-type".into(), "text/html".into())],
                    body: page,
                })
            }
            Some(Fault::Late) => Some(Answer::too_late()),
            _ => Some(answer),
        }
    }

    async fn work(&self, operation: &str, request: &Request, fault: Option<&Fault>) -> Answer {
        let delay = self.faults.delay(operation, request);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let answer = match fault {
            Some(Fault::FailBefore) => self.service.trouble(500),
            Some(Fault::FailAfter) => {
                self.service.work(request);
                self.service.trouble(500)
            }
            _ => self.service.work(request),
        };
        self.service.finish(request, &answer);
        answer
    }
}

/// An error closes the connection without an answer.
pub(super) async fn answer<S: Service>(
    hub: Arc<Hub<S>>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, std::io::Error> {
    let lost = || std::io::Error::other("lost");
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| lost())?.to_bytes().to_vec();
    let headers = head.headers.iter();
    let headers =
        headers.map(|(k, v)| (k.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
    };
    // A task of its own, because the work continues when the caller has disconnected.
    let answer = tokio::spawn(async move { hub.handle(request).await }).await;
    let answer = answer.map_err(|_| lost())?.ok_or_else(lost)?;
    let mut response = hyper::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(Bytes::from(answer.body))).map_err(|_| lost())
}
