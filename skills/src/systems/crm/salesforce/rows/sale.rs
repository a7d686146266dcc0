//! A sale, with all its bookings and payments.

use super::{BookingRow, cents, currency};
use crate::words::{Cents, Date, PaymentIntentId};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct SaleRow {
    #[serde(rename = "Id")]
    pub(crate) id: String,
    #[serde(rename = "Name")]
    pub(crate) name: Option<String>,
    #[serde(rename = "StageName")]
    pub(crate) stage: Option<String>,
    #[serde(rename = "Amount")]
    amount: Option<f64>,
    #[serde(rename = "CurrencyIsoCode")]
    currency: Option<String>,
    #[serde(rename = "Arrival_Date__c")]
    pub(crate) arrival: Option<Date>,
    #[serde(rename = "Departure_Date__c")]
    pub(crate) departure: Option<Date>,
    #[serde(rename = "Payment_ID__c")]
    pub(crate) payment_id: Option<String>,
    #[serde(rename = "Bookings__r")]
    bookings: Option<Rows<BookingRow>>,
    #[serde(rename = "Payment_Transactions__r")]
    payments: Option<Rows<PaymentRow>>,
}

impl SaleRow {
    pub(crate) fn amount(&self) -> Option<Cents> {
        self.amount.and_then(cents)
    }

    /// In an org of several.
    pub(crate) fn currency(&self) -> Option<String> {
        currency(self.currency.as_ref())
    }

    pub(crate) fn bookings(&self) -> &[BookingRow] {
        self.bookings.as_ref().map_or(&[], |rows| &rows.records)
    }

    pub(crate) fn booking_mut(&mut self, id: &str) -> Option<&mut BookingRow> {
        self.bookings.as_mut()?.records.iter_mut().find(|booking| booking.id == id)
    }

    pub(crate) fn payments(&self) -> &[PaymentRow] {
        self.payments.as_ref().map_or(&[], |rows| &rows.records)
    }

    pub(crate) fn add_payment(&mut self, row: PaymentRow) {
        self.payments.get_or_insert(Rows { records: vec![] }).records.push(row);
    }
}

/// The rows of a list in a row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Rows<T> {
    records: Vec<T>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct PaymentRow {
    #[serde(rename = "Id", default)]
    pub(crate) id: String,
    #[serde(rename = "External_ID__c")]
    pub(crate) external_id: Option<String>,
    #[serde(rename = "Stripe_Transaction_ID__c")]
    pub(crate) stripe_id: Option<String>,
    #[serde(rename = "Transaction_Type__c")]
    pub(crate) kind: Option<String>,
    #[serde(rename = "Status__c")]
    pub(crate) status: Option<String>,
    #[serde(rename = "Amount__c")]
    pub(crate) amount: Option<f64>,
}

impl PaymentRow {
    /// Whether it says that money went back.
    pub(crate) fn is_refund(&self) -> bool {
        let void = matches!(self.status.as_deref(), Some("Failed" | "Cancelled"));
        self.kind.as_deref() == Some("Refund") && !void
    }

    pub(crate) fn amount(&self) -> Option<Cents> {
        self.amount.and_then(cents)
    }

    pub(crate) fn intent(&self) -> Option<PaymentIntentId> {
        PaymentIntentId::new(self.stripe_id.as_deref()?).ok()
    }
}
