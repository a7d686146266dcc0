//! The systems of record, one handle per role.

pub mod check;
pub mod crm;
pub mod messages;
pub mod payments;
mod remote;
mod seed;

use crate::settings::Settings;
use crate::sqlite::DbError;
use crate::words::Date;
use crate::{Calendar, clock};
use jiff::Timestamp;
use std::sync::Arc;

/// Why the hotel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A data file.
    #[error("HOTEL_DATA: give a folder that this user and this version can use: {0}")]
    Data(#[from] DbError),
    /// No way to speak TLS.
    #[error("this machine cannot make secure connections: {0}")]
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
    /// The hotel's currency, an ISO code in lower case.
    pub currency: String,
    /// The hotel's zone and hours.
    pub calendar: Calendar,
    /// The currency of the embedded hotel's records, if it is known not to be the hotel's.
    pub currency_of_records: Option<String>,
    /// Two letters: whose phone numbers those without a country are.
    pub country: Option<String>,
}

impl Hotel {
    /// Opens the systems the settings name; a role without credentials is embedded.
    ///
    /// # Errors
    /// When a data file cannot be opened, or this machine cannot speak TLS.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let (data, now) = (&settings.data, clock::now());
        // A request ends before its step does, so that the step learns how it ended.
        let timeout = settings.step_timeout.mul_f64(0.9);
        let crm: Arc<dyn crm::Crm> = match &settings.salesforce {
            Some(org) => Arc::new(crm::salesforce::Salesforce::new(org, timeout)?),
            None => Arc::new(crm::embedded::EmbeddedCrm::open(data, settings.calendar.day_of(now), now)?),
        };
        let payments: Arc<dyn payments::Payments> = match &settings.stripe {
            Some(account) => Arc::new(payments::stripe::Stripe::new(account, timeout)?),
            None => Arc::new(payments::embedded::EmbeddedPayments::open(data, &settings.currency)?),
        };
        let messages: Arc<dyn messages::Messages> = match &settings.twilio {
            Some(account) => Arc::new(messages::twilio::Twilio::new(account, timeout)?),
            None => Arc::new(messages::embedded::EmbeddedMessages::open(data)?),
        };
        let Settings { currency, calendar, country, .. } = settings.clone();
        Ok(Self { crm, payments, messages, currency, calendar, country, currency_of_records: None })
    }

    /// The hotel's day now.
    pub fn today(&self) -> Date {
        self.day_of(clock::now())
    }

    /// The hotel's day at a moment.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.calendar.day_of(moment)
    }

    /// The moment the hotel's day began.
    pub fn start_of_day(&self, moment: Timestamp) -> Timestamp {
        self.calendar.start_of(self.day_of(moment)).unwrap_or(moment)
    }
}
