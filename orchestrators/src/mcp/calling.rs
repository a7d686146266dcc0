//! `tools/call`: a call with its progress, its questions to the person, and its answer.

use super::server::{Callers, Server, unless_panicked};
use super::{asking, message};
use crate::saga::live::{Live, Progress};
use crate::telemetry::{self, Requested};
use crate::tool::answer::Answer;
use crate::tool::{Caller, Told};
use hyper::http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ProgressNotificationParam,
    ProgressToken,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How many questions a call of a client of an older version puts to its person at most.
const MOST_QUESTIONS: u32 = 10;

impl Server {
    /// Calls a tool for a client, and asks its person as often as the call wants to know something.
    pub(super) async fn answer_call(
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
        let may_cancel = !self.left.is_cancelled();
        caller.live = if may_cancel { Live::cancelled_by(cancelled.clone()) } else { Live::default() };
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

/// Tells the client of progress; a client that is gone need not be told.
async fn notify(context: &RequestContext<RoleServer>, token: Option<&ProgressToken>, progress: Progress) {
    let Some(token) = token else { return };
    let Progress { stage, of, doing } = progress;
    let told =
        ProgressNotificationParam::new(token.clone(), stage.into()).with_total(of.into()).with_message(doing);
    let _ = context.peer.notify_progress(told).await;
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
