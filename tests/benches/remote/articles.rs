//! What the articles' requests take, and what a combined one does: its slowest part and some of the others.

use std::collections::BTreeMap;
use std::time::Duration;
use tests::fakes::{Recorded, Subrequest};

/// The articles' check-in and checkout.
pub(crate) const CHECK_IN: Duration = Duration::from_millis(5_500);
pub(crate) const CHECKOUT: Duration = Duration::from_millis(6_800);

/// How fast the systems are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How much of the other parts a combined request saves: 1 all of it, 0 nothing.
    pub(crate) saved: f64,
    /// The real latencies are divided by this.
    pub(crate) divided_by: u32,
}

impl Pace {
    /// The latencies as they are, combined requests as cheap as can be.
    pub(crate) const REAL: Self = Self { saved: 1.0, divided_by: 1 };

    fn take(self, millis: f64) -> Duration {
        Duration::from_secs_f64(millis / 1_000.0 / f64::from(self.divided_by))
    }

    /// What a request to Salesforce takes. Logins are not asked about: a session lasts for hours.
    pub(crate) fn salesforce(self, request: &Recorded) -> Duration {
        if !request.is_api() {
            return Duration::ZERO;
        }
        let parts = parts(request);
        let slowest = parts.iter().copied().fold(0.0, f64::max);
        let others = parts.iter().sum::<f64>() - slowest;
        self.take(slowest + (1.0 - self.saved) * others)
    }

    /// What a request to Stripe takes.
    pub(crate) fn stripe(self, operation: &str) -> Duration {
        self.take(match operation {
            "payment_intents.confirm" | "refunds.create" => 2_000.0,
            "payment_intents.create" | "payment_intents.retrieve" => 700.0,
            _ => 600.0,
        })
    }

    /// A text takes as long as a customer does; nobody waits for it.
    pub(crate) fn twilio(self) -> Duration {
        self.take(600.0)
    }
}

/// The parts of a request: each object it reads or writes once, at what the articles' own request for it took. What the
/// articles do not know (cases, records of payments, a sale that is read) takes 800 ms.
fn parts(request: &Recorded) -> Vec<f64> {
    let mut parts = BTreeMap::new();
    for query in request.queries() {
        for (object, words, millis) in [
            ("Contact", ["Contact", "Primary_Guest__r"], 800.0),
            ("Booking__c", ["Booking__c", "Bookings__r"], 900.0),
            ("Hotel_Room__c", ["Hotel_Room__c", "Room__r"], 800.0),
            ("Opportunity", ["FROM Opportunity", "Opportunity__r"], 800.0),
            ("Payment_Transaction__c", ["Payment_Transaction", "Stripe_Transaction"], 800.0),
            ("Case", ["FROM Case", "CaseNumber"], 800.0),
        ] {
            if words.iter().any(|word| query.contains(word)) {
                parts.insert(object, millis);
            }
        }
    }
    let written: Vec<&str> = request.subrequests.iter().filter_map(object_written).collect();
    let is_about_money = written.contains(&"Payment_Transaction__c");
    for object in written {
        let millis = match object {
            "Booking__c" if is_about_money => 1_000.0,
            "Hotel_Room__c" | "Opportunity" if is_about_money => 900.0,
            "Opportunity" => 900.0,
            _ => 800.0,
        };
        parts.insert(object, millis);
    }
    parts.into_values().collect()
}

fn object_written(part: &Subrequest) -> Option<&str> {
    let (_, rest) = part.url.split_once("/sobjects/").filter(|_| part.method != "GET")?;
    rest.split('/').next()
}
