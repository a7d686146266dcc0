//! A collector of telemetry: takes spans and metrics as OTLP over HTTP has them, and keeps what it was sent. It reads them with
//! the protocol's own definitions.

use super::{Answer, Fake, Request, Service};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric, number_data_point};
use prost::Message;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A running collector.
pub struct Collector(Fake<Kept>);

/// A span as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The program that sent it.
    pub service: String,
    /// All ids in hex.
    pub trace: String,
    /// Of the span.
    pub id: String,
    /// Of its parent; empty if it has none.
    pub parent: String,
    /// `tools/call assign_room`
    pub name: String,
    /// 1 internal, 2 server, 3 client.
    pub kind: i32,
    /// When it began, in nanoseconds.
    pub began: u64,
    /// When it ended, in nanoseconds.
    pub ended: u64,
    /// Whether its status is an error.
    pub failed: bool,
    /// As texts.
    pub attributes: BTreeMap<String, String>,
}

impl Collector {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self(Fake::start(|_| Kept::default()))
    }

    /// Starts it where the worker of this run exports to; none if calls run on the embedded engine.
    ///
    /// # Panics
    /// When another test has it.
    #[must_use]
    pub fn of_the_worker() -> Option<Self> {
        let port = std::env::var("HOTEL_TEST_COLLECTOR").ok()?;
        Some(Self(Fake::start_at(port.parse().expect("a port"), |_| Kept::default())))
    }

    /// The fake, for its faults and exchanges.
    #[must_use]
    pub fn fake(&self) -> &Fake<impl Service> {
        &self.0
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.base()
    }

    /// All spans, in the order in which they began; a span that was sent twice is there once.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        let kept = self.0.service().spans.lock().unwrap_or_else(PoisonError::into_inner);
        let by_id: BTreeMap<_, _> =
            kept.iter().map(|span| ((span.trace.clone(), span.id.clone()), span.clone())).collect();
        let mut spans: Vec<_> = by_id.into_values().collect();
        spans.sort_by(|one, other| (one.began, &one.name).cmp(&(other.began, &other.name)));
        spans
    }

    /// The spans of a trace as a tree, with the chosen attributes. Children are in the order of their names: steps that run side
    /// by side begin in any order.
    #[must_use]
    pub fn tree(&self, trace: &str, attributes: &[&str]) -> String {
        let mut spans: Vec<_> = self.spans().into_iter().filter(|span| span.trace == trace).collect();
        spans.sort_by(|one, other| one.name.cmp(&other.name));
        let known = |id: &str| spans.iter().any(|span| span.id == id);
        let mut text = String::new();
        for root in spans.iter().filter(|span| !known(&span.parent)) {
            branch(&spans, root, 0, attributes, &mut text);
        }
        text
    }

    /// The last value of each metric by its name and its attributes, `hotel.calls{hotel.outcome=done}`.
    #[must_use]
    pub fn metrics(&self) -> BTreeMap<String, f64> {
        self.0.service().metrics.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn branch(spans: &[Span], span: &Span, depth: usize, attributes: &[&str], text: &mut String) {
    let of = |name: &&str| span.attributes.get(*name).map(|value| format!("{name}={value}"));
    let chosen: Vec<_> = attributes.iter().filter_map(of).collect();
    let failed = if span.failed { " !" } else { "" };
    let line = format!("{}{}{failed} {}", "  ".repeat(depth), span.name, chosen.join(" "));
    text.push_str(line.trim_end());
    text.push('\n');
    for child in spans.iter().filter(|child| child.parent == span.id) {
        branch(spans, child, depth + 1, attributes, text);
    }
}

#[derive(Default)]
struct Kept {
    spans: Mutex<Vec<Span>>,
    metrics: Mutex<BTreeMap<String, f64>>,
}

impl Kept {
    fn keep_spans(&self, sent: ExportTraceServiceRequest) {
        let mut kept = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        for of in sent.resource_spans {
            let resource = texts(&of.resource.unwrap_or_default().attributes);
            for span in of.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                kept.push(Span {
                    service: resource.get("service.name").cloned().unwrap_or_default(),
                    trace: hex(&span.trace_id),
                    id: hex(&span.span_id),
                    parent: hex(&span.parent_span_id),
                    name: span.name,
                    kind: span.kind,
                    began: span.start_time_unix_nano,
                    ended: span.end_time_unix_nano,
                    failed: span.status.is_some_and(|status| status.code == 2),
                    attributes: texts(&span.attributes),
                });
            }
        }
    }

    fn keep_metrics(&self, sent: ExportMetricsServiceRequest) {
        let mut kept = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        let metrics = sent.resource_metrics.into_iter().flat_map(|of| of.scope_metrics);
        for metric in metrics.flat_map(|scope| scope.metrics) {
            kept.extend(values(&metric));
        }
    }
}

fn values(metric: &Metric) -> Vec<(String, f64)> {
    let name = |attributes: &[KeyValue]| {
        let of: Vec<_> =
            texts(attributes).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}{{{}}}", metric.name, of.join(","))
    };
    #[allow(clippy::cast_precision_loss)] // counts of a test
    let number = |value: &Option<number_data_point::Value>| match *value {
        Some(number_data_point::Value::AsDouble(value)) => value,
        Some(number_data_point::Value::AsInt(value)) => value as f64,
        None => f64::NAN,
    };
    #[allow(clippy::cast_precision_loss)]
    let count = |count: u64| count as f64;
    match &metric.data {
        Some(metric::Data::Gauge(gauge)) => {
            gauge.data_points.iter().map(|point| (name(&point.attributes), number(&point.value))).collect()
        }
        Some(metric::Data::Sum(sum)) => {
            sum.data_points.iter().map(|point| (name(&point.attributes), number(&point.value))).collect()
        }
        Some(metric::Data::Histogram(all)) => {
            all.data_points.iter().map(|point| (name(&point.attributes), count(point.count))).collect()
        }
        _ => vec![],
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    attributes.iter().map(|it| (it.key.clone(), text(it.value.as_ref()))).collect()
}

fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::BoolValue(is)) => is.to_string(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

impl Service for Kept {
    fn name(&self) -> &'static str {
        "collector"
    }

    fn operation(&self, request: &Request) -> String {
        request.path.trim_start_matches("/v1/").to_owned()
    }

    fn admit(&self, request: &Request) -> Result<(), Answer> {
        let is_known = ["/v1/traces", "/v1/metrics"].contains(&request.path.as_str());
        if request.method != "POST" || !is_known {
            return Err(self.trouble(404));
        }
        if request.header("content-type") != Some("application/x-protobuf") {
            return Err(self.trouble(415));
        }
        Ok(())
    }

    fn work(&self, request: &Request) -> Answer {
        let read = match request.path.as_str() {
            "/v1/traces" => {
                ExportTraceServiceRequest::decode(request.body.as_slice()).map(|sent| self.keep_spans(sent))
            }
            _ => ExportMetricsServiceRequest::decode(request.body.as_slice())
                .map(|sent| self.keep_metrics(sent)),
        };
        match read {
            Ok(()) => {
                let answer = Answer { status: 200, headers: vec![], body: vec![] };
                answer.with("content-type", "application/x-protobuf")
            }
            Err(_) => self.trouble(400),
        }
    }

    fn trouble(&self, status: u16) -> Answer {
        Answer::json(status, &json!({"code": status}))
    }

    fn decode(&self, request: &Request) -> (Value, Value) {
        (Value::Null, json!({"bytes": request.body.len()}))
    }
}
