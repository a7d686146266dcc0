//! Refunds, in whole or in part.

use super::errors::{Done, Failure};
use super::state::{State, now};
use serde_json::{Value, json};

pub(super) fn create(state: &mut State, params: &Value) -> Done {
    let charge = charge(state, params)?;
    let id = charge["id"].as_str().unwrap_or_default().to_owned();
    let cents = |value: &Value| value.as_i64().unwrap_or_default();
    if charge["refunded"] == true {
        let message = format!("Charge {id} has already been refunded.");
        return Err(Failure::invalid(&message).code("charge_already_refunded"));
    }
    if charge["disputed"] == true {
        let message = format!("Charge {id} has been charged back; cannot issue a refund.");
        return Err(Failure::invalid(&message).code("charge_disputed"));
    }
    let left = cents(&charge["amount_captured"]) - cents(&charge["amount_refunded"]);
    let amount = params["amount"].as_i64().unwrap_or(left);
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(Failure::invalid(message).code("parameter_invalid_integer").param("amount"));
    }
    if amount > left {
        let dollars = |cents: i64| format!("${}.{:02}", cents / 100, cents % 100);
        let than =
            if left == cents(&charge["amount"]) { "charge amount" } else { "unrefunded amount on charge" };
        let message =
            format!("Refund amount ({}) is greater than {than} ({})", dollars(amount), dollars(left));
        return Err(Failure::invalid(&message).param("amount"));
    }
    let method = state.methods.iter().find(|(method, _)| method["id"] == charge["payment_method"]);
    let pending = method.is_some_and(|(_, test)| test == "pm_card_pendingRefund");
    let usual = if pending { "pending" } else { "succeeded" };
    let status = state.next_refunds.pop_front().unwrap_or_else(|| usual.to_owned());
    let stands = !matches!(status.as_str(), "failed" | "canceled");
    let refund = json!({
        "id": state.id("re"), "object": "refund", "created": now(), "amount": amount,
        "balance_transaction": state.id("txn"), "charge": id, "currency": charge["currency"],
        "metadata": params["metadata"].as_object().cloned().unwrap_or_default(),
        "payment_intent": charge["payment_intent"], "reason": params["reason"], "receipt_number": null,
        "source_transfer_reversal": null, "transfer_reversal": null,
        "status": status,
    });
    let mut refund = refund;
    if !stands {
        refund["failure_reason"] = "unknown".into();
    }
    state.refunds.push(refund.clone());
    if let Some(charge) = state.charge(&id).filter(|_| stands) {
        let refunded = cents(&charge["amount_refunded"]) + amount;
        charge["amount_refunded"] = refunded.into();
        charge["refunded"] = (refunded == cents(&charge["amount_captured"])).into();
    }
    Ok(refund)
}

/// The paid charge that the call refers to.
fn charge(state: &State, params: &Value) -> Done {
    let (intent, charge) = (params["payment_intent"].as_str(), params["charge"].as_str());
    let Some(intent) = intent else {
        let Some(id) = charge else {
            let message =
                "One of the following params should be provided for this request: payment_intent or charge.";
            return Err(Failure::invalid(message).code("parameter_missing"));
        };
        let found = state.charges.iter().find(|it| it["id"] == id);
        let charge = found.ok_or_else(|| Failure::missing_in("charge", id, "charge"))?;
        if charge["paid"] != true {
            let intent = charge["payment_intent"].as_str().unwrap_or_default();
            return Err(unpaid(intent));
        }
        return Ok(charge.clone());
    };
    let found = state.intents.iter().find(|it| it["id"] == intent);
    let found = found.ok_or_else(|| Failure::missing_in("payment_intent", intent, "payment_intent"))?;
    let latest = state.charges.iter().find(|it| it["id"] == found["latest_charge"] && it["paid"] == true);
    let latest = latest.ok_or_else(|| unpaid(intent).param("payment_intent"))?;
    if charge.is_some_and(|it| latest["id"] != it) {
        let message = format!("The charge does not belong to PaymentIntent {intent}.");
        return Err(Failure::invalid(&message).param("charge"));
    }
    Ok(latest.clone())
}

fn unpaid(intent: &str) -> Failure {
    Failure::invalid(&format!("This PaymentIntent ({intent}) does not have a successful charge to refund."))
}
