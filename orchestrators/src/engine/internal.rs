//! Sagas the hotel runs on its own behalf: nobody's client asked, so there is no tool to prepare the request.

use super::{Engine, Request};
use crate::saga::Saga;
use crate::tool::answer::Answer;
use crate::tool::erased;
use std::sync::Arc;

impl Engine {
    /// Runs a saga for `by`, a part of this program: journaled, held and recovered like any call. `token` says what it
    /// stands for: two who ask for the same get it done once.
    pub(crate) async fn run_for<S: Saga>(
        self: &Arc<Self>,
        by: &'static str,
        token: String,
        request: &S,
    ) -> Answer {
        let _in_flight = skills::sqlite::InFlight::enter();
        let arguments = serde_json::to_value(request).unwrap_or_default();
        let caller = format!("{}:{by}", self.identity.persona.name());
        let request = Request { arguments, acting_guest: None, token: Some(token) };
        let call = self.new_call(S::NAME, caller, request, skills::clock::now());
        self.write(call, erased::<S>()).await
    }
}
