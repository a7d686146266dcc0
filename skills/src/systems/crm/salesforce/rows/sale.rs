//! A sale, with all its bookings and payments.

use super::super::fields::{
    ACCOUNT, Beside, CURRENCIES, Field, Key, Kind, Object, field, kind, table, words,
};
use super::{BOOKING, BookingRow, PAYMENT, PaymentRow, cents, currency};
use crate::records::UnreadablePrice;
use crate::words::{Cents, Date, Stage};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A sale with all its bookings, and its payments as they came.
pub(crate) static SALE: Object = Object {
    name: "Opportunity",
    help: "A sale: what one or more bookings cost together, and how far it has come.",
    table: "opportunities",
    beside: &[
        Beside::All("Bookings__r", &BOOKING, ""),
        Beside::All("Payment_Transactions__r", &PAYMENT, "CreatedDate, Id"),
    ],
    fields: table! {
        Field::ID,
        field("Name", Kind::Text(120), "Whose sale it is, and of which day.")
            .required().made().changed().holds(120).column("name"),
        field("StageName", kind::open_choice(|| words(Stage::ALL)), "How far the sale has come.")
            .required().made().changed().writes(stages).column("stage"),
        field("Amount", Kind::Currency(18), "What all its bookings cost.").made().changed().column("amount_cents"),
        field("CurrencyIsoCode", Kind::CurrencyCode, "The currency of the amount.").made().only_for(CURRENCIES),
        field("Arrival_Date__c", Kind::Date, "The first arrival of its bookings.").made().changed().column("arrival"),
        field("Departure_Date__c", Kind::Date, "The last departure of its bookings.").made().changed().column("departure"),
        field("Payment_ID__c", Kind::Text(100), "The payment that closed the sale.")
            .sampled().changed().holds(27).key(Key::External).column("payment_id"),
        field("CloseDate", Kind::Date, "The day the sale closes.")
            .required().unselected().made().changed().column("close_date"),
        field("ContactId", kind::lookup("Contact", ""), "Who buys.").unselected().made().column("contact_id"),
        field("AccountId", kind::lookup("Account", "Opportunities"), "The Account of all guests.")
            .unselected().made().only_for(ACCOUNT),
    },
};

/// What the servers set. (Others are what people set by hand, before there is a booking.)
fn stages() -> Vec<&'static str> {
    use Stage::{BookingConfirmed, CheckedIn, ClosedLost, ClosedWon, Negotiation};
    words(&[BookingConfirmed, CheckedIn, ClosedWon, ClosedLost, Negotiation])
}

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
