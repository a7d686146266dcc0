//! Texts to guests. A text cannot be undone, so it is always last: a saga stages it, and it is sent once the saga has
//! finished. If it is not certain whether it was sent, it is not sent again.

pub mod embedded;
pub mod twilio;

use super::check::Check;
use crate::error::SkillError;
use crate::operations::payments::MailReceipt;
use crate::words::Key;
use serde::{Deserialize, Serialize};

/// A text to a phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sms {
    /// The number it goes to.
    pub to: String,
    /// Its words.
    pub body: String,
    /// What happens instead if the service refuses it for good: the payment processor mails a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<MailReceipt>,
}

impl Sms {
    /// A text without such a replacement.
    pub fn new(to: impl Into<String>, body: impl Into<String>) -> Self {
        Self { to: to.into(), body: body.into(), otherwise: None }
    }
}

/// The status of a text that the service has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The service's status: queued, sent, delivered, undelivered, failed.
    pub status: String,
    /// Whether this status is final.
    pub is_final: bool,
}

/// The role.
#[async_trait::async_trait]
pub trait Messages: Send + Sync {
    /// Sends a text; returns the message's id at the service.
    async fn send(&self, key: &Key, sms: &Sms) -> Result<String, SkillError>;
    /// The doctor's checks: whether the service can be reached and can send, and how to mend it.
    async fn examine(&self) -> Vec<Check>;
    /// Whether the service deduplicates by key, so that a text may be sent again under its key.
    fn repeats(&self) -> bool;
    /// Whether the service reports the status of a text.
    fn tells_deliveries(&self) -> bool;
    /// The status of a text, by the id that sending it returned; none if it is unknown or not reported.
    async fn delivery(&self, id: &str) -> Result<Option<Delivery>, SkillError>;
    /// One word for start-up: what the role runs on.
    fn runs_on(&self) -> &str;
    /// Whether the service has failed repeatedly and is left alone for a moment.
    fn is_left_alone(&self) -> bool {
        false
    }
}
