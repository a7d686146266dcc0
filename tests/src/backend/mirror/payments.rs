//! The tables of the payment processor, from Stripe's objects.

use super::put;
use crate::backend::Systems;
use rusqlite::{Connection, params};
use serde_json::Value;

impl Systems {
    pub(super) fn payments(&self, all: &Connection) {
        let text = |of: &Value| of.as_str().map(str::to_owned);
        for it in self.stripe.customers() {
            put(
                all,
                "payments.customers",
                "id, email, name",
                params![text(&it["id"]), text(&it["email"]), text(&it["name"])],
            );
        }
        for it in self.stripe.intents() {
            let charge = text(&it["latest_charge"]).filter(|_| it["status"] == "succeeded");
            let charged_at = charge.as_ref().map(|_| it["created"].to_string()); // the stand-in charges at once
            put(
                all,
                "payments.intents",
                "id, customer, amount_cents, currency, guest, booking, receipt_email, status, next_action_url, charge_id, created_at, charged_at, booking_key",
                params![
                    text(&it["id"]),
                    text(&it["customer"]),
                    it["amount"].as_i64(),
                    text(&it["currency"]),
                    text(&it["metadata"]["guest_email"]),
                    text(&it["metadata"]["booking_number"]),
                    text(&it["receipt_email"]),
                    text(&it["status"]),
                    text(&it["next_action"]["redirect_to_url"]["url"]),
                    charge,
                    it["created"].to_string(),
                    charged_at,
                    text(&it["metadata"]["booking_key"])
                ],
            );
        }
        for it in self.stripe.refunds() {
            put(
                all,
                "payments.refunds",
                "id, intent, amount_cents, created_at, status, why",
                params![
                    text(&it["id"]),
                    text(&it["payment_intent"]),
                    it["amount"].as_i64(),
                    it["created"].to_string(),
                    text(&it["status"]),
                    text(&it["metadata"]["why"])
                ],
            );
        }
    }
}
