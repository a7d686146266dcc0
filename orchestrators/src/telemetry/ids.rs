//! Ids of spans: at random, but where the id of the next span is given.

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use std::cell::Cell;

thread_local! {
    static NEXT: Cell<Option<SpanId>> = const { Cell::new(None) };
}

/// Makes the ids.
#[derive(Debug, Default)]
pub(super) struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        self.0.new_trace_id()
    }

    fn new_span_id(&self) -> SpanId {
        NEXT.take().unwrap_or_else(|| self.0.new_span_id())
    }
}

/// Runs `begins`, which begins one span on this thread: with this id.
pub(super) fn with<T>(id: SpanId, begins: impl FnOnce() -> T) -> T {
    NEXT.set(Some(id).filter(|id| *id != SpanId::INVALID));
    let begun = begins();
    NEXT.set(None);
    begun
}
