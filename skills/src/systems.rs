//! The systems of record, one handle per role.

pub mod crm;
pub mod messages;
pub mod payments;
mod remote;

use crate::settings::Settings;
use crate::sqlite::DbError;
use crate::words::Date;
use jiff::{Timestamp, tz::TimeZone};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that somebody holds: tests move it.
    Held(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Held(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// Why the hotel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A data file.
    #[error("the hotel's data cannot be opened: {0}")]
    Data(#[from] DbError),
    /// A system this version does not speak to.
    #[error("{variable} is set, but this version runs on the embedded {role} only; unset it to go on")]
    NotBuilt {
        /// The variable that asks for it.
        variable: &'static str,
        /// The role.
        role: &'static str,
    },
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
    /// Where the time comes from.
    pub clock: Clock,
}

impl Hotel {
    /// Opens the systems the settings name; a role without credentials is embedded.
    ///
    /// # Errors
    /// When a data file cannot be opened, or a system is asked for that this version does not speak to.
    pub fn open(settings: &Settings, clock: Clock) -> Result<Self, OpenError> {
        let not_built = |variable, role| Err(OpenError::NotBuilt { variable, role });
        if settings.salesforce.is_some() {
            return not_built("SALESFORCE_*", "hotel");
        }
        if settings.stripe.is_some() {
            return not_built("STRIPE_SECRET_KEY", "payment processor");
        }
        if settings.twilio.is_some() {
            return not_built("TWILIO_*", "message service");
        }
        let today = day_of(clock.now(), &settings.timezone);
        Ok(Self {
            crm: Arc::new(crm::embedded::EmbeddedCrm::open(&settings.data, today, clock.now())?),
            payments: Arc::new(payments::embedded::EmbeddedPayments::open(
                &settings.data,
                &settings.currency,
                clock.clone(),
            )?),
            messages: Arc::new(messages::embedded::EmbeddedMessages::open(&settings.data, clock.clone())?),
            currency: settings.currency.clone(),
            timezone: settings.timezone.clone(),
            clock,
        })
    }

    /// The hotel's day at a moment.
    #[must_use]
    pub fn day_of(&self, moment: Timestamp) -> Date {
        day_of(moment, &self.timezone)
    }

    /// The moment the hotel's day began.
    #[must_use]
    pub fn start_of_day(&self, moment: Timestamp) -> Timestamp {
        let zoned = moment.to_zoned(self.timezone.clone());
        zoned.start_of_day().map_or(moment, |start| start.timestamp())
    }
}

fn day_of(moment: Timestamp, timezone: &TimeZone) -> Date {
    moment.to_zoned(timezone.clone()).date().into()
}
