//! What an earlier process could not export: the request whose process died, and steps whose outcome is in the record.
//!
//! They go under the ids that the earlier process would have given them, so a collector that has them already has them once.

use super::attributes::{CALL, ERROR, METHOD, OUTCOME, STEP, TOOL};
use super::{Trace, export, ids};
use jiff::{SignedDuration, Timestamp};
use lru::LruCache;
use opentelemetry::trace::{Span as _, SpanBuilder, SpanId, SpanKind, Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::SystemTime;
#[cfg(feature = "restate")]
use {tracing::Span, tracing_opentelemetry::OpenTelemetrySpanExt};

/// How many spans of steps are remembered as exported here.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4_096).expect("it is not zero");

static EXPORTED: LazyLock<Mutex<LruCache<SpanId, ()>>> =
    LazyLock::new(|| Mutex::new(LruCache::new(REMEMBERED)));

/// Notes that this process exports a span; returns whether it had done so before.
pub(super) fn is_exported_here(id: SpanId) -> bool {
    EXPORTED.lock().unwrap_or_else(PoisonError::into_inner).put(id, ()).is_some()
}

/// Exports a step that an earlier run did, under the span of its request.
pub(crate) fn taken(trace: Option<&Trace>, step: &Step<'_>) {
    if let Some(trace) = trace.filter(|_| export::is_on()) {
        put_step(trace, &trace.request(), step);
    }
}

/// Exports a step of this run, whose span is given, that another process did.
#[cfg(feature = "restate")]
pub(crate) fn taken_by(run: &Span, trace: Option<&Trace>, step: &Step<'_>) {
    if let Some(trace) = trace.filter(|_| export::is_on()) {
        put_step(trace, &run.context(), step);
    }
}

/// A step that was done.
pub(crate) struct Step<'a> {
    pub(crate) name: &'a str,
    pub(crate) outcome: &'static str,
    pub(crate) began_at: Timestamp,
    pub(crate) duration_ms: i64,
}

fn put_step(trace: &Trace, parent: &Context, step: &Step<'_>) {
    let id = trace.id(&["step", step.name]);
    if is_exported_here(id) {
        return;
    }
    let attributes = vec![
        KeyValue::new(STEP, step.name.to_owned()),
        KeyValue::new("hotel.step.outcome", step.outcome),
        KeyValue::new("hotel.step.from_record", true),
    ];
    let span = SpanBuilder::from_name(step.name.to_owned()).with_attributes(attributes);
    let lasted = SignedDuration::from_millis(step.duration_ms);
    let until = step.began_at.checked_add(lasted).unwrap_or(step.began_at);
    put(id, span, parent, (step.began_at, until), Status::Unset);
}

/// Exports the request whose process died, as the process that goes on with its call knows it.
pub(super) fn died(trace: &Trace, tool: &str, started_at: Timestamp) {
    let id = trace.request().span().span_context().span_id();
    let attributes = vec![
        KeyValue::new(METHOD, CALL),
        KeyValue::new(TOOL, tool.to_owned()),
        KeyValue::new(OUTCOME, "process died"),
        KeyValue::new(ERROR, "process_died"),
    ];
    let span = SpanBuilder::from_name(format!("{CALL} {tool}"))
        .with_kind(SpanKind::Server)
        .with_attributes(attributes);
    let status = Status::error("the process that answered it died");
    put(id, span, &trace.client(), (started_at, skills::clock::now()), status);
}

fn put(
    id: SpanId,
    span: SpanBuilder,
    parent: &Context,
    (from, until): (Timestamp, Timestamp),
    status: Status,
) {
    let Some(tracer) = export::tracer() else { return };
    let span = span.with_start_time(SystemTime::from(from));
    let mut span = ids::with(id, || span.start_with_context(tracer, parent));
    span.set_status(status);
    span.end_with_timestamp(until.into());
}
