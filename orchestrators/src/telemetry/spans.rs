//! The spans of a call: its request, the run that finishes it elsewhere, its steps.

use super::attributes::{CALL, TOOL_ERROR};
use super::trace::sent;
use super::{Trace, earlier, export, ids};
use jiff::Timestamp;
use opentelemetry::trace::{SpanId, TraceContextExt};
use skills::telemetry::TARGET;
use tracing::field::Empty;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Where a request came from.
pub(crate) struct From<'a> {
    /// `pipe` or `tcp`.
    pub(crate) transport: &'static str,
    /// The version of the protocol.
    pub(crate) protocol: Option<&'a str>,
}

/// A request's span, and where the trace of its call goes on. Neither if nothing is exported.
#[derive(Debug, Clone)]
pub(crate) struct Requested {
    pub(crate) span: Span,
    pub(crate) trace: Option<Trace>,
}

impl Default for Requested {
    fn default() -> Self {
        Self { span: Span::none(), trace: None }
    }
}

/// The span of a request to a tool. `field` finds what the client sent: `traceparent`, `tracestate`.
pub(crate) fn request(
    tool: &str,
    persona: &str,
    from: &From<'_>,
    field: impl Fn(&str) -> Option<String>,
) -> Requested {
    if !export::is_on() {
        return Requested::default();
    }
    let span = info_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.name = format!("{CALL} {tool}"),
        otel.kind = "server",
        otel.status_code = Empty,
        mcp.method.name = CALL,
        mcp.protocol.version = from.protocol,
        gen_ai.operation.name = "execute_tool",
        gen_ai.tool.name = tool,
        network.transport = from.transport,
        error.type = Empty,
        hotel.persona = persona,
        hotel.outcome = Empty,
        hotel.error_code = Empty,
        hotel.replayed = Empty,
    );
    let client = sent(field);
    // Without a subscriber there is no trace to go on with.
    let _ = span.set_parent(client.clone());
    let trace = Trace::of(&span.context(), client.span().span_context());
    Requested { span, trace }
}

impl Requested {
    /// Adds what the client is told: done, or the code of an error.
    pub(crate) fn answered(&self, error_code: Option<&str>, replayed: bool) {
        let span = &self.span;
        span.record("hotel.replayed", replayed);
        match error_code {
            None => span.record("hotel.outcome", "done"),
            Some(code) => span
                .record("hotel.outcome", "refused")
                .record("hotel.error_code", code)
                .record("error.type", TOOL_ERROR)
                .record("otel.status_code", "ERROR"),
        };
    }
}

/// A call with which a run goes on.
pub(crate) struct Resumed<'a> {
    pub(crate) trace: Option<&'a Trace>,
    pub(crate) tool: &'a str,
    pub(crate) started_at: Timestamp,
    /// Which run of the call it is.
    pub(crate) run: i64,
    /// Where it runs, if that tells runs of one number apart.
    pub(crate) place: &'a str,
    /// Recovery runs it, and no caller waits.
    pub(crate) by_recovery: bool,
    /// The process that ran it last has died.
    pub(crate) died: bool,
}

/// The span of a run that goes on with a call that another run has begun; none if its call has no trace.
pub(crate) fn resumed(call: &Resumed<'_>) -> Span {
    let Some(trace) = call.trace.filter(|_| export::is_on()) else { return Span::none() };
    if call.died {
        earlier::died(trace, call.tool, call.started_at);
    }
    ids::with(trace.id(&["run", &call.run.to_string(), call.place]), || {
        let span = info_span!(
            target: TARGET,
            parent: None,
            "resume",
            otel.name = format!("resume {}", call.tool),
            hotel.by_recovery = call.by_recovery,
            hotel.run = call.run,
        );
        let _ = span.set_parent(trace.request());
        span.context(); // it begins here, under its id
        span
    })
}

/// The span of a step, to be begun where the step runs.
#[derive(Clone)]
pub(crate) struct StepSpan {
    trace: Option<Trace>,
    within: Span,
    name: String,
    run: i64,
}

impl StepSpan {
    /// Of a step, under the span of the run that has it done: the call's run of this number.
    pub(crate) fn new(within: &Span, trace: Option<&Trace>, run: i64, name: &str) -> Self {
        let trace = trace.filter(|_| export::is_on()).cloned();
        Self { trace, within: within.clone(), name: name.to_owned(), run }
    }

    /// Begins it. A step that an earlier run began is another span.
    pub(crate) fn begin(&self, asked_again: bool) -> Span {
        let Some(trace) = &self.trace else { return Span::none() };
        let run = self.run.to_string();
        let id = match asked_again {
            false => trace.id(&["step", &self.name]),
            true => trace.id(&["step", &self.name, &run]),
        };
        // A saga that begins again does some steps anew.
        let id = if earlier::is_exported_here(id) { SpanId::INVALID } else { id };
        ids::with(id, || {
            let span = info_span!(
                target: TARGET,
                parent: &self.within,
                "step",
                otel.name = self.name,
                otel.status_code = Empty,
                hotel.step = self.name,
                hotel.step.outcome = Empty,
                hotel.step.tries = Empty,
                error.type = Empty,
                hotel.asked_again = asked_again.then_some(true),
            );
            span.context();
            span
        })
    }
}

/// Adds how a step ended, with the code of an outage, and how often its system was asked.
pub(crate) fn ended(span: &Span, outcome: &'static str, outage: Option<&str>, tries: u32) {
    span.record("hotel.step.outcome", outcome).record("hotel.step.tries", tries);
    if let Some(code) = outage {
        span.record("error.type", code).record("otel.status_code", "ERROR");
    }
}
