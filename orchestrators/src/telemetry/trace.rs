//! Where a call's trace goes on: kept with the call's record.

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use serde::{Deserialize, Serialize};
use skills::words::Key;
use std::collections::HashMap;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// The trace of a call, as its record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trace {
    /// The span of the request that made the call, as a W3C `traceparent`.
    parent: String,
    /// The W3C `tracestate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// The client's span, the parent of the request's span.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<String>,
}

/// The context that a client sent, if it is valid; else none.
pub(super) fn sent(field: impl Fn(&str) -> Option<String>) -> Context {
    let fields = [PARENT, STATE].into_iter().filter_map(|name| Some((name.to_owned(), field(name)?)));
    TraceContextPropagator::new().extract_with_context(&Context::new(), &fields.collect::<HashMap<_, _>>())
}

impl Trace {
    /// Of a request's span, and its parent.
    pub(super) fn of(request: &Context, client: &SpanContext) -> Option<Self> {
        let mut fields = HashMap::new();
        TraceContextPropagator::new().inject_context(request, &mut fields);
        let state = fields.remove(STATE).filter(|state| !state.is_empty());
        let client = client.is_valid().then(|| client.span_id().to_string());
        Some(Self { parent: fields.remove(PARENT)?, state, client })
    }

    /// The context of the request's span.
    pub(super) fn request(&self) -> Context {
        sent(|name| if name == PARENT { Some(self.parent.clone()) } else { self.state.clone() })
    }

    /// The context of the client's span; an empty one if the trace began with the request.
    pub(super) fn client(&self) -> Context {
        let request = self.request();
        let of = request.span().span_context().clone();
        let Some(client) = self.client.as_ref().and_then(|id| SpanId::from_hex(id).ok()) else {
            return Context::new();
        };
        let state = of.trace_state().clone();
        Context::new().with_remote_span_context(SpanContext::new(
            of.trace_id(),
            client,
            of.trace_flags(),
            true,
            state,
        ))
    }

    /// The id of a span of this call: the same in every process.
    pub(super) fn id(&self, of: &[&str]) -> SpanId {
        let digest = Key::derived(&[&[self.parent.as_str()], of].concat());
        digest.as_str().get(..16).and_then(|id| SpanId::from_hex(id).ok()).unwrap_or(SpanId::INVALID)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [(&str, &str); 2] =
        [(PARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), (STATE, "vendor=1")];

    fn field(name: &str) -> Option<String> {
        FIELDS.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_trace_survives_its_record() {
        let context = sent(field);
        let client = SpanContext::new(
            context.span().span_context().trace_id(),
            SpanId::from(7),
            context.span().span_context().trace_flags(),
            true,
            opentelemetry::trace::TraceState::default(),
        );
        let trace = Trace::of(&context, &client).unwrap();
        let stored: Trace = serde_json::from_str(&serde_json::to_string(&trace).unwrap()).unwrap();
        assert_eq!(stored.request().span().span_context(), context.span().span_context());
        assert_eq!(stored.client().span().span_context().span_id(), SpanId::from(7));
        assert_eq!(stored.id(&["step", "look_up"]), trace.id(&["step", "look_up"]));
        assert_ne!(stored.id(&["step", "look_up"]), trace.id(&["step", "charge"]));
    }

    #[test]
    fn what_is_no_trace_context_begins_a_new_trace() {
        for parent in
            ["", "00-0-0-00", "ann@example.com", "00-00000000000000000000000000000000-b7ad6b7169203331-01"]
        {
            let context = sent(|name| (name == PARENT).then(|| parent.to_owned()));
            assert!(!context.span().span_context().is_valid(), "{parent}");
        }
    }
}
