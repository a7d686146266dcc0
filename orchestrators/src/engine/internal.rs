//! Sagas the hotel runs on its own behalf: no client asked, so no tool prepares the request.

use super::{Calls, NewCall};
use crate::saga::Saga;
use crate::saga::consent::Consent;
use crate::saga::erased::erased;
use crate::saga::live::Live;
use crate::saga::record::About;
use crate::telemetry::Requested;
use crate::tool::answer::Answer;

/// Runs a saga for `by`, a part of this program (`staff:reconcile`, the caller's name in the journal); the call is
/// journaled, locked and recovered like any other. Two calls with the same `token` run the saga once.
pub(crate) async fn run_for<S: Saga>(
    calls: &dyn Calls,
    by: &'static str,
    token: String,
    request: &S,
) -> Answer {
    let call = NewCall {
        tool: S::NAME,
        persona: by.split(':').next().unwrap_or(by).to_owned(),
        caller: by.to_owned(),
        acts_for: None,
        token,
        explicit_token: true,
        about: About::default(),
        arguments: serde_json::to_value(request).unwrap_or_default(),
        given: None,
        consent: Consent::NotAsked,
        approval: None,
        systems: calls.systems(),
        started_at: skills::clock::now(),
        requested: Requested::default(),
    };
    calls.submit(call, erased::<S>(), Live::default()).await
}
