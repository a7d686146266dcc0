//! Payments: one row per intent and direction.

use super::super::draft::Row;
use super::super::rows::{BookingRow, PaymentRow, SaleRow, units};
use super::super::shares::Shares;
use super::super::stays::{Money, belongs, charge_name, planned_departure, refund_name};
use super::Planner;
use crate::error::Refusal;
use crate::operations::payments::{PaymentKind, RecordPayment};
use crate::refusals;
use crate::systems::crm::Change;
use crate::words::Date;
use serde_json::json;

impl Planner<'_> {
    pub(super) fn record_payment(&mut self, new: &RecordPayment) -> Result<(), Refusal> {
        let (sale, booking) = self.booking(&new.booking)?;
        if new.stands_again {
            for row in sale
                .payments()
                .iter()
                .filter(|row| row.is_refund() && row.intent().as_ref() == Some(&new.payment))
            {
                self.plan.draft.set(Row::Payment { id: row.id.clone() }, "Status__c", "Failed");
            }
        }
        if has_gone_back(&sale, &booking, new, self.changes) {
            return Err(refusals::already_refunded(&new.payment));
        }
        if is_recorded(&sale, &booking, new) {
            return Ok(());
        }
        let (kind, status, name) = match new.kind {
            PaymentKind::Charge => {
                // As before this commit: a checkout ends the stay before it records its payment.
                let seen = self.seen.booking(&new.booking);
                let planned = seen.and_then(|(sale, row)| planned_departure(sale, row));
                let agreed = seen.and_then(|(sale, row)| Shares::of(sale).agreed(sale, row));
                let paid_on = || Date::from(new.at.to_zoned(jiff::tz::TimeZone::UTC).date());
                let planned = planned.unwrap_or_else(paid_on);
                let name = charge_name(new.booking.as_str(), planned, agreed.as_ref());
                ("Charge", "Completed", name)
            }
            PaymentKind::Refund => ("Refund", "Refunded", refund_name(new.booking.as_str())),
        };
        let body = json!({
            "Opportunity__c": sale.id, "External_ID__c": name, "Stripe_Transaction_ID__c": new.payment,
            "Transaction_Type__c": kind, "Status__c": status, "Payment_Method__c": "Credit Card",
            "Amount__c": units(new.amount), "Transaction_Date__c": format!("{:.3}", new.at),
        });
        self.plan.draft.make("payment", "Payment_Transaction__c", body);
        if let Some(sale) = self.facts.sales.get_mut(&sale.id) {
            sale.add_payment(PaymentRow {
                id: String::new(),
                external_id: Some(name),
                stripe_id: Some(new.payment.to_string()),
                kind: Some(kind.to_owned()),
                status: Some(status.to_owned()),
                amount: Some(units(new.amount)),
            });
        }
        Ok(())
    }
}

/// Whether a charge that is to be recorded has been refunded since, by another machine: a stay is not closed with it. Who records
/// both at once, or that the charge stands again, knows.
pub(in crate::systems::crm::salesforce) fn has_gone_back(
    sale: &SaleRow,
    booking: &BookingRow,
    charge: &RecordPayment,
    changes: &[Change],
) -> bool {
    let refund = RecordPayment { kind: PaymentKind::Refund, ..charge.clone() };
    let is_known = |change: &Change| matches!(change, Change::RecordPayment(other) if other.kind == refund.kind && other.payment == refund.payment);
    charge.kind == PaymentKind::Charge
        && !charge.stands_again
        && is_recorded(sale, booking, &refund)
        && !changes.iter().any(is_known)
}

/// Whether a payment has its row. A refund that a person wrote down for a part of a payment is not ours of the rest.
pub(in crate::systems::crm::salesforce) fn is_recorded(
    sale: &SaleRow,
    booking: &BookingRow,
    payment: &RecordPayment,
) -> bool {
    let of_it =
        |row: &&PaymentRow| belongs(sale, booking, row) && row.intent().as_ref() == Some(&payment.payment);
    let mut rows = sale.payments().iter().filter(of_it);
    match payment.kind {
        PaymentKind::Charge => rows.any(PaymentRow::is_charge),
        PaymentKind::Refund => {
            let ours = refund_name(payment.booking.as_str());
            let is_this = |row: &PaymentRow| {
                let amount = row.amount();
                row.external_id.as_ref() == Some(&ours)
                    || amount.is_none_or(|amount| amount == payment.amount)
            };
            rows.any(|row| row.is_refund() && is_this(row))
                || Money::of(sale, booking).refunds.contains(&payment.payment)
        }
    }
}
