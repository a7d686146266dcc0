//! A payment of a sale, or a refund.

use super::super::fields::{Field, Key, Kind, Object, field, kind, table};
use super::cents;
use crate::words::{Cents, PaymentIntentId};
use serde::Deserialize;

pub(crate) static PAYMENT: Object = Object {
    name: "Payment_Transaction__c",
    help: "Money that moved for a sale, in or back.",
    table: "payment_transactions",
    beside: &[],
    fields: table! {
        Field::ID,
        field("External_ID__c", Kind::Text(50), "Which booking it is for, which way the money went, and what was agreed.")
            .made().holds(50).key(Key::External),
        field("Stripe_Transaction_ID__c", Kind::Text(100), "The processor's name of the payment.")
            .made().holds(27).key(Key::External).column("intent_id"),
        field("Transaction_Type__c", kind::choice(ways, Some("Payment")), "Which way the money went.")
            .made().writes(|| vec!["Charge", "Refund"]).column("kind"),
        field("Status__c", kind::choice(statuses, Some("Pending")), "What became of it: a refund may fail later.")
            .made().changed().writes(|| vec!["Completed", "Refunded", "Failed"]),
        field("Amount__c", Kind::Currency(16), "How much.").made().column("amount_cents"),
        field("Opportunity__c", kind::part_of("Opportunity", "Payment_Transactions"), "The sale it is for.")
            .unselected().made(),
        field("Payment_Method__c", kind::choice(methods, None), "How it was paid.")
            .unselected().made().writes(|| vec!["Credit Card"]),
        field("Transaction_Date__c", Kind::DateTime, "When the money moved.").unselected().made().column("at"),
    },
};

fn ways() -> Vec<&'static str> {
    vec!["Charge", "Payment", "Refund"]
}

fn statuses() -> Vec<&'static str> {
    vec!["Pending", "Completed", "Failed", "Cancelled", "Refunded"]
}

fn methods() -> Vec<&'static str> {
    vec!["Credit Card", "Debit Card", "Cash", "Check", "Other"]
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

    /// Whether it says that money comes: all that is no refund does.
    pub(crate) fn is_charge(&self) -> bool {
        self.kind.as_deref() != Some("Refund")
    }

    /// Whether money has come, whatever way.
    pub(crate) fn is_completed_charge(&self) -> bool {
        self.is_charge() && self.status.as_deref() == Some("Completed")
    }

    pub(crate) fn intent(&self) -> Option<PaymentIntentId> {
        PaymentIntentId::new(self.stripe_id.as_deref()?).ok()
    }
}
