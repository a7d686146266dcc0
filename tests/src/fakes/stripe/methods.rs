//! Stripe's documented test payment methods (<https://docs.stripe.com/testing>) and what they do. Naming one makes a
//! payment method of it, with an id of its own, good for one intent.

use super::errors::{Done, Failure};
use super::state::{State, now};
use serde_json::{Value, json};

/// What a method does when it is charged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behaviour {
    Succeeds,
    Declines(Decline),
    /// Asks for 3-D Secure first, then does this.
    Asks(&'static Self),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Decline {
    pub(super) code: &'static str,
    pub(super) decline_code: &'static str,
    pub(super) message: &'static str,
    pub(super) param: Option<&'static str>,
}

const fn declined(decline_code: &'static str, message: &'static str) -> Behaviour {
    Behaviour::Declines(Decline { code: "card_declined", decline_code, message, param: None })
}

const fn refused(code: &'static str, message: &'static str, param: Option<&'static str>) -> Behaviour {
    Behaviour::Declines(Decline { code, decline_code: code, message, param })
}

const POOR: Behaviour = declined("insufficient_funds", "Your card has insufficient funds.");
pub(super) const GENERIC: Behaviour = declined("generic_decline", "Your card was declined.");

/// What a test method does; none if there is none of this name.
pub(super) fn behaviour(method: &str) -> Option<Behaviour> {
    Some(match method.strip_prefix("pm_card_")? {
        "visa" | "visa_debit" | "mastercard" | "mastercard_debit" | "mastercard_prepaid" | "amex"
        | "discover" | "diners" | "jcb" | "unionpay" | "us" | "bypassPending" | "pendingRefund"
        | "refundFail" | "avsFail" | "avsLine1Fail" | "avsUnchecked" | "avsZipFail" | "cvcCheckFail"
        | "riskLevelElevated" => Behaviour::Succeeds,
        "authenticationRequired"
        | "authenticationRequiredOnSetup"
        | "threeDSecure2Required"
        | "threeDSecureRequired" => Behaviour::Asks(&Behaviour::Succeeds),
        "authenticationRequiredChargeDeclinedInsufficientFunds" => Behaviour::Asks(&POOR),
        "threeDSecureRequiredChargeDeclined" => Behaviour::Asks(&GENERIC),
        "chargeDeclined" | "visa_chargeDeclined" | "chargeCustomerFail" => GENERIC,
        "chargeDeclinedInsufficientFunds" | "visa_chargeDeclinedInsufficientFunds" => POOR,
        "chargeDeclinedLostCard" | "visa_chargeDeclinedLostCard" => {
            declined("lost_card", "Your card was declined.")
        }
        "chargeDeclinedStolenCard" | "visa_chargeDeclinedStolenCard" => {
            declined("stolen_card", "Your card was declined.")
        }
        "chargeDeclinedFraudulent" | "visa_chargeDeclinedFraudulent" | "radarBlock" => {
            declined("fraudulent", "Your card was declined.")
        }
        "chargeDeclinedVelocityLimitExceeded" | "visa_chargeDeclinedVelocityLimitExceeded" => declined(
            "card_velocity_exceeded",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        ),
        "chargeDeclinedExpiredCard" => refused("expired_card", "Your card has expired.", Some("exp_month")),
        "chargeDeclinedIncorrectCvc" => {
            refused("incorrect_cvc", "Your card's security code is incorrect.", Some("cvc"))
        }
        "chargeDeclinedProcessingError" => {
            let message = "An error occurred while processing your card. Try again in a little bit.";
            refused("processing_error", message, None)
        }
        _ => return None,
    })
}

/// The payment method that a call names, as an object. A test method is made into one now.
pub(super) fn resolve(
    state: &mut State,
    named: &str,
    intent: Option<&Value>,
) -> Result<(Value, Behaviour), Failure> {
    if let Some(behaviour) = behaviour(named) {
        let method = object(&state.id("pm"), named);
        state.methods.push((method.clone(), named.to_owned()));
        return Ok((method, behaviour));
    }
    let known = state.methods.iter().find(|(method, _)| method["id"] == named);
    let Some((method, test)) = known else {
        return Err(Failure::missing_in("PaymentMethod", named, "payment_method"));
    };
    // A saved method may be used again and again, but only by its customer.
    if let Some(owner) = method["customer"].as_str() {
        let behaviour = behaviour(test).unwrap_or(GENERIC);
        if intent.is_none_or(|intent| intent["customer"] == owner) {
            return Ok((method.clone(), behaviour));
        }
        let message = format!(
            "The customer does not have a payment method with the ID {named}. The payment method must be attached to the \
             customer."
        );
        return Err(Failure::invalid(&message).code("resource_missing").param("payment_method"));
    }
    if intent.is_none_or(|intent| intent["payment_method"] != named) {
        return Err(Failure::invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a \
             connected account without Customer attachment, or was detached from a Customer. It may not be used again. To \
             use a PaymentMethod multiple times, you must attach it to a Customer first.",
        ));
    }
    let behaviour = behaviour(test).unwrap_or(GENERIC);
    Ok((method.clone(), behaviour))
}

/// The method with this id. Naming a test method makes one.
pub(super) fn retrieve(state: &mut State, id: &str) -> Done {
    if behaviour(id).is_some() {
        return Ok(resolve(state, id, None)?.0);
    }
    let known = state.methods.iter().find(|(method, _)| method["id"] == id);
    known
        .map(|(method, _)| method.clone())
        .ok_or_else(|| Failure::missing("PaymentMethod", id, "payment_method"))
}

/// A card that is saved for a customer.
pub(super) fn save(state: &mut State, customer: &str, test: &str) -> String {
    let id = state.id("pm");
    let mut method = object(&id, test);
    method["customer"] = customer.into();
    state.methods.push((method, test.to_owned()));
    id
}

fn object(id: &str, test: &str) -> Value {
    let (brand, last4) = match test.trim_start_matches("pm_card_").split('_').next() {
        Some("mastercard") => ("mastercard", "4444"),
        Some("amex") => ("amex", "8431"),
        Some("discover") => ("discover", "9424"),
        Some("diners") => ("diners", "0004"),
        Some("jcb") => ("jcb", "0505"),
        Some("unionpay") => ("unionpay", "0005"),
        _ => ("visa", "4242"),
    };
    let now = now();
    json!({
        "id": id, "object": "payment_method", "created": now, "livemode": false, "customer": null, "metadata": {},
        "type": "card", "billing_details": { "address": null, "email": null, "name": null, "phone": null },
        "card": {
            "brand": brand, "last4": last4, "exp_month": 8, "exp_year": 2035, "funding": "credit", "country": "US",
            "fingerprint": format!("fp{last4}"), "generated_from": null, "wallet": null,
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "networks": { "available": [brand], "preferred": null },
            "three_d_secure_usage": { "supported": true },
        },
    })
}
