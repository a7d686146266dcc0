//! The systems of record, one handle per role.

pub mod check;
pub mod collector;
pub mod crm;
pub mod failures;
pub mod ingress;
pub mod issuer;
pub mod messages;
pub mod payments;
mod remote;
pub mod said;
mod seed;

use crate::error::System;
use crate::settings::{Processor, Settings};
use crate::sqlite::{Db, DbError};
use crate::words::{Country, Date};
use crate::{Calendar, clock};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Why the hotel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A data file.
    #[error("HOTEL_DATA: give a folder that this user and this version can use")]
    Data(#[from] DbError),
    /// No way to speak TLS.
    #[error("this machine cannot make secure connections")]
    Connections(#[from] reqwest::Error),
}

/// The hotel: a client per role, its calendar, its currency and its country.
pub struct Hotel {
    /// The hotel's records.
    pub crm: Arc<dyn crm::Crm>,
    /// The payment processor.
    pub payments: Arc<dyn payments::Payments>,
    /// The message service.
    pub messages: Arc<dyn messages::Messages>,
    /// The files of what is embedded.
    pub files: Vec<Arc<Db>>,
    /// The hotel's currency, an ISO code in lower case.
    pub currency: String,
    /// The hotel's zone and hours.
    pub calendar: Calendar,
    /// The currency of the embedded hotel's records, if it is known not to be the hotel's.
    pub currency_of_records: Option<String>,
    /// Whose phone numbers those without a country are.
    pub country: Option<Country>,
}

impl Hotel {
    /// Each system, and whether it has failed repeatedly and is left alone for a moment.
    #[must_use]
    pub fn left_alone(&self) -> [(System, bool); 3] {
        [
            (System::Crm, self.crm.is_left_alone()),
            (System::Payments, self.payments.is_left_alone()),
            (System::Messages, self.messages.is_left_alone()),
        ]
    }

    /// Opens the systems the settings name; a role without credentials is embedded.
    ///
    /// # Errors
    /// When a data file cannot be opened, or this machine cannot speak TLS.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let (data, now) = (&settings.data, clock::now());
        // A request ends before its step does, so that the step learns how it ended.
        let timeout = settings.step_timeout.mul_f64(0.9);
        let mut files = vec![];
        let crm: Arc<dyn crm::Crm> = match &settings.salesforce {
            Some(org) => Arc::new(crm::salesforce::Salesforce::new(org, timeout)?),
            None => {
                let embedded = crm::embedded::EmbeddedCrm::open(data, settings.calendar.day_of(now), now)?;
                files.push(embedded.file());
                Arc::new(embedded)
            }
        };
        let payments: Arc<dyn payments::Payments> = match &settings.processor {
            Some(Processor::Stripe(account)) => Arc::new(payments::stripe::Stripe::new(account, timeout)?),
            None => {
                let embedded = payments::embedded::EmbeddedPayments::open(data, &settings.currency)?;
                files.push(embedded.file());
                Arc::new(embedded)
            }
        };
        let messages: Arc<dyn messages::Messages> = match &settings.twilio {
            Some(account) => Arc::new(messages::twilio::Twilio::new(account, timeout)?),
            None => {
                let embedded = messages::embedded::EmbeddedMessages::open(data)?;
                files.push(embedded.file());
                Arc::new(embedded)
            }
        };
        files.iter().for_each(|file| file.wait_at_most(settings.call_deadline.mul_f64(0.6)));
        let Settings { currency, calendar, country, .. } = settings.clone();
        Ok(Self { crm, payments, messages, files, currency, calendar, country, currency_of_records: None })
    }

    /// The hotel's day now.
    pub fn today(&self) -> Date {
        self.day_of(clock::now())
    }

    /// The hotel's day at a moment.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.calendar.day_of(moment)
    }

    /// How long a system can be relied on to answer a key as it did before; none if for ever, or if it takes no keys.
    pub fn keeps_keys_for(&self, system: System) -> Option<SignedDuration> {
        (system == System::Payments).then(|| self.payments.keeps_keys_for())
    }

    /// The moment the hotel's day began.
    pub fn start_of_day(&self, moment: Timestamp) -> Timestamp {
        self.calendar.start_of(self.day_of(moment)).unwrap_or(moment)
    }
}
