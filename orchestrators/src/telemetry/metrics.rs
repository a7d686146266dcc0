//! Metrics: what calls come to and how long they take, what waits, and how the systems are.

use super::attributes::{CALL, ERROR, METHOD, OUTCOME, PERSONA, STEP, SYSTEM, TOOL, TOOL_ERROR};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use skills::System;
use std::sync::OnceLock;
use std::time::Duration;

/// Upper bounds of the histogram of durations, in seconds: those of the conventions for MCP servers.
const SECONDS: [f64; 14] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];
/// How often the engine and the systems are looked at, unless the setting of the export interval says otherwise.
const LOOKS: Duration = Duration::from_secs(60);

struct Metrics {
    calls: Counter<u64>,
    duration: Histogram<f64>,
    asked_again: Counter<u64>,
    unfinished: Gauge<u64>,
    oldest: Gauge<f64>,
    need_attention: Gauge<u64>,
    left_alone: Gauge<u64>,
    requests: Gauge<u64>,
    requests_allowed: Gauge<u64>,
}

static METRICS: OnceLock<Metrics> = OnceLock::new();

/// Begins to measure.
pub(super) fn begin(provider: &SdkMeterProvider) {
    let meter = provider.meter("hotel-mcp");
    let metrics = Metrics {
        calls: meter
            .u64_counter("hotel.calls")
            .with_unit("{call}")
            .with_description("Answers to calls, by tool and outcome (done, or the error code).")
            .build(),
        duration: meter
            .f64_histogram("mcp.server.operation.duration")
            .with_unit("s")
            .with_boundaries(SECONDS.to_vec())
            .with_description("How long clients waited for answers.")
            .build(),
        asked_again: meter
            .u64_counter("hotel.steps.asked_again")
            .with_unit("{try}")
            .with_description("Tries of a step after one that had no definite answer.")
            .build(),
        unfinished: meter
            .u64_gauge("hotel.calls.unfinished")
            .with_unit("{call}")
            .with_description("Calls that run, rest or wait for a guest.")
            .build(),
        oldest: meter
            .f64_gauge("hotel.calls.unfinished.age")
            .with_unit("s")
            .with_description("The age of the oldest unfinished call; 0 if there is none.")
            .build(),
        need_attention: meter
            .u64_gauge("hotel.calls.need_attention")
            .with_unit("{call}")
            .with_description("Calls that need a person and that staff have not cleared.")
            .build(),
        left_alone: meter
            .u64_gauge("hotel.system.left_alone")
            .with_description("1 while a system is not called because it failed repeatedly.")
            .build(),
        requests: meter
            .u64_gauge("hotel.system.requests_today")
            .with_unit("{request}")
            .with_description("Requests that count against the daily limit of the records, by all programs.")
            .build(),
        requests_allowed: meter
            .u64_gauge("hotel.system.requests_allowed")
            .with_unit("{request}")
            .with_description("The daily limit of requests to the records.")
            .build(),
    };
    // A program begins once.
    let _ = METRICS.set(metrics);
}

/// Counts an answer: done, or the code of an error.
pub(crate) fn answered(tool: &str, persona: &str, error_code: Option<&str>, took: Duration) {
    let Some(metrics) = METRICS.get() else { return };
    let tool = KeyValue::new(TOOL, tool.to_owned());
    let outcome = error_code.unwrap_or("done").to_owned();
    let counted = [tool.clone(), KeyValue::new(OUTCOME, outcome), KeyValue::new(PERSONA, persona.to_owned())];
    metrics.calls.add(1, &counted);
    let mut measured = vec![KeyValue::new(METHOD, CALL), tool];
    if error_code.is_some() {
        measured.push(KeyValue::new(ERROR, TOOL_ERROR));
    }
    metrics.duration.record(took.as_secs_f64(), &measured);
}

/// Counts a try of a step that is not its first.
pub(crate) fn asked_again(skill: &'static str, system: System) {
    let Some(metrics) = METRICS.get() else { return };
    metrics.asked_again.add(1, &[KeyValue::new(STEP, skill), KeyValue::new(SYSTEM, system.word())]);
}

/// How often the engine and the systems are to be looked at; none if nothing is measured.
pub(crate) fn looks_every() -> Option<Duration> {
    METRICS.get()?;
    let set = std::env::var("OTEL_METRIC_EXPORT_INTERVAL").ok();
    Some(set.and_then(|ms| ms.parse().ok()).map_or(LOOKS, Duration::from_millis))
}

/// How the engine and the systems are.
pub(crate) struct Health {
    /// Unfinished calls, the age of the oldest in seconds, and those that need attention; none if they could not be counted.
    pub(crate) calls: Option<(u32, f64, u32)>,
    /// Systems, and whether each is left alone for a moment.
    pub(crate) left_alone: [(System, bool); 3],
    /// Requests that count against the daily limit of the records, and the limit.
    pub(crate) requests_today: Option<(u64, u64)>,
}

/// Measures how the engine and the systems are.
pub(crate) fn measured(health: &Health) {
    let Some(metrics) = METRICS.get() else { return };
    if let Some((unfinished, oldest, need_attention)) = health.calls {
        metrics.unfinished.record(unfinished.into(), &[]);
        metrics.oldest.record(oldest, &[]);
        metrics.need_attention.record(need_attention.into(), &[]);
    }
    for (system, is_left_alone) in health.left_alone {
        metrics.left_alone.record(is_left_alone.into(), &[KeyValue::new(SYSTEM, system.word())]);
    }
    if let Some((sent, allowed)) = health.requests_today {
        metrics.requests.record(sent, &[]);
        metrics.requests_allowed.record(allowed, &[]);
    }
}
