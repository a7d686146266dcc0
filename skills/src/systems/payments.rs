//! How money moves.
//!
//! - A stay has one payment intent. Its idempotency key is made of the booking's own key and the number of the stay's
//!   intents that have ended (refunded or cancelled), never of the amount. So every caller that creates the intent gets the
//!   same one. An intent succeeds at most once, so a stay is charged at most once.
//! - Beside creating the intent, the server lists all intents of the stay. It confirms none while another one is open or
//!   holds money.
//! - Each attempt confirms the intent once, with a payment method. If the card is declined, the same intent is confirmed
//!   again with the next card.
//! - A refund is of the whole payment, by intent. It counts as done only when the processor says so.
//! - Every write has an idempotency key that we chose. If the processor knows the key, it replays its first answer.

pub mod embedded;
pub mod stripe;

use super::check::Check;
use crate::error::SkillError;
use crate::records::Stay;
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

/// What an intent is created for.
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
    /// The booking's own key. It says whose money it is, whatever number or guest the booking has later.
    pub booking_key: String,
    /// Where the processor mails a receipt to.
    pub receipt_email: Option<Email>,
}

/// A payment intent, as the processor has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its id.
    pub id: PaymentIntentId,
    /// Its status.
    pub status: IntentStatus,
    /// Its amount.
    pub amount: Cents,
    /// In which currency.
    pub currency: String,
    /// Whose stay it is for.
    pub guest: Option<Email>,
    /// Which stay it is for.
    pub booking: Option<BookingNumber>,
    /// The booking's own key. Intents of earlier versions have none.
    #[serde(default)]
    pub booking_key: Option<String>,
    /// How many intents of the stay had ended when this one was made.
    #[serde(default)]
    pub number: Option<u32>,
    /// Who pays.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// Where the processor mails a receipt to.
    #[serde(default)]
    pub receipt_email: Option<String>,
    /// Whether the guest disputes the charge. Then the bank decides whose money it is.
    #[serde(default)]
    pub disputed: bool,
    /// The charge that paid it.
    pub charge_id: Option<String>,
    /// Where the guest authenticates.
    pub next_action_url: Option<String>,
    /// Why the last attempt to pay it failed, until there is another attempt.
    #[serde(default)]
    pub declined: Option<Decline>,
    /// When it was made; none if it was journaled by a version that did not store it.
    #[serde(default)]
    pub created_at: Timestamp,
    /// When it was charged, if known: this may be days after it was made.
    #[serde(default)]
    pub charged_at: Option<Timestamp>,
    /// The card that paid it, if the processor says so with the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// Its refunds, newest first, whatever their status.
    pub refunds: Vec<Refund>,
}

/// Where an intent's money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    /// Not paid yet; it may still be.
    Open,
    /// The processor has not decided.
    Processing,
    /// Not paid, and it never can be.
    GivenUp,
    /// Paid, and the hotel has all of it. (A failed refund changes nothing.)
    Kept,
    /// All of it was refunded.
    Back,
    /// A refund of some or all of it is pending.
    OnItsWay,
    /// A part of it was refunded.
    PartlyBack,
    /// The guest disputes it.
    Disputed,
}

impl Intent {
    /// When it was paid, if it was.
    pub fn paid_at(&self) -> Timestamp {
        self.charged_at.unwrap_or(self.created_at)
    }

    /// What was refunded so far, in all.
    pub fn refunded(&self) -> Cents {
        self.sum_of(Refund::has_gone_back)
    }

    /// The sum of its pending refunds.
    pub fn on_its_way(&self) -> Cents {
        self.sum_of(Refund::is_on_its_way)
    }

    /// Whether all of the payment was refunded.
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

    /// Whether it has ended: it can no longer be paid and holds no money, because it was cancelled or refunded.
    pub fn has_ended(&self) -> bool {
        matches!(self.money(), Money::GivenUp | Money::Back)
    }

    /// Its first pending refund.
    pub fn pending_refund(&self) -> Option<&Refund> {
        self.refunds.iter().rev().find(|refund| refund.is_on_its_way())
    }

    /// How many of its refunds failed.
    pub fn failed_refunds(&self) -> usize {
        self.refunds.iter().filter(|refund| refund.has_failed()).count()
    }

    /// Whether it was refunded because the hotel's records refused to close the stay.
    pub fn closing_was_refused(&self) -> bool {
        self.refunds.iter().any(|refund| refund.why.as_deref() == Some(CLOSING_REFUSED))
    }

    fn sum_of(&self, which: fn(&Refund) -> bool) -> Cents {
        let these = self.refunds.iter().filter(|refund| which(refund));
        these.fold(Cents(0), |sum, refund| sum.plus(refund.amount))
    }
}

/// The reason of such a refund.
pub const CLOSING_REFUSED: &str = "closing_refused";

/// The stay whose intents are searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentsOf {
    /// Every customer that the stay has had. None if they cannot be determined; then all intents are searched.
    pub customers: Vec<CustomerId>,
    /// The booking.
    pub booking: BookingNumber,
    /// The booking's own key.
    pub booking_key: String,
    /// Only intents that are not older than this, if it is known.
    pub since: Option<Timestamp>,
}

impl IntentsOf {
    /// The intents of a stay, of these customers and since then.
    pub fn stay(stay: &Stay, customers: Vec<CustomerId>, since: Option<Timestamp>) -> Self {
        Self { customers, booking: stay.booking.clone(), booking_key: stay.key.clone(), since }
    }

    /// Whether an intent names the booking, by its key or its number.
    pub fn are_of(&self, intent: &Intent) -> bool {
        intent.booking_key.as_ref() == Some(&self.booking_key)
            || intent.booking.as_ref() == Some(&self.booking)
    }
}

/// A card, as the person it belongs to knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// `visa`, `mastercard` …
    pub brand: String,
    /// The last four digits of its number.
    pub last4: String,
}

impl std::fmt::Display for Card {
    /// `Visa ending in 4242`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut letters = self.brand.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        write!(f, "{first}{} ending in {}", letters.as_str(), self.last4)
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

/// The result of confirming an intent. A decline is an answer, not a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// The intent as it stands now.
    Intent(Box<Intent>),
    /// The method was declined.
    Declined(Decline),
    /// The intent cannot be confirmed because it is paid, cancelled or being processed already: read it.
    UnexpectedState,
    /// The method was saved for another customer than the intent's. Only an intent of that customer can be paid with it.
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

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        matches!(self.status.as_str(), "failed" | "canceled")
    }

    /// Whether it is pending.
    pub fn is_on_its_way(&self) -> bool {
        !self.has_gone_back() && !self.has_failed()
    }
}

/// The result of requesting a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundOutcome {
    /// A refund exists; its status says whether it is done, pending or failed.
    Refunded(Refund),
    /// The payment was refunded before.
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
    /// Whether a customer has this e-mail, compared without regard to case.
    async fn has_email(&self, customer: &CustomerId, email: &Email) -> Result<bool, SkillError>;
    /// The card of a payment method. None if the processor does not know the method, if it is no card, or if the key may not
    /// read payment methods.
    async fn card(&self, method: &PaymentMethodId) -> Result<Option<Card>, SkillError>;
    /// Makes a customer, or returns the one made under this key. If the processor does not accept the e-mail, the customer
    /// is made without it; the result says whether it was accepted.
    async fn create_customer(
        &self,
        key: &Key,
        email: &Email,
        name: &str,
    ) -> Result<(CustomerId, bool), SkillError>;
    /// Makes an intent, or returns the one made under this key, even if that one has another amount. A receipt e-mail that
    /// the processor does not accept is left out.
    async fn create_intent(&self, key: &Key, number: u32, intent: &NewIntent) -> Result<Intent, SkillError>;
    /// All intents that may belong to a stay, as they are now; an intent made a moment before is among them.
    async fn intents_of(&self, whose: &IntentsOf) -> Result<Vec<Intent>, SkillError>;
    /// Charges a payment method, and mails the receipt to `receipt`, if given. An e-mail that the processor does not accept is
    /// left out.
    async fn confirm(
        &self,
        key: &Key,
        intent: &PaymentIntentId,
        method: &PaymentMethodId,
        receipt: Option<&Email>,
    ) -> Result<Confirmation, SkillError>;
    /// The intent, on behalf of a guest who was asked to authenticate.
    async fn after_action(&self, intent: &PaymentIntentId) -> Result<Option<Intent>, SkillError>;
    /// The intent, as it is now.
    async fn retrieve(&self, intent: &PaymentIntentId) -> Result<Option<Intent>, SkillError>;
    /// The intents made at `since` or later that succeeded, refunded or not; newest first.
    async fn paid_since(&self, since: Timestamp, page: &Page) -> Result<Paged<Intent>, SkillError>;
    /// Refunds the whole payment: all that was not refunded yet. `why` is stored with the refund.
    async fn refund(
        &self,
        key: &Key,
        intent: &PaymentIntentId,
        why: Option<&str>,
    ) -> Result<RefundOutcome, SkillError>;
    /// Mails the receipt of the payment; returns whether the e-mail was accepted.
    async fn mail_receipt(&self, key: &Key, intent: &PaymentIntentId, to: &Email)
    -> Result<bool, SkillError>;
    /// Cancels an unpaid intent, so that it can never be paid. A paid one stays as it is.
    async fn cancel(&self, key: &Key, intent: &PaymentIntentId) -> Result<(), SkillError>;
    /// The doctor's checks: whether the processor can be reached and permits what the servers do, and how to mend what is
    /// wrong.
    async fn examine(&self) -> Vec<Check>;
    /// One word for start-up: what the role runs on.
    fn runs_on(&self) -> &str;
    /// Whether the processor has failed repeatedly and is left alone for a moment.
    fn is_left_alone(&self) -> bool {
        false
    }
}

/// Whether a text that somebody wrote is the id of a payment as one of the processors gives it.
pub(crate) fn names_a_payment(id: &str) -> bool {
    stripe::ids::is_intent_id(id) // the embedded processor gives ids of the same form
}
