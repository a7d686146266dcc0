//! Texts to guests. A text cannot be unsent, so it is always last: a saga stages it, and it leaves once the
//! saga has finished. When in doubt whether it left, it is not sent again.

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
    /// What it says.
    pub body: String,
    /// What is done instead if the service will never take it: a receipt goes by the processor's mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<MailReceipt>,
}

impl Sms {
    /// A text with nothing to be done instead.
    pub fn new(to: impl Into<String>, body: impl Into<String>) -> Self {
        Self { to: to.into(), body: body.into(), otherwise: None }
    }
}

/// What became of a text that the service took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The service's word: queued, sent, delivered, undelivered, failed.
    pub status: String,
    /// Whether it will say nothing else.
    pub is_final: bool,
}

/// The role.
#[async_trait::async_trait]
pub trait Messages: Send + Sync {
    /// Sends a text; answers the message's id at the service.
    async fn send(&self, key: &Key, sms: &Sms) -> Result<String, SkillError>;
    /// What a doctor finds: whether it can be reached and can send, and how to mend it.
    async fn examine(&self) -> Vec<Check>;
    /// Whether a text sent again under its key is not sent twice.
    fn repeats(&self) -> bool;
    /// Whether it tells what became of a text.
    fn tells_deliveries(&self) -> bool;
    /// What became of a text, by the id that sending it answered; none if it is not known or not told.
    async fn delivery(&self, id: &str) -> Result<Option<Delivery>, SkillError>;
    /// One word for start-up: what the role runs on.
    fn runs_on(&self) -> &str;
}
