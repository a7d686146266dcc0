//! The embedded payment processor: behaves as Stripe does with its documented test payment methods
//! (<https://docs.stripe.com/testing>), on its own file, so that the saga between hotel and processor is real.
//! A key it knows is answered with what was answered then; the same key with other parameters is an error.

mod methods;

use super::{
    Confirmation, CustomerId, Decline, Intent, IntentStatus, NewIntent, Payments, Refund, RefundOutcome,
};
use crate::error::{Outage, Refusal, SkillError, System};
use crate::refusals;
use crate::sqlite::{Db, DbError, Durability, Refusable};
use crate::systems::check::{Check, Examination};
use crate::systems::crm::embedded::seed;
use crate::words::{Cents, Cursor, Email, Key, Page, Paged, PaymentIntentId, PaymentMethodId, stored};
use jiff::Timestamp;
use methods::Behaviour;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

const MIGRATIONS: &[&str] = &[
    include_str!("embedded/schema.sql"),
    include_str!("embedded/schema_paid.sql"),
    include_str!("embedded/schema_charged.sql"),
];

/// A payment processor in SQLite.
pub struct EmbeddedPayments {
    db: Db,
}

type Outcome<T> = Result<T, Refusable<Refusal>>;

impl EmbeddedPayments {
    /// Opens the processor in `folder`, with the seeded hotel's payments on first use.
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
        Ok(Self { db: Db::open(folder.join("payments.db"), MIGRATIONS, plant)? })
    }

    /// Does `work` once per key: a key it knows is answered with what was answered then.
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
            Refusable::Sqlite(error) => Outage::unknown(System::Payments, error).into(),
        })
    }

    fn read_intent(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        self.db.read(|c| intent(c, id)).map_err(|error| Outage::unreached(System::Payments, error).into())
    }
}

/// A new id in the processor's way: a prefix and 24 letters or digits.
fn new_id(prefix: &str) -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    format!("{prefix}_{}", &random[..24])
}

fn intent(c: &Connection, id: &PaymentIntentId) -> rusqlite::Result<Option<Intent>> {
    let sql = "SELECT status, amount_cents, currency, guest, booking, charge_id, next_action_url, created_at, charged_at \
               FROM intents WHERE id = ?";
    let found = c.prepare_cached(sql)?.query_row([id], |row| {
        Ok(Intent {
            id: id.clone(),
            status: status(&row.get::<_, String>(0)?),
            amount: row.get(1)?,
            currency: row.get(2)?,
            guest: row.get(3)?,
            booking: row.get(4)?,
            charge_id: row.get(5)?,
            next_action_url: row.get(6)?,
            declined: None, // it decides at once, and answers why
            created_at: row.get(7)?,
            charged_at: row.get(8)?,
            refunds: vec![],
        })
    });
    let Some(mut found) = found.optional()? else { return Ok(None) };
    let mut refunds =
        c.prepare_cached("SELECT id, amount_cents FROM refunds WHERE intent = ? ORDER BY rowid DESC")?;
    found.refunds = refunds
        .query_map([id], |row| {
            Ok(Refund { id: row.get(0)?, amount: row.get(1)?, status: "succeeded".to_owned() })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(found))
}

/// What was paid, newest first; goes on behind an intent, as the processor's lists do.
fn paid_since(c: &Connection, since: &str, page: &Page) -> rusqlite::Result<Paged<Intent>> {
    let limit = usize::from(page.limit.get());
    let sql = "SELECT id FROM intents WHERE status = 'succeeded' AND created_at >= ?1 AND (?2 IS NULL \
               OR (created_at, rowid) < (SELECT created_at, rowid FROM intents WHERE id = ?2)) \
               ORDER BY created_at DESC, rowid DESC LIMIT ?3";
    let behind = page.cursor.as_ref().map(Cursor::key);
    let ids: rusqlite::Result<Vec<PaymentIntentId>> = c
        .prepare_cached(sql)?
        .query_map(params![since, behind, page.limit.get() + 1], |row| row.get(0))?
        .collect();
    let mut ids = ids?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next_cursor = ids.last().filter(|_| more).map(|id| Cursor::after(id.as_str()));
    let found: rusqlite::Result<Vec<Option<Intent>>> = ids.iter().map(|id| intent(c, id)).collect();
    Ok(Paged { items: found?.into_iter().flatten().collect(), total: None, next_cursor })
}

fn status(text: &str) -> IntentStatus {
    serde_json::from_value(text.into()).unwrap_or(IntentStatus::RequiresPaymentMethod)
}

/// The intent, which must exist: the caller got its id from us.
fn known(c: &Connection, id: &PaymentIntentId) -> Outcome<Intent> {
    intent(c, id)?.ok_or_else(|| refusals::payment_not_found(id).into())
}

fn set(
    c: &Connection,
    id: &PaymentIntentId,
    status: IntentStatus,
    url: Option<&str>,
    now: &str,
) -> rusqlite::Result<()> {
    let charge = (status == IntentStatus::Succeeded).then(|| new_id("ch"));
    let sql = "UPDATE intents SET status = ?2, next_action_url = ?3, charge_id = ifnull(?4, charge_id), \
               charged_at = iif(?4 IS NULL, charged_at, ?5) WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![id, status.as_str(), url, charge, now]).map(|_| ())
}

fn confirm(
    c: &Connection,
    id: &PaymentIntentId,
    method: &PaymentMethodId,
    now: &str,
) -> Outcome<Confirmation> {
    use IntentStatus::{RequiresAction, RequiresConfirmation, RequiresPaymentMethod, Succeeded};
    let found = known(c, id)?;
    if !matches!(found.status, RequiresPaymentMethod | RequiresConfirmation | RequiresAction) {
        return Ok(Confirmation::UnexpectedState);
    }
    match methods::behaviour(method.as_str()).ok_or_else(refusals::no_such_payment_method)? {
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
    Ok(Confirmation::Intent(Box::new(known(c, id)?)))
}

fn refund(c: &Connection, id: &PaymentIntentId, now: &str) -> Outcome<RefundOutcome> {
    let found = known(c, id)?;
    if found.status != IntentStatus::Succeeded {
        return Ok(RefundOutcome::NotPaid);
    }
    let left = found.amount.minus(found.refunded());
    if left == Cents(0) {
        return Ok(RefundOutcome::AlreadyRefunded);
    }
    let refund = Refund { id: new_id("re"), amount: left, status: "succeeded".to_owned() };
    c.prepare_cached("INSERT INTO refunds (id, intent, amount_cents, created_at) VALUES (?, ?, ?, ?)")?
        .execute(params![refund.id, id, refund.amount, now])?;
    Ok(RefundOutcome::Refunded(refund))
}

#[async_trait::async_trait]
impl Payments for EmbeddedPayments {
    async fn find_customer(&self, email: &Email) -> Result<Option<CustomerId>, SkillError> {
        const FIND: &str = "SELECT id FROM customers WHERE email = ? ORDER BY rowid LIMIT 1";
        let find = |c: &Connection| c.prepare_cached(FIND)?.query_row([email], |row| row.get(0)).optional();
        let found: Option<String> =
            self.db.read(find).map_err(|error| Outage::unreached(System::Payments, error))?;
        Ok(found.map(CustomerId))
    }

    async fn create_customer(&self, key: &Key, email: &Email, name: &str) -> Result<CustomerId, SkillError> {
        let (email, name) = (email.clone(), name.to_owned());
        self.keyed(Durability::Relaxed, key, format!("customer {email}"), move |c| {
            let sql = "INSERT INTO customers (id, email, name) VALUES (?, ?, ?) RETURNING id";
            let row = params![new_id("cus"), email, name];
            Ok(CustomerId(c.prepare_cached(sql)?.query_row(row, |row| row.get(0))?))
        })
        .await
    }

    async fn create_intent(&self, key: &Key, new: &NewIntent) -> Result<Intent, SkillError> {
        if new.amount == Cents(0) {
            let code = "parameter_invalid_integer"; // as Stripe has it
            return Err(refusals::amount_not_chargeable(new.amount, &new.currency, code).into());
        }
        let (new, now) = (new.clone(), stored(crate::clock::now()));
        let request = format!("intent {} {} {}", new.booking, new.amount.0, new.currency);
        self.keyed(Durability::Relaxed, key, request, move |c| {
            let id: PaymentIntentId = c
                .prepare_cached(
                    "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, receipt_email, status, \
                     created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'requires_payment_method', ?) RETURNING id",
                )?
                .query_row(
                    params![
                        new_id("pi"),
                        new.customer.0,
                        new.amount,
                        new.currency,
                        new.guest,
                        new.booking,
                        new.receipt_email,
                        now
                    ],
                    |row| row.get(0),
                )?;
            known(c, &id)
        })
        .await
    }

    async fn confirm(
        &self,
        key: &Key,
        id: &PaymentIntentId,
        method: &PaymentMethodId,
    ) -> Result<Confirmation, SkillError> {
        let (id, method, now) = (id.clone(), method.clone(), stored(crate::clock::now()));
        let request = format!("confirm {id} {method}");
        self.keyed(Durability::Forced, key, request, move |c| confirm(c, &id, &method, &now)).await
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
            Refusable::Sqlite(error) => Outage::unknown(System::Payments, error).into(),
        })
    }

    async fn retrieve(&self, id: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        self.read_intent(id)
    }

    async fn paid_since(&self, since: Timestamp, page: &Page) -> Result<Paged<Intent>, SkillError> {
        let found = self.db.read(|c| paid_since(c, &stored(since), page));
        found.map_err(|error| Outage::unreached(System::Payments, error).into())
    }

    async fn refund(&self, key: &Key, id: &PaymentIntentId) -> Result<RefundOutcome, SkillError> {
        let (id, now) = (id.clone(), stored(crate::clock::now()));
        self.keyed(Durability::Forced, key, format!("refund {id}"), move |c| refund(c, &id, &now)).await
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
