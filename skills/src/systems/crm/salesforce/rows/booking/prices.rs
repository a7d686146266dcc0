//! What was agreed, where the booking itself says it.

use super::super::cents;
use super::BookingRow;
use crate::words::Prices;
use serde::{Deserialize, Deserializer};

/// A field that is there, empty or not.
pub(super) fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl BookingRow {
    /// What was agreed, where the booking itself says it. An amount that is not the sum of its nights was set by somebody:
    /// it counts, shared by the nights.
    pub(crate) fn own_prices(&self) -> Option<Prices> {
        let nightly: Option<Prices> = self.nightly_prices.as_deref().and_then(|text| text.parse().ok());
        let nightly = nightly.filter(|prices| !prices.nights().is_empty());
        match self.agreed_amount.flatten().and_then(cents) {
            _ if self.agreed_is_unreadable() => None,
            Some(amount) if nightly.as_ref().is_none_or(|nightly| nightly.total() != amount) => {
                Some(Prices::shared(amount, self.nights()?.count().max(1)))
            }
            _ => nightly,
        }
    }

    /// Whether what was agreed in all is no amount of money.
    pub(crate) fn agreed_is_unreadable(&self) -> bool {
        self.agreed_amount.flatten().is_some_and(|amount| cents(amount).is_none())
    }

    /// Whether the org has our package's fields, in which a price of its own can be kept.
    pub(crate) const fn may_keep_prices(&self) -> bool {
        self.agreed_amount.is_some()
    }
}
