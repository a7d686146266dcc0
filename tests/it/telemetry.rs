//! Traces and metrics: one trace from the client over the steps of its call to the bank, also across a crash; nothing of a
//! person in it; and a collector that fails costs nobody anything.

mod collector_fails;
mod elsewhere;
mod metrics;
mod traces;

use serde_json::{Value, json};
use tests::fakes::Collector;
use tests::{Server, Told, World};

const BETH: &str = "beth.gibbs@email.com";
/// The trace that the client has begun, and its span.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CLIENT: &str = "b7ad6b7169203331";

/// A hotel whose servers export to this collector when they end.
fn exporting(world: World, collector: &Collector) -> World {
    world
        .with_env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())
        // Only the end of a server exports: what a killed one had is lost.
        .with_env("OTEL_BSP_SCHEDULE_DELAY", "3600000")
        .with_env("OTEL_METRIC_EXPORT_INTERVAL", "3600000")
}

/// Calls a tool within the client's trace; none if the server dies.
async fn traced(server: &Server, tool: &str, arguments: Value) -> Option<Told> {
    let params = json!({"name": tool, "arguments": arguments});
    let mut params = tests::with_capabilities(params, json!({}));
    params["_meta"]["traceparent"] = json!(format!("00-{TRACE}-{CLIENT}-01"));
    server.request_as_is("tools/call", params).await.map(|answer| Told::of(&answer))
}

fn checkout() -> Value {
    json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": "leaving"})
}
