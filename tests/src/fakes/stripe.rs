//! Stripe, as far as a hotel needs it: customers, payment intents with Stripe's documented test payment methods,
//! charges, refunds, idempotency keys. Facts: <https://docs.stripe.com/api>, <https://docs.stripe.com/testing>,
//! <https://docs.stripe.com/api/idempotent_requests>. Stricter than Stripe: a parameter that the hotel has no use for is
//! refused as unknown, and a currency in upper case.

mod account;
mod charges;
mod customers;
mod errors;
mod expand;
mod hooks;
mod intents;
mod keys;
mod lists;
mod methods;
mod outcomes;
mod params;
mod refunds;
mod routes;
mod state;

use super::{Answer, Fake, Request, Service, form};
use errors::{Done, Failure};
use routes::{Call, Op};
use serde_json::Value;
use state::State;
use std::sync::{Mutex, MutexGuard};

/// The fake. Everything of [`Fake`] works on it: faults, latency, exchanges.
pub struct Stripe(Fake<Account>);

impl std::ops::Deref for Stripe {
    type Target = Fake<Account>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Default for Stripe {
    fn default() -> Self {
        Self::start()
    }
}

impl Stripe {
    /// A secret key that it accepts. It accepts every `sk_test_…` that was not revoked.
    pub const SECRET_KEY: &str = "sk_test_dewy";
    /// A restricted key that it accepts; [`Self::restrict`] sets what it may do.
    pub const RESTRICTED_KEY: &str = "rk_test_dewy";

    /// Starts it on a free port.
    #[must_use]
    pub fn start() -> Self {
        Self::start_at(0)
    }

    /// Starts it on this port.
    #[must_use]
    pub fn start_at(port: u16) -> Self {
        Self(Fake::start_at(port, |base| Account(Mutex::new(State::new(base)))))
    }

    /// A copy of the account at a new address, without its recorded exchanges.
    #[must_use]
    pub fn copy(&self) -> Self {
        let state = self.state().clone();
        Self(Fake::start_at(0, |base| Account(Mutex::new(state.moved(base)))))
    }

    /// Its state, for [`put_back`](Self::put_back).
    #[must_use]
    pub fn holds(&self) -> Holds {
        Holds(self.state().clone())
    }

    /// Restores this state. No request may be running.
    pub fn put_back(&self, holds: &Holds) {
        *self.state() = holds.0.clone();
    }

    /// The variables that connect a server to it.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![("STRIPE_SECRET_KEY", Self::SECRET_KEY.to_owned()), ("STRIPE_API_BASE", self.base())]
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.service().state()
    }
}

/// The state of an account.
pub struct Holds(State);

/// One Stripe account in test mode.
pub struct Account(Mutex<State>);

impl Account {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn read(&self, request: &Request) -> Result<Call, Failure> {
        routes::authenticate(&self.state(), request)?;
        let call = routes::read(request)?;
        routes::permit(&self.state(), request, call.op)?;
        Ok(call)
    }

    fn labelled(&self, answer: Answer, request: &Request) -> Answer {
        let id = self.state().id("req");
        let version = request.header("stripe-version").unwrap_or("2025-09-30.clover");
        answer.with("request-id", &id).with("stripe-version", version)
    }
}

impl Service for Account {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn operation(&self, request: &Request) -> String {
        routes::route(&request.method, &request.path).map_or_else(
            || if request.path.starts_with(routes::BANK) { "bank" } else { "unknown" }.to_owned(),
            |(op, _)| op.name().to_owned(),
        )
    }

    fn admit(&self, request: &Request) -> Result<(), Answer> {
        // The page where a guest authenticates: not a part of the API.
        if let Some(intent) = request.path.strip_prefix(routes::BANK) {
            return Err(hooks::bank(&mut self.state(), intent, &request.query));
        }
        let admitted = self.read(request).and_then(|call| {
            let Some(key) = call.key() else { return Ok(None) };
            self.state().keys.begin(key, &call)
        });
        match admitted {
            Ok(None) => Ok(()),
            Ok(Some(known)) => Err(self.labelled(known, request)),
            Err(failure) => Err(self.labelled(failure.answer(), request)),
        }
    }

    fn work(&self, request: &Request) -> Answer {
        let answer = match self.read(request).and_then(|call| perform(&mut self.state(), &call)) {
            Ok(object) => Answer::json(200, &object),
            Err(failure) => failure.answer(),
        };
        self.labelled(answer, request)
    }

    fn finish(&self, request: &Request, answer: &Answer) {
        if let Ok(call) = self.read(request)
            && let Some(key) = call.key()
        {
            self.state().keys.keep(key, answer);
        }
    }

    fn trouble(&self, status: u16) -> Answer {
        errors::trouble(status)
    }

    fn decode(&self, request: &Request) -> (Value, Value) {
        let read = |form: &[u8]| form::deep(form).unwrap_or_default();
        let body = if request.body.is_empty() { Value::Null } else { read(&request.body) };
        (read(request.query.as_bytes()), body)
    }
}

fn perform(state: &mut State, call: &Call) -> Done {
    let (id, params) = (call.id.as_str(), &call.params);
    let object = match call.op {
        Op::CustomersList => lists::page(&state.customers, call, &["email"])?,
        Op::CustomersCreate => customers::create(state, params)?,
        // The hotel changes no charge: it only tests whether it may.
        Op::CustomersUpdate | Op::CustomersRetrieve => {
            lists::find(&state.customers, "customer", id, "id")?.clone()
        }
        Op::IntentsList => lists::page(&state.intents, call, &["customer"])?,
        Op::IntentsCreate => intents::create(state, params)?,
        Op::IntentsRetrieve => lists::find(&state.intents, "payment_intent", id, "intent")?.clone(),
        Op::IntentsConfirm => intents::confirm(state, id, params)?,
        Op::IntentsCancel => intents::cancel(state, id, params)?,
        Op::RefundsList => lists::page(&state.refunds, call, &["payment_intent", "charge"])?,
        Op::RefundsCreate => refunds::create(state, params)?,
        Op::RefundsRetrieve => lists::find(&state.refunds, "refund", id, "id")?.clone(),
        Op::ChargesRetrieve => lists::find(&state.charges, "charge", id, "charge")?.clone(),
        Op::ChargesUpdate => charges::mail_receipt(state, id, params)?,
        Op::MethodsRetrieve => methods::retrieve(state, id)?,
        Op::Balance => account::balance(state),
        Op::Account => account::account(),
    };
    expand::expand(state, object, &params["expand"])
}
