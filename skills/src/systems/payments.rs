//! How money moves here. A stay has one payment intent. It is created under a key made of booking, folio and
//! the number of earlier refunds, so that whoever asks for it again gets the same one; an intent succeeds at
//! most once, so a stay is charged at most once. It is confirmed with a payment method once per attempt; a
//! declined intent is confirmed again with the next card. Money goes back as a whole, by intent. Guest and
//! booking travel with the intent and are compared before a refund. Every write carries a key we chose; the
//! processor answers a key it knows with what it answered then.

pub mod embedded;
pub mod stripe;

use super::check::Check;
use crate::error::SkillError;
use crate::words::{BookingNumber, Cents, Email, Key, Page, Paged, PaymentIntentId, PaymentMethodId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an intent stands; the processor's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum IntentStatus {
    /// Not paid: no method yet, or the last one was declined.
    RequiresPaymentMethod,
    /// Has a method and waits to be confirmed.
    RequiresConfirmation,
    /// The guest's bank asks the guest to authenticate.
    RequiresAction,
    /// The processor has not decided yet.
    Processing,
    /// Authorised, not captured.
    RequiresCapture,
    /// Given up; can never be paid.
    Canceled,
    /// Paid.
    Succeeded,
}

impl IntentStatus {
    /// The processor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }
}

/// A customer's id at the processor. Never shown to an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerId(pub String);

/// What an intent is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIntent {
    /// Who pays.
    pub customer: CustomerId,
    /// How much.
    pub amount: Cents,
    /// In which currency.
    pub currency: String,
    /// Kept with the intent.
    pub guest: Email,
    /// Kept with the intent.
    pub booking: BookingNumber,
    /// Where the processor mails a receipt to.
    pub receipt_email: Option<Email>,
}

/// A payment intent as the processor has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its id.
    pub id: PaymentIntentId,
    /// Where it stands.
    pub status: IntentStatus,
    /// What it asks for.
    pub amount: Cents,
    /// In which currency.
    pub currency: String,
    /// Whose stay it is for.
    pub guest: Option<Email>,
    /// Which stay it is for.
    pub booking: Option<BookingNumber>,
    /// The charge that paid it.
    pub charge_id: Option<String>,
    /// Where the guest authenticates.
    pub next_action_url: Option<String>,
    /// Why the last attempt to pay it failed, while no other has been made.
    #[serde(default)]
    pub declined: Option<Decline>,
    /// When it was made; what was journaled before this was known says nothing.
    #[serde(default)]
    pub created_at: Timestamp,
    /// When its charge was made, as far as that is known: an intent may be paid days after it was made.
    #[serde(default)]
    pub charged_at: Option<Timestamp>,
    /// What went back so far, newest first.
    pub refunds: Vec<Refund>,
}

impl Intent {
    /// When it was paid, if it was.
    pub fn paid_at(&self) -> Timestamp {
        self.charged_at.unwrap_or(self.created_at)
    }

    /// What went back so far, in all.
    pub fn refunded(&self) -> Cents {
        self.refunds.iter().fold(Cents(0), |sum, refund| sum.plus(refund.amount))
    }

    /// Whether all that was paid has gone back.
    pub fn is_refunded(&self) -> bool {
        self.status == IntentStatus::Succeeded && self.refunded() >= self.amount
    }
}

/// Why a payment method was not charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decline {
    /// The processor's code: `card_declined`, `expired_card` …
    pub code: String,
    /// The issuer's code, where it gives one: `insufficient_funds` …
    pub decline_code: Option<String>,
    /// For the guest.
    pub message: String,
}

/// What confirming an intent led to. A decline is an answer, not a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// The intent as it stands now.
    Intent(Box<Intent>),
    /// The method was declined.
    Declined(Decline),
    /// The intent cannot be confirmed because it is paid, given up or under way already: read it.
    UnexpectedState,
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refund {
    /// Its id.
    #[serde(rename = "refund_id")]
    pub id: String,
    /// How much went back.
    #[serde(rename = "amount_cents")]
    pub amount: Cents,
    /// `succeeded`, or `pending` while the bank takes its time.
    pub status: String,
}

/// What asking for a refund led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundOutcome {
    /// The money is on its way back.
    Refunded(Refund),
    /// It had gone back before.
    AlreadyRefunded,
    /// It was never paid.
    NotPaid,
}

/// The role.
#[async_trait::async_trait]
pub trait Payments: Send + Sync {
    /// The customer with this e-mail.
    async fn find_customer(&self, email: &Email) -> Result<Option<CustomerId>, SkillError>;
    /// Makes a customer, or answers the one made under this key.
    async fn create_customer(&self, key: &Key, email: &Email, name: &str) -> Result<CustomerId, SkillError>;
    /// Makes an intent, or answers the one made under this key.
    async fn create_intent(&self, key: &Key, intent: &NewIntent) -> Result<Intent, SkillError>;
    /// Charges a payment method.
    async fn confirm(
        &self,
        key: &Key,
        intent: &PaymentIntentId,
        method: &PaymentMethodId,
    ) -> Result<Confirmation, SkillError>;
    /// What became of an intent whose guest was asked to authenticate, asked on the guest's behalf.
    async fn after_action(&self, intent: &PaymentIntentId) -> Result<Option<Intent>, SkillError>;
    /// The intent as it stands.
    async fn retrieve(&self, intent: &PaymentIntentId) -> Result<Option<Intent>, SkillError>;
    /// The intents made at `since` or later that succeeded, refunded or not; newest first.
    async fn paid_since(&self, since: Timestamp, page: &Page) -> Result<Paged<Intent>, SkillError>;
    /// Gives back what was paid, as a whole: what is left of it, if a part went back before.
    async fn refund(&self, key: &Key, intent: &PaymentIntentId) -> Result<RefundOutcome, SkillError>;
    /// Gives an unpaid intent up, so that it can never be paid. One that is paid stays as it is.
    async fn cancel(&self, key: &Key, intent: &PaymentIntentId) -> Result<(), SkillError>;
    /// What a doctor finds: whether it can be reached and lets us do what we do, and how to mend it.
    async fn examine(&self) -> Vec<Check>;
    /// One word for start-up: what the role runs on.
    fn runs_on(&self) -> &str;
}
