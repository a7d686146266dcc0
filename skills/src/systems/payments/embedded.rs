//! The embedded payment processor. It behaves as Stripe does with its documented test payment methods
//! (<https://docs.stripe.com/testing>). It has a file of its own, so that the saga between hotel and processor is real. For
//! a key it knows, it replays its first answer; the same key with other parameters is an error.

mod intents;
mod methods;
mod refunds;

use super::{
    Card, Confirmation, CustomerId, Decline, Intent, IntentStatus, IntentsOf, NewIntent, Payments,
    RefundOutcome,
};
use crate::error::{Refusal, SkillError};
use crate::refusals;
use crate::sqlite::{Db, DbError, Durability, Refusable};
use crate::systems::check::{Check, Examination};
use crate::systems::crm::embedded::seed;
use crate::words::{Cents, Email, Key, Page, Paged, PaymentIntentId, PaymentMethodId, stored};
use intents::{intent, known, of_stay, paid_since, set};
use jiff::{SignedDuration, Timestamp};
use methods::Behaviour;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;
use std::sync::Arc;

const MIGRATIONS: &[&str] = &[
    include_str!("embedded/schema.sql"),
    include_str!("embedded/schema_paid.sql"),
    include_str!("embedded/schema_charged.sql"),
    include_str!("embedded/schema_whose.sql"),
];

/// A payment processor in SQLite.
pub struct EmbeddedPayments {
    db: Arc<Db>,
}

type Outcome<T> = Result<T, Refusable<Refusal>>;

impl EmbeddedPayments {
    /// Opens the processor in `folder`, with the sample hotel's payments on first use.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(folder: &Path, currency: &str) -> Result<Self, DbError> {
        let now = stored(crate::clock::now());
        let plant = |c: &Connection| {
            for paid in seed::read()?.payments {
                c.execute(
                    "INSERT INTO customers (id, email, name) VALUES ('cus_seed_' || ?1, ?1, '')",
                    [&paid.guest],
                )?;
                c.execute(
                    "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, status, charge_id, \
                     created_at, charged_at) \
                     VALUES (?1, 'cus_seed_' || ?2, ?3, ?4, ?2, ?5, 'succeeded', 'ch_' || ?1, ?6, ?6)",
                    params![paid.intent, paid.guest, paid.amount_cents, currency, paid.booking, now],
                )?;
            }
            Ok(())
        };
        Ok(Self { db: Arc::new(Db::open(folder.join("payments.db"), MIGRATIONS, plant)?) })
    }

    /// Its file.
    pub(crate) fn file(&self) -> Arc<Db> {
        Arc::clone(&self.db)
    }

    /// Does `work` once per key, and replays its result after that.
    async fn keyed<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        durability: Durability,
        key: &Key,
        request: String,
        work: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, SkillError> {
        let key = key.clone();
        let done = self.db.write(durability, move |c| {
            let before: Option<(String, String)> = c
                .prepare_cached("SELECT request, answer FROM idempotency_keys WHERE key = ?")?
                .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((first, answer)) = before {
                return match serde_json::from_str(&answer) {
                    Ok(answer) if first == request => Ok(answer),
                    _ => Err(refusals::token_reused("the payment processor").into()),
                };
            }
            let answer = work(c)?;
            let text = serde_json::to_string(&answer).unwrap_or_default();
            c.prepare_cached("INSERT INTO idempotency_keys (key, request, answer) VALUES (?, ?, ?)")?
                .execute(params![key, request, text])?;
            Ok(answer)
        });
        done.await.map_err(|error| match error {
            Refusable::Refused(refusal) => refusal.into(),
            Refusable::Sqlite(error) => self.db.unwritten(&error).into(),
        })
    }

    fn read_intent(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        self.db.read(|c| intent(c, id)).map_err(|error| self.db.unread(&error).into())
    }
}

/// Whether the processor accepts this e-mail.
fn is_taken(c: &Connection, email: &Email) -> rusqlite::Result<bool> {
    Ok(!c.prepare_cached("SELECT 1 FROM emails_not_taken WHERE email = ?")?.exists([email])?)
}

/// A new id as the processor makes them: a prefix and 24 letters or digits.
fn new_id(prefix: &str) -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    format!("{prefix}_{}", &random[..24])
}

/// Whose saved payment method this is, and the test payment method that it behaves as.
fn saved(c: &Connection, method: &PaymentMethodId) -> rusqlite::Result<Option<(String, String)>> {
    c.prepare_cached("SELECT customer, behaves_as FROM saved_methods WHERE id = ?")?
        .query_row([method], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn confirm(
    c: &Connection,
    id: &PaymentIntentId,
    method: &PaymentMethodId,
    receipt: Option<&Email>,
    now: &str,
) -> Outcome<Confirmation> {
    use IntentStatus::{RequiresAction, RequiresConfirmation, RequiresPaymentMethod, Succeeded};
    let found = known(c, id)?;
    if !matches!(found.status, RequiresPaymentMethod | RequiresConfirmation | RequiresAction) {
        return Ok(Confirmation::UnexpectedState);
    }
    let saved = saved(c, method)?;
    if let Some((owner, _)) =
        saved.as_ref().filter(|(owner, _)| found.customer.as_ref().is_none_or(|it| it.0 != *owner))
    {
        return Ok(Confirmation::OfAnotherCustomer(CustomerId(owner.clone())));
    }
    let behaves_as = saved.as_ref().map_or(method.as_str(), |(_, behaves_as)| behaves_as);
    let behaviour = methods::behaviour(behaves_as).ok_or_else(refusals::no_such_payment_method)?;
    c.prepare_cached("UPDATE intents SET method = ?2 WHERE id = ?1")?.execute(params![id, behaves_as])?;
    if let Some(email) = receipt {
        mail_receipt(c, id, email)?;
    }
    match behaviour {
        Behaviour::Succeeds => set(c, id, Succeeded, None, now)?,
        Behaviour::AsksForAuthentication => {
            let url = format!("https://hooks.stripe.invalid/3d_secure/{id}");
            set(c, id, RequiresAction, Some(&url), now)?;
        }
        Behaviour::Declines { code, decline_code, message } => {
            set(c, id, RequiresPaymentMethod, None, now)?;
            return Ok(Confirmation::Declined(Decline {
                code: code.to_owned(),
                decline_code: decline_code.map(str::to_owned),
                message: message.to_owned(),
            }));
        }
    }
    let charged = known(c, id)?;
    if behaves_as.starts_with("pm_card_createDispute") {
        // The guest disputes a payment when it is made.
        c.prepare_cached("UPDATE intents SET disputed = 1 WHERE id = ?")?.execute([id])?;
    }
    Ok(Confirmation::Intent(Box::new(charged)))
}

/// Stores where the receipt goes; returns whether the e-mail was accepted.
fn mail_receipt(c: &Connection, id: &PaymentIntentId, to: &Email) -> Outcome<bool> {
    if !is_taken(c, to)? {
        return Ok(false);
    }
    c.prepare_cached("UPDATE intents SET receipt_email = ?2 WHERE id = ?1")?.execute(params![id, to])?;
    Ok(true)
}

#[async_trait::async_trait]
impl Payments for EmbeddedPayments {
    /// As long as a real one, so that what is tried here is what happens there.
    fn keeps_keys_for(&self) -> SignedDuration {
        SignedDuration::from_hours(20)
    }

    async fn find_customers(&self, email: &Email) -> Result<Vec<CustomerId>, SkillError> {
        const FIND: &str = "SELECT id FROM customers WHERE email = ? ORDER BY rowid DESC";
        let find = |c: &Connection| -> rusqlite::Result<Vec<CustomerId>> {
            c.prepare_cached(FIND)?.query_map([email], |row| row.get(0).map(CustomerId))?.collect()
        };
        self.db.read(find).map_err(|error| self.db.unread(&error).into())
    }

    async fn has_email(&self, customer: &CustomerId, email: &Email) -> Result<bool, SkillError> {
        const HAS: &str = "SELECT 1 FROM customers WHERE id = ? AND email = ? COLLATE NOCASE";
        let has = |c: &Connection| c.prepare_cached(HAS)?.exists(params![customer.0, email]);
        self.db.read(has).map_err(|error: rusqlite::Error| self.db.unread(&error).into())
    }

    async fn card(&self, method: &PaymentMethodId) -> Result<Option<Card>, SkillError> {
        let saved =
            self.db.read(|c| saved(c, method)).map_err(|error: rusqlite::Error| self.db.unread(&error))?;
        Ok(methods::card(saved.as_ref().map_or(method.as_str(), |(_, behaves_as)| behaves_as)))
    }

    async fn create_customer(
        &self,
        key: &Key,
        email: &Email,
        name: &str,
    ) -> Result<(CustomerId, bool), SkillError> {
        let (email, name) = (email.clone(), name.to_owned());
        self.keyed(Durability::Relaxed, key, format!("customer {email}"), move |c| {
            let taken = is_taken(c, &email)?;
            let email = if taken { email.as_str() } else { "" };
            let sql = "INSERT INTO customers (id, email, name) VALUES (?, ?, ?) RETURNING id";
            let row = params![new_id("cus"), email, name];
            Ok((CustomerId(c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?), taken))
        })
        .await
    }

    async fn create_intent(&self, key: &Key, number: u32, new: &NewIntent) -> Result<Intent, SkillError> {
        // The codes are Stripe's.
        let wrong = match new.amount {
            Cents(0) => Some("parameter_invalid_integer"),
            amount if amount > Cents::MOST => Some("amount_too_large"),
            _ => None,
        };
        if let Some(code) = wrong {
            return Err(refusals::amount_not_chargeable(new.amount, &new.currency, code).into());
        }
        let (key, new, now) = (key.clone(), new.clone(), stored(crate::clock::now()));
        let done: Outcome<_> =
            self.db.write(Durability::Relaxed, move |c| intents::create(c, &key, number, &new, &now)).await;
        done.map_err(|error: Refusable<Refusal>| match error {
            Refusable::Refused(refusal) => refusal.into(),
            Refusable::Sqlite(error) => self.db.unwritten(&error).into(),
        })
    }

    async fn intents_of(&self, whose: &IntentsOf) -> Result<Vec<Intent>, SkillError> {
        self.db.read(|c| of_stay(c, whose)).map_err(|error: rusqlite::Error| self.db.unread(&error).into())
    }

    async fn confirm(
        &self,
        key: &Key,
        id: &PaymentIntentId,
        method: &PaymentMethodId,
        receipt: Option<&Email>,
    ) -> Result<Confirmation, SkillError> {
        let (id, method, receipt) = (id.clone(), method.clone(), receipt.cloned());
        let now = stored(crate::clock::now());
        let request = format!("confirm {id} {method}");
        let work = move |c: &Connection| confirm(c, &id, &method, receipt.as_ref(), &now);
        self.keyed(Durability::Forced, key, request, work).await
    }

    async fn after_action(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        let (id, now) = (id.clone(), stored(crate::clock::now()));
        let done: Outcome<_> = self
            .db
            .write(Durability::Forced, move |c| {
                if intent(c, &id)?.is_some_and(|found| found.status == IntentStatus::RequiresAction) {
                    set(c, &id, IntentStatus::Succeeded, None, &now)?;
                }
                Ok(intent(c, &id)?)
            })
            .await;
        done.map_err(|error| match error {
            Refusable::Refused(refusal) => refusal.into(),
            Refusable::Sqlite(error) => self.db.unwritten(&error).into(),
        })
    }

    async fn retrieve(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        self.read_intent(id)
    }

    async fn paid_since(&self, since: Timestamp, page: &Page) -> Result<Paged<Intent>, SkillError> {
        let found = self.db.read(|c| paid_since(c, &stored(since), page));
        found.map_err(|error: rusqlite::Error| self.db.unread(&error).into())
    }

    async fn refund(
        &self,
        key: &Key,
        id: &PaymentIntentId,
        why: Option<&str>,
    ) -> Result<RefundOutcome, SkillError> {
        let (id, why, now) = (id.clone(), why.map(str::to_owned), stored(crate::clock::now()));
        let request = format!("refund {id}");
        let work = move |c: &Connection| refunds::refund(c, &id, why.as_deref(), &now);
        self.keyed(Durability::Forced, key, request, work).await
    }

    async fn mail_receipt(&self, key: &Key, id: &PaymentIntentId, to: &Email) -> Result<bool, SkillError> {
        let (id, to) = (id.clone(), to.clone());
        let request = format!("receipt {id} {to}");
        self.keyed(Durability::Relaxed, key, request, move |c| mail_receipt(c, &id, &to)).await
    }

    async fn cancel(&self, key: &Key, id: &PaymentIntentId) -> Result<(), SkillError> {
        let (id, now) = (id.clone(), stored(crate::clock::now()));
        self.keyed(Durability::Forced, key, format!("cancel {id}"), move |c| {
            if known(c, &id)?.status != IntentStatus::Succeeded {
                set(c, &id, IntentStatus::Canceled, None, &now)?;
            }
            Ok(())
        })
        .await
    }

    async fn examine(&self) -> Vec<Check> {
        Examination::embedded("payments", self.runs_on(), "STRIPE_SECRET_KEY")
    }

    fn runs_on(&self) -> &str {
        "the embedded payment processor (test payment methods only)"
    }
}
