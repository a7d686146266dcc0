//! Traces and metrics, exported by OTLP; off unless an endpoint is set. One trace goes from the client's request over the
//! steps of its call to the requests to systems, also where another process finishes the call.
//!
//! A call's record holds where its trace goes on ([`Trace`]), and ids of spans follow from it: what a dead process could not
//! export, the process that finishes its call exports under the same ids ([`earlier`]). No attribute holds an e-mail, a
//! token or a text of a person.

mod attributes;
mod earlier;
mod export;
mod ids;
mod metrics;
mod spans;
mod trace;

#[cfg(feature = "restate")]
pub(crate) use earlier::taken_by;
pub(crate) use earlier::{Step, taken};
pub(crate) use export::{flush, layer, start};
pub(crate) use metrics::{Health, answered, asked_again, looks_every, measured};
pub(crate) use spans::{From, Requested, Resumed, StepSpan, ended, request, resumed};
pub(crate) use trace::Trace;
