//! What this org has beside what every org of the hotel has: one describe per process says so. Of all objects the booking is
//! asked: currencies are on every object of an org that has several.

use super::Client;
use crate::error::SkillError;
use reqwest::Method;
use std::collections::BTreeSet;

/// The field that says in which currency a row's prices are.
const CURRENCY: &str = "CurrencyIsoCode";

/// The fields of a booking.
#[derive(Debug)]
pub(crate) struct Described(BTreeSet<String>);

impl Described {
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains(field)
    }

    /// Whether the org has several currencies.
    pub(crate) fn has_currencies(&self) -> bool {
        self.has(CURRENCY)
    }
}

impl Client {
    /// What the org has. Asked once; an outage is asked again.
    pub(crate) async fn described(&self) -> Result<&Described, SkillError> {
        let ask = || async {
            let path = format!("/services/data/{}/sobjects/Booking__c/describe", self.version);
            let reply = self.send("describe", Method::GET, &path, None).await?;
            let Some(fields) = reply.body["fields"].as_array() else {
                return Err(self.remote.unknown("a describe's answer without fields").into());
            };
            let names = fields.iter().filter_map(|field| field["name"].as_str());
            Ok(Described(names.map(str::to_owned).collect()))
        };
        self.described.get_or_try_init(ask).await
    }
}
