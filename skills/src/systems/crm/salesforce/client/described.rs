//! What this org has beside what every org of the hotel has. The first read of a process brings it: one describe, of the
//! booking. (Currencies are on every object of an org that has several.)

use super::Client;
use crate::error::{Outage, SkillError};
use crate::systems::crm::salesforce::fields::{CURRENCIES, Extras, PRICES};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;

/// The object that is described.
pub(super) const DESCRIBED: &str = "Booking__c";

/// The fields of a booking.
#[derive(Debug)]
pub(crate) struct Described(BTreeSet<String>);

impl Described {
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains(field)
    }

    /// What the org has that queries have to ask for.
    pub(crate) fn extras(&self) -> Extras {
        Extras::of(|field| self.has(field))
    }

    /// Whether the org has several currencies.
    pub(crate) fn has_currencies(&self) -> bool {
        self.extras().have(CURRENCIES)
    }
}

impl Client {
    /// What the org has, if anything was read.
    pub(super) fn known(&self) -> Option<&Described> {
        self.described.get()
    }

    /// Whether bookings keep what was agreed for each night.
    pub(crate) fn keeps_prices(&self) -> bool {
        self.known().is_some_and(|described| described.extras().have(PRICES))
    }

    /// What the org has.
    pub(crate) async fn described(&self) -> Result<&Described, SkillError> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let path = format!("/services/data/{}/sobjects/{DESCRIBED}/describe", self.version);
        let reply = self.send("describe", Method::GET, &path, None).await?;
        Ok(self.learn(&reply.body)?)
    }

    /// Keeps what a describe says; of several at the same time one.
    pub(super) fn learn(&self, body: &Value) -> Result<&Described, Outage> {
        let Some(fields) = body["fields"].as_array() else {
            return Err(self.remote.unknown("a describe's answer without fields"));
        };
        let names = fields.iter().filter_map(|field| field["name"].as_str()).map(str::to_owned);
        Ok(self.described.get_or_init(|| Described(names.collect())))
    }
}
