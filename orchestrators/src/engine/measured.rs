//! What waits in an engine and how its systems are, measured now and then.

use super::Calls;
use crate::telemetry::{self, Health};
use jiff::Timestamp;
use std::sync::Arc;

/// Measures an engine for as long as this process serves it; ends at once if nothing is exported.
pub(crate) async fn measure(engine: Arc<dyn Calls>) {
    let Some(every) = telemetry::looks_every() else { return };
    loop {
        telemetry::measured(&look(&*engine).await);
        tokio::time::sleep(every).await;
    }
}

async fn look(engine: &dyn Calls) -> Health {
    let age = |since: Timestamp| skills::clock::now().duration_since(since).as_secs_f64();
    let calls = match engine.trail().backlog().await {
        Ok(backlog) => Some((backlog.unfinished, backlog.oldest.map_or(0.0, age), backlog.need_attention)),
        Err(error) => {
            tracing::warn!(?error, "the unfinished calls could not be counted");
            None
        }
    };
    let hotel = engine.hotel();
    Health { calls, left_alone: hotel.left_alone(), requests_today: hotel.crm.requests_today() }
}
