//! Sagas the hotel runs on its own behalf: nobody's client asked, so there is no tool to prepare the request.

use super::Engine;
use crate::answer::Answer;
use crate::persona::Persona;
use crate::saga::Saga;
use crate::saga::journal::NewCall;
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
        let text = |name: &str| arguments[name].as_str().map(str::to_owned);
        let persona = Persona::Staff.name();
        let call = NewCall {
            tool: S::NAME,
            persona,
            caller: format!("{persona}:{by}"),
            acting_guest: None,
            token,
            explicit_token: true,
            guest_email: text("guest_email"),
            booking_number: text("booking_number"),
            arguments,
            systems: self.systems(),
            started_at: jiff::Timestamp::now(),
        };
        self.write(call, erased::<S>()).await
    }
}
