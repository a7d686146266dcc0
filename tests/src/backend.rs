//! What the hotel of a test runs on: the embedded systems, or the real adapters over the stand-ins of
//! [`fakes`](crate::fakes). A test does not choose; `HOTEL_TEST_BACKEND=fakes` chooses for the whole run.

mod guest;
mod mirror;
mod write_back;

pub(crate) use guest::caller_of;

use crate::fakes::{Data, Options, Salesforce, Stripe, Twilio};
use rusqlite::Connection;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// The return URL after 3-D Secure.
const RETURN_URL: &str = "https://hotel.example.com/paid";
/// The number of the first case, as in the embedded hotel.
const FIRST_CASE: u64 = 1001;

/// What a hotel runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded systems, in files.
    Embedded,
    /// Salesforce, Stripe and Twilio, each a stand-in over HTTP in this process.
    Fakes,
}

impl Backend {
    /// The backend of this run.
    ///
    /// # Panics
    /// When `HOTEL_TEST_BACKEND` names something else: a run that tests nothing must not look like a success.
    #[must_use]
    pub fn of_this_run() -> Self {
        match std::env::var("HOTEL_TEST_BACKEND").as_deref() {
            Err(_) | Ok("" | "embedded") => Self::Embedded,
            Ok("fakes") => Self::Fakes,
            Ok(other) => panic!("HOTEL_TEST_BACKEND: there is no backend {other:?}"),
        }
    }

    pub(crate) fn start(self) -> Option<Arc<Systems>> {
        (self == Self::Fakes).then(|| Arc::new(Systems::seeded()))
    }
}

/// The three systems of a hotel that runs on fakes.
pub struct Systems {
    /// The org, with the sample hotel.
    pub salesforce: Salesforce,
    /// The Stripe account, with the sample hotel's payments.
    pub stripe: Stripe,
    /// The Twilio account.
    pub twilio: Twilio,
}

impl Systems {
    fn seeded() -> Self {
        let org = Options { first_case: Some(FIRST_CASE), data: Data::Hotel, ..Options::default() };
        let systems =
            Self { salesforce: Salesforce::start(org), stripe: Stripe::start(), twilio: Twilio::start() };
        let seed: Value =
            serde_json::from_str(include_str!("../../skills/src/systems/seed.v1.json")).expect("the seed");
        for paid in seed["payments"].as_array().expect("payments") {
            let text = |name: &str| paid[name].as_str().expect("a text");
            let cents = paid["amount_cents"].as_i64().expect("cents");
            systems.stripe.was_paid(text("intent"), text("guest"), text("booking"), cents);
        }
        systems
    }

    /// A copy of the systems at new addresses. References to the old addresses in `data` are replaced.
    pub(crate) fn copy(&self, data: &Path) -> Self {
        let copy = Self {
            salesforce: self.salesforce.copy(),
            stripe: self.stripe.copy(),
            twilio: self.twilio.copy(),
        };
        let moved =
            [(self.salesforce.url(), copy.salesforce.url()), (self.stripe.base(), copy.stripe.base())];
        let journal = data.join("journal.db");
        if journal.exists() {
            let journal = Connection::open(journal).expect("the journal");
            for (from, to) in moved {
                let [from, to] = [from, to].map(|url| url.trim_start_matches("http://").to_owned());
                for (table, column) in [("calls", "systems"), ("calls", "answer"), ("steps", "value")] {
                    let sql = format!(
                        "UPDATE {table} SET {column} = replace({column}, ?1, ?2) WHERE instr({column}, ?1)"
                    );
                    journal.execute(&sql, [&from, &to]).expect("moved");
                }
            }
        }
        copy
    }

    /// The variables that connect a server to them.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let own = [("STRIPE_RETURN_URL", RETURN_URL.to_owned())];
        [self.salesforce.env(), self.stripe.env(), self.twilio.env(), own.into()].concat()
    }
}
