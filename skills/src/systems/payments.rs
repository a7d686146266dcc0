//! How money moves here. A stay has one payment intent. It is created under a key made of the booking's own key and the
//! number of the stay's intents that have ended (given back or given up), never of the amount, so that whoever asks for
//! it gets the same one; an intent succeeds at most once, so a stay is charged at most once. Beside creating, the
//! processor is asked for all intents of the stay, and none is confirmed while another is open or holds money. An intent
//! is confirmed with a payment method once per attempt; a declined intent is confirmed again with the next card. Money
//! goes back as a whole, by intent, and has gone back only when the processor says so. Every write carries a key we chose;
//! the processor answers a key it knows with what it answered then.

pub mod embedded;
pub mod stripe;

use super::check::Check;
use crate::error::SkillError;
use crate::words::{BookingNumber, Cents, Email, Key, Page, Paged, PaymentIntentId, PaymentMethodId};
use jiff::{SignedDuration, Timestamp};
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
    /// The booking's own key: whose money it is, whatever number or guest the booking has later.
    pub booking_key: String,
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
    /// The own key of the booking it is for; what was made before this was known has none.
    #[serde(default)]
    pub booking_key: Option<String>,
    /// How many intents of the stay had ended when it was made.
    #[serde(default)]
    pub number: Option<u32>,
    /// Who pays.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// Where the processor mails a receipt to.
    #[serde(default)]
    pub receipt_email: Option<String>,
    /// Whether the guest disputes the charge: then the bank decides whose money it is.
    #[serde(default)]
    pub disputed: bool,
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
    /// What was to go back, newest first, whatever became of it.
    pub refunds: Vec<Refund>,
}

/// Where the money of an intent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    /// Not paid yet; it may still be.
    Open,
    /// The processor has not decided.
    Processing,
    /// Not paid, and it never can be.
    GivenUp,
    /// Paid, and all of it is here; a refund that failed changes nothing.
    Kept,
    /// All of it has gone back.
    Back,
    /// Some or all of it is on its way back.
    OnItsWay,
    /// A part of it has gone back.
    PartlyBack,
    /// The guest disputes it.
    Disputed,
}

impl Intent {
    /// When it was paid, if it was.
    pub fn paid_at(&self) -> Timestamp {
        self.charged_at.unwrap_or(self.created_at)
    }

    /// What has gone back so far, in all.
    pub fn refunded(&self) -> Cents {
        self.sum_of(Refund::has_gone_back)
    }

    /// What is on its way back.
    pub fn on_its_way(&self) -> Cents {
        self.sum_of(Refund::is_on_its_way)
    }

    /// Whether all that was paid has gone back.
    pub fn is_refunded(&self) -> bool {
        self.money() == Money::Back
    }

    /// Where its money is.
    pub fn money(&self) -> Money {
        match self.status {
            IntentStatus::Canceled => Money::GivenUp,
            IntentStatus::Processing => Money::Processing,
            IntentStatus::Succeeded if self.refunded() >= self.amount => Money::Back,
            IntentStatus::Succeeded if self.disputed => Money::Disputed,
            IntentStatus::Succeeded if self.on_its_way() > Cents(0) => Money::OnItsWay,
            IntentStatus::Succeeded if self.refunded() > Cents(0) => Money::PartlyBack,
            IntentStatus::Succeeded => Money::Kept,
            _ => Money::Open,
        }
    }

    /// Whether it can no longer be paid and holds nothing: given up, or given back.
    pub fn has_ended(&self) -> bool {
        matches!(self.money(), Money::GivenUp | Money::Back)
    }

    /// The refund that is on its way, the first of them.
    pub fn pending_refund(&self) -> Option<&Refund> {
        self.refunds.iter().rev().find(|refund| refund.is_on_its_way())
    }

    /// How many refunds of it came to nothing.
    pub fn failed_refunds(&self) -> usize {
        self.refunds.iter().filter(|refund| refund.has_failed()).count()
    }

    /// Whether it went back because the hotel's records refused the closing.
    pub fn closing_was_refused(&self) -> bool {
        self.refunds.iter().any(|refund| refund.why.as_deref() == Some(CLOSING_REFUSED))
    }

    fn sum_of(&self, which: fn(&Refund) -> bool) -> Cents {
        let these = self.refunds.iter().filter(|refund| which(refund));
        these.fold(Cents(0), |sum, refund| sum.plus(refund.amount))
    }
}

/// Why a refund was made, where the closing of its stay was refused.
pub const CLOSING_REFUSED: &str = "closing_refused";

/// Whose intents are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentsOf {
    /// Every customer the stay has had; none if they cannot be told, and then all are looked through.
    pub customers: Vec<CustomerId>,
    /// The booking.
    pub booking: BookingNumber,
    /// Its own key.
    pub booking_key: String,
    /// Not older than this, as far as it is known.
    pub since: Option<Timestamp>,
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
    /// The method was saved for another customer than the intent's: only an intent of that one can be paid with it.
    OfAnotherCustomer(CustomerId),
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refund {
    /// Its id.
    #[serde(rename = "refund_id")]
    pub id: String,
    /// The payment it is of.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "payment_intent_id")]
    pub payment: Option<PaymentIntentId>,
    /// How much goes back.
    #[serde(rename = "amount_cents")]
    pub amount: Cents,
    /// `succeeded`; `pending` while the bank takes its time; `failed` or `canceled`: the money did not go back.
    pub status: String,
    /// Why it came to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    /// Why it was made: `closing_refused` where the hotel's records refused to close the stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

impl Refund {
    /// Whether the money has gone back.
    pub fn has_gone_back(&self) -> bool {
        self.status == "succeeded"
    }

    /// Whether it came to nothing.
    pub fn has_failed(&self) -> bool {
        matches!(self.status.as_str(), "failed" | "canceled")
    }

    /// Whether it is neither done nor come to nothing.
    pub fn is_on_its_way(&self) -> bool {
        !self.has_gone_back() && !self.has_failed()
    }
}

/// What asking for a refund led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundOutcome {
    /// The money has gone back, is on its way, or could not be given back: its status says which.
    Refunded(Refund),
    /// It had gone back before.
    AlreadyRefunded,
    /// It was never paid.
    NotPaid,
}

/// The role.
#[async_trait::async_trait]
pub trait Payments: Send + Sync {
    /// How long the answer given under a key can be relied on to be given again. An effect that began longer ago is settled by
    /// reading, never by sending.
    fn keeps_keys_for(&self) -> SignedDuration;
    /// The customers with this e-mail, newest first.
    async fn find_customers(&self, email: &Email) -> Result<Vec<CustomerId>, SkillError>;
    /// Makes a customer, or answers the one made under this key. One whose e-mail is not taken is made without it; says
    /// whether it was taken.
    async fn create_customer(
        &self,
        key: &Key,
        email: &Email,
        name: &str,
    ) -> Result<(CustomerId, bool), SkillError>;
    /// Makes an intent, or answers the one made under this key, whatever it asks for. A receipt's e-mail that is not taken
    /// is left out.
    async fn create_intent(&self, key: &Key, number: u32, intent: &NewIntent) -> Result<Intent, SkillError>;
    /// All intents that may be a stay's, as they stand; what is made a moment before is among them.
    async fn intents_of(&self, whose: &IntentsOf) -> Result<Vec<Intent>, SkillError>;
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
    /// Gives back what was paid, as a whole: what is left of it, if a part went back before. `why` is kept with it.
    async fn refund(
        &self,
        key: &Key,
        intent: &PaymentIntentId,
        why: Option<&str>,
    ) -> Result<RefundOutcome, SkillError>;
    /// Mails the receipt of what was paid; says whether the e-mail was taken.
    async fn mail_receipt(&self, key: &Key, intent: &PaymentIntentId, to: &Email)
    -> Result<bool, SkillError>;
    /// Gives an unpaid intent up, so that it can never be paid. One that is paid stays as it is.
    async fn cancel(&self, key: &Key, intent: &PaymentIntentId) -> Result<(), SkillError>;
    /// What a doctor finds: whether it can be reached and lets us do what we do, and how to mend it.
    async fn examine(&self) -> Vec<Check>;
    /// One word for start-up: what the role runs on.
    fn runs_on(&self) -> &str;
}
