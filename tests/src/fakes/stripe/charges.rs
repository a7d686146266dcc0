//! Charges: one per attempt.

use super::errors::Done;
use super::methods::Decline;
use super::state::{State, now};
use serde_json::{Value, json};

/// The result of an attempt to charge.
pub(super) enum Attempt {
    Paid,
    Declined(Decline),
    Undecided,
}

/// Records an attempt; returns the charge's id.
pub(super) fn record(state: &mut State, intent: &Value, method: &Value, attempt: &Attempt) -> String {
    let id = state.id("ch");
    let (status, decline) = match attempt {
        Attempt::Paid => ("succeeded", None),
        Attempt::Declined(decline) => ("failed", Some(*decline)),
        Attempt::Undecided => ("pending", None),
    };
    let paid = matches!(attempt, Attempt::Paid);
    let mut card = method["card"].clone();
    if let Some(card) = card.as_object_mut() {
        for name in ["generated_from", "networks", "three_d_secure_usage"] {
            card.remove(name);
        }
        card.insert("network".into(), card["brand"].clone());
        for name in ["installments", "mandate", "three_d_secure"] {
            card.insert(name.into(), Value::Null);
        }
    }
    let charge = json!({
        "id": id, "object": "charge", "created": now(), "livemode": false, "amount": intent["amount"],
        "amount_captured": if paid { intent["amount"].clone() } else { 0.into() }, "amount_refunded": 0,
        "application": null, "application_fee": null, "application_fee_amount": null,
        "balance_transaction": paid.then(|| state.id("txn")), "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "DEWY HOTEL", "captured": paid, "currency": intent["currency"],
        "customer": intent["customer"], "description": intent["description"], "disputed": false,
        "failure_balance_transaction": null, "failure_code": decline.map(|it| it.code),
        "failure_message": decline.map(|it| it.message), "fraud_details": {}, "metadata": intent["metadata"],
        "on_behalf_of": null, "outcome": outcome(attempt), "paid": paid, "payment_intent": intent["id"],
        "payment_method": method["id"], "payment_method_details": { "type": "card", "card": card },
        "receipt_email": intent["receipt_email"], "receipt_number": null,
        "receipt_url": paid.then(|| format!("{}/receipts/{id}", state.base)), "refunded": false, "review": null,
        "shipping": null, "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
        "status": status, "transfer_data": null, "transfer_group": null,
    });
    state.charges.push(charge);
    id
}

fn outcome(attempt: &Attempt) -> Value {
    match attempt {
        Attempt::Paid => json!({
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 20,
            "seller_message": "Payment complete.", "type": "authorized",
        }),
        Attempt::Declined(decline) => json!({
            "network_status": "declined_by_network", "reason": decline.decline_code, "risk_level": "normal",
            "risk_score": 20, "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }),
        Attempt::Undecided => Value::Null,
    }
}

/// Mails the receipt to another address.
pub(super) fn mail_receipt(state: &mut State, id: &str, params: &Value) -> Done {
    super::customers::check_email(state, &params["receipt_email"], "receipt_email")?;
    super::lists::find(&state.charges, "charge", id, "charge")?;
    let charge = state.charge(id).expect("it was found");
    charge["receipt_email"] = params["receipt_email"].clone();
    Ok(charge.clone())
}

/// Decides a charge that was left processing.
pub(super) fn decide(charge: &mut Value, transaction: &str, attempt: &Attempt) {
    let paid = matches!(attempt, Attempt::Paid);
    charge["status"] = if paid { "succeeded" } else { "failed" }.into();
    charge["paid"] = paid.into();
    charge["captured"] = paid.into();
    charge["outcome"] = outcome(attempt);
    if let Attempt::Declined(decline) = attempt {
        charge["failure_code"] = decline.code.into();
        charge["failure_message"] = decline.message.into();
    } else {
        charge["amount_captured"] = charge["amount"].clone();
        charge["balance_transaction"] = transaction.into();
    }
}
