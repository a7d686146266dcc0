//! A sale, with all its bookings and payments.

use super::{BookingRow, cents, currency};
use crate::records::UnreadablePrice;
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

    /// The amount as the org keeps it, which is what it is expected to be.
    pub(crate) fn amount_as_kept(&self) -> Option<f64> {
        self.amount
    }

    /// A price of this sale that is no amount of money: below 0, or more than any money here. Only bookings that count in it
    /// are asked.
    pub(crate) fn unreadable_price(&self) -> Option<UnreadablePrice> {
        let named =
            |object: &str, field: &str| UnreadablePrice { object: object.into(), field: field.into() };
        let amount = self.amount.filter(|amount| cents(*amount).is_none());
        let bookings = || {
            let lost_beside_others = |row: &BookingRow| self.bookings().len() > 1 && row.is_lost();
            self.bookings().iter().any(|row| !lost_beside_others(row) && row.agreed_is_unreadable())
        };
        match amount {
            Some(_) => Some(named("Opportunity", "Amount")),
            None => bookings().then(|| named("Booking__c", "Agreed_Amount__c")),
        }
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
