//! Stripe's lists. They are consistent, whereas its search may not know yet what was made a moment ago.

use super::answers::{intent, is_definite_no};
use super::{Form, KEY, Stripe, is_email_not_taken};
use crate::error::SkillError;
use crate::systems::payments::{CustomerId, Intent, IntentsOf};
use crate::words::{Email, Key, PaymentMethodId};
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;
use std::ops::ControlFlow;

/// The longest time Stripe stores keys, with a margin (<https://docs.stripe.com/api/idempotent_requests>).
const KEYS_ARE_KEPT_AT_MOST: SignedDuration = SignedDuration::from_hours(48);
/// An intent with its refunds.
const WHOLE: (&str, &str) = ("expand[]", "data.latest_charge.refunds");

impl Stripe {
    pub(super) async fn customers_with(&self, email: &Email) -> Result<Vec<CustomerId>, SkillError> {
        let query = vec![("email", email.to_string())];
        let mut found = vec![];
        let listed = self.each("find customer", "customers", query, |customer| {
            found.extend(customer["id"].as_str().map(|id| CustomerId(id.to_owned())));
            ControlFlow::Continue(())
        });
        // No customer has an e-mail that Stripe does not accept.
        listed.await?;
        Ok(found)
    }

    /// Whether a customer has this e-mail: as its own, or as the one that Stripe did not accept.
    pub(super) async fn customer_has(
        &self,
        customer: &CustomerId,
        email: &Email,
    ) -> Result<bool, SkillError> {
        let CustomerId(id) = customer;
        let reply = self.get("retrieve customer", &format!("customers/{id}"), &vec![]).await?;
        let body = &reply.body;
        let emails = [&body["email"], &body["metadata"]["guest_email"]];
        let is_same = |it: &Value| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(email.as_str()));
        match reply.status.as_u16() {
            404 if is_definite_no(&reply) => Ok(false),
            _ if reply.is_success() => Ok(emails.into_iter().any(is_same)),
            _ => Err(self.unexpected("retrieve customer", &reply)),
        }
    }

    /// The intents of each customer. If the customers cannot be determined, the booking's among all intents, as far back
    /// as is asked for.
    pub(super) async fn intents_of_customers(&self, whose: &IntentsOf) -> Result<Vec<Intent>, SkillError> {
        let since = whose.since.map(|at| ("created[gte]", at.as_second().to_string()));
        let query = |customer: Option<&CustomerId>| {
            let customer = customer.map(|customer| ("customer", customer.0.clone()));
            let parts = [Some((WHOLE.0, WHOLE.1.to_owned())), customer, since.clone()];
            parts.into_iter().flatten().collect::<Form<'_>>()
        };
        let queries: Vec<_> = if whose.customers.is_empty() {
            vec![query(None)]
        } else {
            whose.customers.iter().map(|customer| query(Some(customer))).collect()
        };
        let lists = queries.into_iter().map(|query| self.intents_listed(query));
        let mut found: Vec<Intent> = try_join_all(lists).await?.into_iter().flatten().collect();
        if whose.customers.is_empty() {
            found.retain(|it| whose.are_of(it));
        }
        Ok(found)
    }

    async fn intents_listed(&self, query: Form<'_>) -> Result<Vec<Intent>, SkillError> {
        let mut found = vec![];
        // An account may be used for more than the hotel: what is no intent of ours is none.
        let listed = self.each("list intents", "payment_intents", query, |it| {
            found.extend(intent(it));
            ControlFlow::Continue(())
        });
        listed.await?;
        Ok(found)
    }

    /// The intent made under this key, as long as Stripe stores keys.
    pub(super) async fn made_under(&self, key: &Key) -> Result<Option<Intent>, SkillError> {
        let since = (Timestamp::now() - KEYS_ARE_KEPT_AT_MOST).as_second();
        let query = vec![("created[gte]", since.to_string()), (WHOLE.0, WHOLE.1.to_owned())];
        let mut found = None;
        let listed = self.each("list intents", "payment_intents", query, |it| {
            if it["metadata"][KEY] != key.as_str() {
                return ControlFlow::Continue(());
            }
            found = Some(it.clone());
            ControlFlow::Break(())
        });
        listed.await?;
        found.map(|it| self.read("list intents", &it)).transpose()
    }

    /// The customer a payment method is saved for.
    pub(super) async fn owner_of(&self, method: &PaymentMethodId) -> Result<Option<CustomerId>, SkillError> {
        let method = self.method(method).await?;
        let owner = method.as_ref().and_then(|method| method["customer"].as_str());
        Ok(owner.map(|id| CustomerId(id.to_owned())))
    }

    /// A payment method; none if there is none, or if the key may not read payment methods.
    pub(super) async fn method(&self, method: &PaymentMethodId) -> Result<Option<Value>, SkillError> {
        let request = self.request(Method::GET, &format!("payment_methods/{method}"));
        let reply = self.remote.send("retrieve payment method", request).await?;
        if matches!(reply.status.as_u16(), 401 | 403) {
            return Ok(None);
        }
        let reply = self.answered(reply)?;
        Ok(reply.is_success().then_some(reply.body))
    }

    /// Passes every object of a list to `see`, page by page, until it has seen enough. For an e-mail that Stripe does not
    /// accept the list is empty.
    async fn each(
        &self,
        operation: &str,
        path: &str,
        mut query: Form<'_>,
        mut see: impl FnMut(&Value) -> ControlFlow<()> + Send,
    ) -> Result<(), SkillError> {
        query.push(("limit", "100".to_owned()));
        loop {
            let reply = self.get(operation, path, &query).await?;
            if is_email_not_taken(&reply) {
                return Ok(());
            }
            let listed = reply.body["data"].as_array().filter(|_| reply.is_success());
            let listed = listed.ok_or_else(|| self.unexpected(operation, &reply))?;
            if listed.iter().any(|it| see(it).is_break()) {
                return Ok(());
            }
            let last =
                listed.last().and_then(|it| it["id"].as_str()).filter(|_| reply.body["has_more"] == true);
            let Some(last) = last.map(str::to_owned) else { return Ok(()) };
            query.retain(|(name, _)| *name != "starting_after");
            query.push(("starting_after", last));
        }
    }
}
