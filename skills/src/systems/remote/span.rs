//! The span of a request in its call's trace.

use crate::telemetry::TARGET;

/// A span around one request to a system. Its attributes are those of OpenTelemetry's conventions for HTTP clients, but for
/// the URL: an address may hold names and e-mails.
pub(super) fn request(system: &'static str, operation: &str, request: &reqwest::Request) -> tracing::Span {
    let (method, url) = (request.method().as_str(), request.url());
    tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = method,
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
        http.request.method = method,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        http.response.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
        hotel.system = system,
        hotel.operation = operation,
    )
}

/// Adds how a request ended: the status of its answer, or the kind of its failure.
pub(super) fn answered(span: &tracing::Span, ended: Result<u16, &str>) {
    match ended {
        Ok(status) => {
            span.record("http.response.status_code", status);
            if status >= 400 {
                span.record("error.type", status.to_string());
                span.record("otel.status_code", "ERROR");
            }
        }
        Err(kind) => {
            span.record("error.type", kind);
            span.record("otel.status_code", "ERROR");
        }
    }
}
