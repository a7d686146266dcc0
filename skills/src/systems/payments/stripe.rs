//! Stripe, as its API documents it (<https://docs.stripe.com/api>). Every request names the API version, so that an
//! account's own default does not matter. Every write has an `Idempotency-Key` of ours. Stripe stores the key for at least
//! a day together with its answer, even if that was a 5xx, and replays it.

mod answers;
mod doctor;
pub(super) mod ids;
mod lists;

use super::{
    Card, Confirmation, CustomerId, Intent, IntentStatus, IntentsOf, NewIntent, Payments, Refund,
    RefundOutcome,
};
use crate::error::{Kind, Outage, SkillError, System};
use crate::refusals;
use crate::settings::StripeSettings;
use crate::systems::check::Check;
use crate::systems::failures;
use crate::systems::remote::{Remote, Reply};
use crate::words::{Cents, Cursor, Email, Key, Page, Paged, PaymentIntentId, PaymentMethodId};
use answers::{decline, error, intent, is_definite_no, refunds_of};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;

/// The API version that every request names.
pub(crate) const API_VERSION: &str = "2025-09-30.clover";

/// The metadata field that stores an intent's idempotency key.
const KEY: &str = "hotel_key";
/// Stripe's code for an e-mail that it does not accept.
const EMAIL_NOT_TAKEN: &str = "email_invalid";

/// A Stripe account.
pub struct Stripe {
    remote: Remote,
    base: String,
    secret_key: SecretString,
    return_url: Option<String>,
    runs_on: String,
}

type Form<'a> = Vec<(&'a str, String)>;

impl Stripe {
    /// An account. Each request may take `timeout`. Sends nothing yet.
    ///
    /// # Errors
    /// When this machine has no way to speak TLS.
    pub fn new(settings: &StripeSettings, timeout: Duration) -> Result<Self, reqwest::Error> {
        let key = settings.secret_key.expose_secret();
        let mode = if key.contains("_live_") { "live" } else { "test" };
        // Calls are recovered only on the account they began on. Stripe's answers do not say which account a key belongs
        // to, and a restricted key may not ask. So a key stands for its account, by a digest that does not reveal it. A
        // rolled key counts as another account (docs/operating.md).
        let account = Key::derived(&["stripe account", key]).as_str()[..8].to_owned();
        Ok(Self {
            remote: Remote::new(System::Payments, "stripe", timeout)?,
            base: settings.api_base.trim_end_matches('/').to_owned(),
            secret_key: settings.secret_key.clone(),
            return_url: settings.return_url.clone(),
            runs_on: format!("Stripe in {mode} mode (key {account})"),
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.remote
            .http()
            .request(method, format!("{}/v1/{path}", self.base))
            .bearer_auth(self.secret_key.expose_secret())
            .header("Stripe-Version", API_VERSION)
    }

    async fn get(&self, operation: &str, path: &str, query: &Form<'_>) -> Result<Reply, SkillError> {
        let reply = self.remote.send(operation, self.request(Method::GET, path).query(query)).await?;
        self.answered(reply)
    }

    async fn post(
        &self,
        operation: &str,
        path: &str,
        key: &Key,
        form: &Form<'_>,
    ) -> Result<Reply, SkillError> {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key.as_str()).form(form);
        let reply = self.remote.send(operation, request).await?;
        self.answered(reply)
    }

    /// Separates a definite answer of Stripe from an outage: no answer, a 5xx, a key that is not accepted.
    fn answered(&self, reply: Reply) -> Result<Reply, SkillError> {
        if reply.is_success() {
            return Ok(reply);
        }
        let status = reply.status.as_u16();
        let error = error(&reply);
        let reason = || format!("status {status} {} {}", error.kind, error.code);
        match error.mended_by(status) {
            Kind::SetUp => Err(failures::refusal(System::Payments, Kind::SetUp, &error.said()).into()),
            Kind::Outage => Err(match status {
                429 => self.remote.rate_limited(&reply, reason()),
                401 => self.remote.unreached(format!("the key is not accepted: {}", reason())).lasting(),
                500.. => {
                    // A replayed failure is old. It is skipped at once, because after a long outage many are stored under a
                    // stay's keys.
                    let key_dead = reply.is_replayed();
                    let retry_after_seconds = if key_dead { Some(0) } else { reply.retry_after_seconds() };
                    let unknown = self.remote.unknown(reason());
                    Outage { key_spent: true, key_dead, retry_after_seconds, ..unknown }
                }
                _ => self.remote.unknown(reason()), // such as 409: the same key is being worked on
            }
            .into()),
            _ => Ok(reply),
        }
    }

    /// An error that is not handled elsewhere: the request was wrong, or the account refuses it, so nothing was done. If
    /// the key belongs to another request, only a read can tell what that one did.
    fn unexpected(&self, operation: &str, reply: &Reply) -> SkillError {
        let error = error(reply);
        let status = reply.status.as_u16();
        let reason = format!("{operation}: status {status} {} {}", error.kind, error.code);
        if error.is_key_of_another() {
            return Outage { key_spent: true, key_dead: true, ..self.remote.unknown(reason) }.into();
        }
        if reply.is_success() {
            return self.remote.unknown(reason).into(); // an answer that is none
        }
        failures::refusal(System::Payments, Kind::SystemRefuses, &error.said()).into()
    }

    fn read(&self, operation: &str, body: &Value) -> Result<Intent, SkillError> {
        intent(body).ok_or_else(|| self.remote.unknown(format!("{operation}: not an intent")).into())
    }
}

fn is_email_not_taken(reply: &Reply) -> bool {
    is_definite_no(reply) && error(reply).code == EMAIL_NOT_TAKEN
}

fn intent_form(key: &Key, number: u32, new: &NewIntent) -> Form<'static> {
    vec![
        ("amount", new.amount.0.to_string()),
        ("currency", new.currency.clone()),
        ("customer", new.customer.0.clone()),
        ("description", format!("Stay of booking {}", new.booking)),
        ("payment_method_types[0]", "card".to_owned()),
        ("metadata[guest_email]", new.guest.to_string()),
        ("metadata[booking_number]", new.booking.to_string()),
        ("metadata[booking_key]", new.booking_key.clone()),
        ("metadata[intent_number]", number.to_string()),
        ("metadata[hotel_key]", key.to_string()),
    ]
}

/// An id of Stripe's in a URL path: letters, digits and underscores, which `PaymentIntentId` has checked.
fn path(intent: &PaymentIntentId, action: &str) -> String {
    format!("payment_intents/{intent}{action}")
}

#[async_trait::async_trait]
impl Payments for Stripe {
    /// Stripe keeps a key for at least a day (<https://docs.stripe.com/api/idempotent_requests>).
    fn keeps_keys_for(&self) -> SignedDuration {
        SignedDuration::from_hours(20)
    }

    async fn find_customers(&self, email: &Email) -> Result<Vec<CustomerId>, SkillError> {
        self.customers_with(email).await
    }

    async fn has_email(&self, customer: &CustomerId, email: &Email) -> Result<bool, SkillError> {
        self.customer_has(customer, email).await
    }

    async fn card(&self, method: &PaymentMethodId) -> Result<Option<Card>, SkillError> {
        Ok(self.method(method).await?.as_ref().and_then(answers::card))
    }

    async fn create_customer(
        &self,
        key: &Key,
        email: &Email,
        name: &str,
    ) -> Result<(CustomerId, bool), SkillError> {
        let named = |key: Key, form: Form<'static>| async move {
            let form = [form, vec![("name", name.to_owned())]].concat();
            self.post("create customer", "customers", &key, &form).await
        };
        let mut made = named(key.clone(), vec![("email", email.to_string())]).await?;
        let email_taken = !is_email_not_taken(&made);
        if !email_taken {
            // Stripe may keep the refusal under its key.
            let without = Key::derived(&[key.as_str(), "without e-mail"]);
            made = named(without, vec![("metadata[guest_email]", email.to_string())]).await?;
        }
        match made.body["id"].as_str() {
            Some(id) if made.is_success() => Ok((CustomerId(id.to_owned()), email_taken)),
            _ => Err(self.unexpected("create customer", &made)),
        }
    }

    async fn create_intent(&self, key: &Key, number: u32, new: &NewIntent) -> Result<Intent, SkillError> {
        let receipt = new.receipt_email.iter().map(|email| ("receipt_email", email.to_string()));
        let with_receipt = [intent_form(key, number, new), receipt.collect()].concat();
        let (mut key, mut made) =
            (key.clone(), self.post("create intent", "payment_intents", key, &with_receipt).await?);
        if is_email_not_taken(&made) && new.receipt_email.is_some() {
            // Stripe may keep the refusal under its key.
            key = Key::derived(&[key.as_str(), "without e-mail"]);
            let form = intent_form(&key, number, new);
            made = self.post("create intent", "payment_intents", &key, &form).await?;
        }
        if made.is_success() {
            return self.read("create intent", &made.body);
        }
        let error = error(&made);
        let of_the_amount =
            error.param == "amount" || matches!(error.code.as_str(), "amount_too_small" | "amount_too_large");
        if of_the_amount && is_definite_no(&made) {
            return Err(refusals::amount_not_chargeable(new.amount, &new.currency, &error.code).into());
        }
        // The price, the guest's customer or wishes have changed since: the key belongs to the intent made then.
        let known = if error.is_key_of_another() { self.made_under(&key).await? } else { None };
        known.ok_or_else(|| self.unexpected("create intent", &made))
    }

    async fn intents_of(&self, whose: &IntentsOf) -> Result<Vec<Intent>, SkillError> {
        self.intents_of_customers(whose).await
    }

    async fn confirm(
        &self,
        key: &Key,
        id: &PaymentIntentId,
        method: &PaymentMethodId,
        receipt: Option<&Email>,
    ) -> Result<Confirmation, SkillError> {
        let mut form = vec![("payment_method", method.to_string())];
        form.extend(self.return_url.iter().map(|url| ("return_url", url.clone())));
        let mut with_receipt = form.clone();
        with_receipt.extend(receipt.map(|email| ("receipt_email", email.to_string())));
        let mut reply = self.post("confirm intent", &path(id, "/confirm"), key, &with_receipt).await?;
        if is_email_not_taken(&reply) && receipt.is_some() {
            // Stripe may keep the refusal under its key.
            let without = Key::derived(&[key.as_str(), "without e-mail"]);
            reply = self.post("confirm intent", &path(id, "/confirm"), &without, &form).await?;
        }
        if reply.is_success() {
            return Ok(Confirmation::Intent(Box::new(self.read("confirm intent", &reply.body)?)));
        }
        let error = error(&reply);
        if is_definite_no(&reply)
            && error.kind == "invalid_request_error"
            && error.code != "payment_intent_unexpected_state"
            && let Some(owner) = self.owner_of(method).await?
            && self.retrieve(id).await?.is_some_and(|found| found.customer.as_ref() != Some(&owner))
        {
            return Ok(Confirmation::OfAnotherCustomer(owner));
        }
        match error.code.as_str() {
            _ if !is_definite_no(&reply) => Err(self.unexpected("confirm intent", &reply)),
            "payment_intent_unexpected_state" => Ok(Confirmation::UnexpectedState),
            "resource_missing" if error.param == "payment_method" => {
                Err(refusals::no_such_payment_method().into())
            }
            _ if reply.status.as_u16() == 404 => Err(refusals::payment_not_found(id).into()),
            // The card was declined by the bank, or the payment method by Stripe: used up, another customer's, of another
            // kind.
            _ => Ok(Confirmation::Declined(decline(&error))),
        }
    }

    /// The bank tells Stripe, so a read is enough.
    async fn after_action(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        self.retrieve(id).await
    }

    async fn retrieve(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        let expand = vec![("expand[]", "latest_charge.refunds".to_owned())];
        let reply = self.get("retrieve intent", &path(id, ""), &expand).await?;
        match reply.status.as_u16() {
            404 if is_definite_no(&reply) => Ok(None),
            _ if reply.is_success() => self.read("retrieve intent", &reply.body).map(Some),
            _ => Err(self.unexpected("retrieve intent", &reply)),
        }
    }

    async fn refund(
        &self,
        key: &Key,
        id: &PaymentIntentId,
        why: Option<&str>,
    ) -> Result<RefundOutcome, SkillError> {
        let mut form =
            vec![("payment_intent", id.to_string()), ("reason", "requested_by_customer".to_owned())];
        form.extend(why.map(|why| ("metadata[why]", why.to_owned())));
        let reply = self.post("refund", "refunds", key, &form).await?;
        if reply.is_success() {
            let made = refunds_of(std::slice::from_ref(&reply.body));
            let refund: Option<Refund> = made.into_iter().next();
            return refund
                .map(RefundOutcome::Refunded)
                .ok_or_else(|| self.remote.unknown("refund: not a refund").into());
        }
        if error(&reply).code == "charge_already_refunded" {
            return Ok(RefundOutcome::AlreadyRefunded);
        }
        // Stripe has no code for an intent without a charge, so the intent itself is read.
        match self.retrieve(id).await? {
            None => Err(refusals::payment_not_found(id).into()),
            Some(found) if found.charge_id.is_none() || found.status != IntentStatus::Succeeded => {
                Ok(RefundOutcome::NotPaid)
            }
            Some(found) if found.is_refunded() || found.on_its_way() > Cents(0) => {
                Ok(RefundOutcome::AlreadyRefunded)
            }
            // It is paid, and Stripe does not refund it: the money is disputed (`charge_disputed`), or it can never be
            // refunded
            Some(_) if is_definite_no(&reply) => {
                Err(refusals::refund_refused(id, IntentStatus::Succeeded.as_str(), &error(&reply).code)
                    .into())
            }
            Some(_) => Err(self.unexpected("refund", &reply)),
        }
    }

    /// A page of Stripe's list may contain fewer successful intents than it has room for; the next page continues after its
    /// last one.
    async fn paid_since(&self, since: Timestamp, page: &Page) -> Result<Paged<Intent>, SkillError> {
        let mut query = vec![
            ("created[gte]", since.as_second().to_string()),
            ("limit", page.limit.get().to_string()),
            ("expand[]", "data.latest_charge.refunds".to_owned()),
        ];
        query.extend(page.cursor.iter().map(|cursor| ("starting_after", cursor.key().to_owned())));
        let reply = self.get("list intents", "payment_intents", &query).await?;
        let Some(list) = reply.body["data"].as_array().filter(|_| reply.is_success()) else {
            return Err(self.unexpected("list intents", &reply));
        };
        let last = list.last().and_then(|intent| intent["id"].as_str());
        let next_cursor = last.filter(|_| reply.body["has_more"] == true).map(Cursor::after);
        // An account may be used for more than the hotel: what is no intent of ours is none.
        let items = list.iter().filter_map(intent);
        let items = items.filter(|intent| intent.status == IntentStatus::Succeeded).collect();
        Ok(Paged { items, total: None, next_cursor })
    }

    /// Setting the e-mail of a charge makes Stripe mail the receipt.
    async fn mail_receipt(&self, key: &Key, id: &PaymentIntentId, to: &Email) -> Result<bool, SkillError> {
        let charge = self.retrieve(id).await?.and_then(|intent| intent.charge_id);
        let charge = charge.ok_or_else(|| refusals::payment_not_found(id))?;
        let form = vec![("receipt_email", to.to_string())];
        let reply = self.post("mail receipt", &format!("charges/{charge}"), key, &form).await?;
        match reply.is_success() {
            true => Ok(true),
            false if is_email_not_taken(&reply) => Ok(false),
            false => Err(self.unexpected("mail receipt", &reply)),
        }
    }

    async fn cancel(&self, key: &Key, id: &PaymentIntentId) -> Result<(), SkillError> {
        let form = vec![("cancellation_reason", "abandoned".to_owned())];
        let reply = self.post("cancel intent", &path(id, "/cancel"), key, &form).await?;
        match error(&reply).code.as_str() {
            _ if reply.is_success() => Ok(()),
            "payment_intent_unexpected_state" => Ok(()), // paid or given up: it stays as it is
            _ => Err(self.unexpected("cancel intent", &reply)),
        }
    }

    async fn examine(&self) -> Vec<Check> {
        self.examined().await
    }

    fn runs_on(&self) -> &str {
        &self.runs_on
    }

    fn is_left_alone(&self) -> bool {
        self.remote.is_left_alone()
    }
}
