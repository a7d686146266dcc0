//! The systems of record, one handle per role.

pub mod check;
pub mod crm;
pub mod failures;
pub mod messages;
pub mod payments;
mod remote;
mod seed;

use crate::settings::{Settings, StripeSettings};
use crate::sqlite::DbError;
use crate::words::Date;
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;

/// Why the hotel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A data file.
    #[error("HOTEL_DATA: give a folder that this user and this version can use: {0}")]
    Data(#[from] DbError),
    /// A live key for play money.
    #[error(
        "STRIPE_SECRET_KEY: a live key charges real cards for stays of the embedded hotel; give SALESFORCE_* as well, or \
         a test key (rk_test_…, sk_test_…)"
    )]
    LiveKey,
    /// No way to speak TLS.
    #[error("this machine cannot make secure connections: {0}")]
    Connections(#[from] reqwest::Error),
}

/// The hotel: a client per role, its time zone and its currency.
pub struct Hotel {
    /// The hotel's records.
    pub crm: Arc<dyn crm::Crm>,
    /// The payment processor.
    pub payments: Arc<dyn payments::Payments>,
    /// The message service.
    pub messages: Arc<dyn messages::Messages>,
    /// The hotel's currency, an ISO code in lower case.
    pub currency: String,
    /// The hotel's time zone.
    pub timezone: TimeZone,
}

impl Hotel {
    /// Opens the systems the settings name; a role without credentials is embedded.
    ///
    /// # Errors
    /// When a data file cannot be opened, this machine cannot speak TLS, or a live Stripe key is given without Salesforce.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let (data, now) = (&settings.data, Timestamp::now());
        // A request ends before its step does, so that the step learns how it ended.
        let timeout = settings.step_timeout.mul_f64(0.9);
        let crm: Arc<dyn crm::Crm> = match &settings.salesforce {
            Some(org) => Arc::new(crm::salesforce::Salesforce::new(org, timeout)?),
            None if settings.stripe.as_ref().is_some_and(StripeSettings::is_live) => {
                return Err(OpenError::LiveKey);
            }
            None => {
                let today = day_of(now, &settings.timezone);
                Arc::new(crm::embedded::EmbeddedCrm::open(data, today, now)?)
            }
        };
        let payments: Arc<dyn payments::Payments> = match &settings.stripe {
            Some(account) => Arc::new(payments::stripe::Stripe::new(account, timeout)?),
            None => Arc::new(payments::embedded::EmbeddedPayments::open(data, &settings.currency)?),
        };
        let messages: Arc<dyn messages::Messages> = match &settings.twilio {
            Some(account) => Arc::new(messages::twilio::Twilio::new(account, timeout)?),
            None => Arc::new(messages::embedded::EmbeddedMessages::open(data)?),
        };
        let (currency, timezone) = (settings.currency.clone(), settings.timezone.clone());
        Ok(Self { crm, payments, messages, currency, timezone })
    }

    /// The hotel's day now.
    pub fn today(&self) -> Date {
        self.day_of(Timestamp::now())
    }

    /// The hotel's day at a moment.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        day_of(moment, &self.timezone)
    }

    /// The moment the hotel's day began.
    pub fn start_of_day(&self, moment: Timestamp) -> Timestamp {
        let zoned = moment.to_zoned(self.timezone.clone());
        zoned.start_of_day().map_or(moment, |start| start.timestamp())
    }
}

fn day_of(moment: Timestamp, timezone: &TimeZone) -> Date {
    moment.to_zoned(timezone.clone()).date().into()
}
