//! Where telemetry goes: the collector that the `OTEL_…` settings name, by OTLP over HTTP. Spans and metrics wait in threads
//! of their own; no call waits for the collector.

use super::ids::Ids;
use super::metrics;
use anyhow::{Context, bail};
use async_trait::async_trait;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use skills::systems::collector::Collector;
use skills::telemetry::TARGET;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use tokio::runtime::Runtime;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// How long a process that ends waits until what it has is exported.
const LAST: Duration = Duration::from_secs(1);

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOLS: [&str; 3] = [
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
];

#[derive(Default)]
struct Exports {
    spans: Option<(SdkTracerProvider, SdkTracer)>,
    metrics: Option<SdkMeterProvider>,
}

static EXPORTS: OnceLock<Exports> = OnceLock::new();

/// Whether spans are exported.
pub(super) fn is_on() -> bool {
    tracer().is_some()
}

/// What makes spans that are exported.
pub(super) fn tracer() -> Option<&'static SdkTracer> {
    Some(&EXPORTS.get()?.spans.as_ref()?.1)
}

/// Begins to export what this program, called `name`, does; nothing if no endpoint is set.
///
/// # Errors
/// A setting that cannot be used.
pub(crate) fn start(name: &'static str) -> anyhow::Result<()> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is = |name: &str, value: &str| set(name).is_some_and(|set| set.eq_ignore_ascii_case(value));
    let wanted = |signal: &str| {
        let endpoint = set(ENDPOINT).or_else(|| set(&format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")));
        endpoint.is_some() && !is(&format!("OTEL_{signal}_EXPORTER"), "none")
    };
    let (traces, measures) = (wanted("TRACES"), wanted("METRICS"));
    if is("OTEL_SDK_DISABLED", "true") || !(traces || measures) {
        return Ok(());
    }
    for name in PROTOCOLS {
        if set(name).is_some_and(|protocol| protocol != "http/protobuf") {
            bail!(
                "{name}: give http/protobuf, the only protocol that is spoken here; a collector takes it on port 4318"
            );
        }
    }
    let resource = Resource::builder()
        .with_service_name(set("OTEL_SERVICE_NAME").unwrap_or_else(|| name.to_owned()))
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()))
        .build();
    let mut exports = Exports::default();
    if traces {
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_http_client(Client::new()?).build().context(ENDPOINT)?;
        let provider = SdkTracerProvider::builder()
            .with_id_generator(Ids::default())
            .with_resource(resource.clone())
            .with_batch_exporter(exporter)
            .build();
        let tracer = provider.tracer("hotel-mcp");
        exports.spans = Some((provider, tracer));
    }
    if measures {
        let exporter = MetricExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_http_client(Client::new()?).build().context(ENDPOINT)?;
        let provider =
            SdkMeterProvider::builder().with_resource(resource).with_periodic_exporter(exporter).build();
        metrics::begin(&provider);
        exports.metrics = Some(provider);
    }
    // A program starts it once.
    let _ = EXPORTS.set(exports);
    Ok(())
}

/// The layer that makes spans of traces from those of `tracing`; none if spans are not exported.
pub(crate) fn layer<S>() -> Option<impl Layer<S>>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    let tracer = tracer()?.clone();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_level(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false);
    Some(layer.with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO)))
}

/// Exports what is still here, if that does not take long. To be called when the process ends.
pub(crate) fn flush() {
    let Some(exports) = EXPORTS.get() else { return };
    let (done, ended) = channel::<()>();
    // In threads of their own: the library waits for a collector that does not answer, whatever limit it is given.
    let last = |what: &'static str, end: Box<dyn FnOnce() -> OTelSdkResult + Send>| {
        let done = done.clone();
        std::thread::spawn(move || {
            if let Err(error) = end() {
                tracing::warn!(%error, what, "the last telemetry may not have been exported");
            }
            drop(done);
        });
    };
    if let Some((spans, _)) = &exports.spans {
        last("spans", Box::new(|| spans.shutdown_with_timeout(LAST)));
    }
    if let Some(metrics) = &exports.metrics {
        last("metrics", Box::new(|| metrics.shutdown_with_timeout(LAST)));
    }
    drop(done);
    // Nothing is ever sent: it ends when both threads have.
    if ended.recv_timeout(LAST) == Err(RecvTimeoutError::Timeout) {
        tracing::warn!("the last telemetry may not have been exported");
    }
}

/// The client of an exporter, which calls it from a thread of its own.
struct Client {
    collector: Collector,
    runtime: Runtime,
    /// The last request failed: it is logged once, until one succeeds.
    fails: AtomicBool,
}

impl Client {
    fn new() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { collector: Collector::new()?, runtime, fails: AtomicBool::new(false) })
    }

    fn note(&self, why: Option<String>) {
        let failed = self.fails.swap(why.is_some(), Ordering::Relaxed);
        match (why, failed) {
            (Some(why), false) => tracing::warn!(why, "telemetry cannot be exported; calls go on without"),
            (None, true) => tracing::info!("telemetry is exported again"),
            _ => {}
        }
    }
}

/// Without its address, which may hold credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answered = self.runtime.block_on(self.collector.send(request));
        self.note(match &answered {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("status {}", answer.status().as_u16())),
            Err(why) => Some(why.clone()),
        });
        Ok(answered?)
    }
}
