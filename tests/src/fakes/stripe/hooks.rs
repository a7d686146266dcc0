//! Events outside the API: the bank, the dashboard, time.

use super::charges::{self, Attempt};
use super::errors::Failure;
use super::methods::{self, Behaviour, Decline};
use super::state::{self, State};
use super::{Answer, Stripe};
use super::{customers, intents, outcomes, refunds};
use serde_json::{Value, json};
use std::hash::{Hash, Hasher};

impl Stripe {
    /// The guest authenticates with the bank, and the waiting charge is made.
    pub fn authenticate(&self, intent: &str) {
        authenticate(&mut self.state(), intent, true);
    }

    /// The guest fails to authenticate; another payment method is needed.
    pub fn fail_authentication(&self, intent: &str) {
        authenticate(&mut self.state(), intent, false);
    }

    /// A stay was paid earlier, under this id.
    ///
    /// # Panics
    /// When Stripe would not have accepted it.
    pub fn was_paid(&self, id: &str, guest: &str, booking: &str, cents: i64) {
        let mut state = self.state();
        let customer = customers::create(&mut state, &json!({"email": guest})).unwrap_or_default();
        let params = json!({"amount": cents, "currency": "usd", "customer": customer["id"], "confirm": true,
            "payment_method": "pm_card_visa", "payment_method_types": ["card"],
            "metadata": {"guest_email": guest, "booking_number": booking}});
        let made = intents::create(&mut state, &params).unwrap_or_default();
        assert_eq!(made["status"], "succeeded", "{id} is paid");
        for charge in state.charges.iter_mut().filter(|it| it["payment_intent"] == made["id"]) {
            charge["payment_intent"] = id.into();
        }
        let old = made["id"].as_str().unwrap_or_default();
        if let Some(intent) = state.intent(old) {
            intent["id"] = id.into();
        }
    }

    /// Another program takes a payment in the same account, with metadata of its own.
    ///
    /// # Panics
    /// When Stripe would not have accepted it.
    pub fn another_program_takes(&self, cents: i64, metadata: &Value) {
        let params = json!({"amount": cents, "currency": "usd", "confirm": true, "payment_method": "pm_card_visa",
            "payment_method_types": ["card"], "metadata": metadata});
        let made = intents::create(&mut self.state(), &params).unwrap_or_default();
        assert_eq!(made["status"], "succeeded", "it is paid");
    }

    /// The next confirmation that would have succeeded is left `processing`.
    pub fn process_slowly(&self) {
        self.state().processing_next = true;
    }

    /// A processing intent is paid.
    pub fn settle(&self, intent: &str) {
        decide(&mut self.state(), intent, None);
    }

    /// A processing intent is declined.
    pub fn fail_processing(&self, intent: &str) {
        let Behaviour::Declines(decline) = methods::GENERIC else { return };
        decide(&mut self.state(), intent, Some(decline));
    }

    /// A pending refund succeeds.
    pub fn settle_refund(&self, refund: &str) {
        set_refund(&mut self.state(), refund, "succeeded");
    }

    /// A refund fails: the bank could not place it.
    pub fn fail_refund(&self, refund: &str) {
        set_refund(&mut self.state(), refund, "failed");
    }

    /// A refund is cancelled before it was made.
    pub fn cancel_refund(&self, refund: &str) {
        set_refund(&mut self.state(), refund, "canceled");
    }

    /// Sets the statuses of the next refunds, one after the other.
    pub fn refunds_are_born(&self, statuses: &[&str]) {
        self.state().next_refunds.extend(statuses.iter().map(|&it| it.to_owned()));
    }

    /// An e-mail is refused from now on, as `email_invalid`.
    pub fn refuses_email(&self, email: &str) {
        self.state().emails_not_taken.insert(email.to_owned());
    }

    /// A card is saved for a customer and behaves as this test method. Returns its id.
    pub fn saves_card(&self, customer: &str, test: &str) -> String {
        methods::save(&mut self.state(), customer, test)
    }

    /// Moves an intent into the past: made and paid so many days ago.
    pub fn was_long_ago(&self, intent: &str, made: i64, paid: i64) {
        let ago = |days: i64| json!(state::now() - days * 24 * 60 * 60);
        let mut state = self.state();
        let found = state.intent(intent).expect("an intent");
        found["created"] = ago(made);
        let charge = found["latest_charge"].clone();
        state.charge(charge.as_str().expect("a charge")).expect("a charge")["created"] = ago(paid);
    }

    /// The guest disputes the charge: the bank has the money.
    pub fn dispute(&self, intent: &str) {
        let mut state = self.state();
        let charge = state.intent(intent).expect("an intent")["latest_charge"].clone();
        state.charge(charge.as_str().expect("a charge")).expect("a charge")["disputed"] = true.into();
    }

    /// Somebody refunds a part in the dashboard.
    pub fn refund_by_hand(&self, intent: &str, cents: i64) {
        let params = json!({"payment_intent": intent, "amount": cents});
        refunds::create(&mut self.state(), &params).expect("a refund");
    }

    /// The keys are forgotten, as after 24 hours.
    pub fn forget_keys(&self) {
        self.state().keys.forget();
    }

    /// Limits restricted keys to these permissions (`rak_payment_intent_write` …; write includes read).
    pub fn restrict(&self, permissions: &[&str]) {
        self.state().granted = Some(permissions.iter().map(|&it| it.to_owned()).collect());
    }

    /// An API key is revoked.
    pub fn revoke(&self, key: &str) {
        self.state().revoked.insert(key.to_owned());
    }

    /// A returning guest: a customer that the application made earlier. Returns its id.
    pub fn knows(&self, email: &str) -> String {
        let made = customers::create(&mut self.state(), &json!({"email": email}));
        made.unwrap_or_default()["id"].as_str().unwrap_or_default().to_owned()
    }

    /// All payment intents, oldest first, as Stripe would answer them.
    #[must_use]
    pub fn intents(&self) -> Vec<Value> {
        self.state().intents.clone()
    }

    /// Hashes its payment intents and refunds.
    pub(crate) fn hash(&self, hasher: &mut impl Hasher) {
        let state = self.state();
        (&state.intents, &state.refunds).hash(hasher);
    }

    /// All customers, oldest first.
    #[must_use]
    pub fn customers(&self) -> Vec<Value> {
        self.state().customers.clone()
    }

    /// All charges, failed ones too, oldest first.
    #[must_use]
    pub fn charges(&self) -> Vec<Value> {
        self.state().charges.clone()
    }

    /// All refunds, oldest first.
    #[must_use]
    pub fn refunds(&self) -> Vec<Value> {
        self.state().refunds.clone()
    }
}

/// The page where a guest authenticates: whoever opens it has authenticated, or failed to with `?outcome=fail`.
pub(super) fn bank(state: &mut State, intent: &str, query: &str) -> Answer {
    let found = state.intent(intent).filter(|it| it["status"] == "requires_action").cloned();
    let Some(found) = found else { return Failure::missing("payment_intent", intent, "intent").answer() };
    authenticate(state, intent, query != "outcome=fail");
    let page = Answer { status: 200, headers: vec![], body: b"Done. You can close this window.".to_vec() };
    match found["next_action"]["redirect_to_url"]["return_url"].as_str() {
        Some(back) => {
            let with = if back.contains('?') { '&' } else { '?' };
            let to = format!("{back}{with}payment_intent={intent}");
            Answer { status: 303, ..page }.with("location", &to)
        }
        None => page,
    }
}

fn authenticate(state: &mut State, id: &str, passed: bool) {
    let intent = state.intent(id).expect("an intent").clone();
    assert_eq!(intent["status"], "requires_action", "nobody waits for the guest of {id}");
    let (method, test) = method_of(state, &intent["payment_method"]);
    if !passed {
        let message = "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new \
                       PaymentMethod to attempt to fulfill this PaymentIntent again.";
        let failure = Failure::new(402, "invalid_request_error", message)
            .code("payment_intent_authentication_failure")
            .with("payment_method", method);
        let _ = outcomes::refuse(state, intent, failure);
        return;
    }
    let mut intent = intent;
    intent["next_action"] = Value::Null;
    let decline = match methods::behaviour(&test) {
        Some(Behaviour::Asks(Behaviour::Declines(decline))) => Some(*decline),
        _ => None,
    };
    if let Some(decline) = decline {
        let _ = outcomes::decline(state, intent, &method, decline);
    } else if std::mem::take(&mut state.processing_next) {
        intent["latest_charge"] = charges::record(state, &intent, &method, &Attempt::Undecided).into();
        intent["status"] = "processing".into();
        outcomes::save(state, intent);
    } else {
        outcomes::pay(state, intent, &method);
    }
}

fn decide(state: &mut State, id: &str, decline: Option<Decline>) {
    let mut intent = state.intent(id).expect("an intent").clone();
    assert_eq!(intent["status"], "processing", "{id} is not processing");
    let (method, _) = method_of(state, &intent["payment_method"]);
    let attempt = decline.map_or(Attempt::Paid, Attempt::Declined);
    let transaction = state.id("txn");
    let charge = intent["latest_charge"].as_str().unwrap_or_default();
    if let Some(charge) = state.charge(charge) {
        charges::decide(charge, &transaction, &attempt);
    }
    if let Some(decline) = decline {
        let _ = outcomes::refuse(state, intent, outcomes::card_error(decline, &method));
        return;
    }
    intent["status"] = "succeeded".into();
    intent["amount_received"] = intent["amount"].clone();
    outcomes::save(state, intent);
}

fn method_of(state: &State, id: &Value) -> (Value, String) {
    state.methods.iter().find(|(method, _)| method["id"] == *id).expect("its method").clone()
}

fn set_refund(state: &mut State, id: &str, status: &str) {
    let refund = state.refunds.iter_mut().find(|it| it["id"] == id).expect("a refund");
    refund["status"] = status.into();
    let (amount, charge) = (refund["amount"].as_i64().unwrap_or_default(), refund["charge"].clone());
    if status == "failed" {
        refund["failure_reason"] = "unknown".into();
    }
    if matches!(status, "failed" | "canceled")
        && let Some(charge) = state.charge(charge.as_str().unwrap_or_default())
    {
        charge["amount_refunded"] = (charge["amount_refunded"].as_i64().unwrap_or_default() - amount).into();
        charge["refunded"] = false.into();
    }
}
