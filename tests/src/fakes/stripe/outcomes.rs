//! The effect of an attempt on its intent.

use super::charges::{self, Attempt};
use super::errors::{Done, Failure};
use super::methods::Decline;
use super::routes::BANK;
use super::state::State;
use serde_json::{Value, json};

/// Replaces the intent.
pub(super) fn save(state: &mut State, intent: Value) -> Value {
    if let Some(kept) = intent["id"].as_str().and_then(|id| state.intent(id)) {
        *kept = intent.clone();
    }
    intent
}

/// The charge succeeds.
pub(super) fn pay(state: &mut State, mut intent: Value, method: &Value) -> Value {
    intent["latest_charge"] = charges::record(state, &intent, method, &Attempt::Paid).into();
    intent["status"] = "succeeded".into();
    intent["amount_received"] = intent["amount"].clone();
    save(state, intent)
}

/// The method is declined: the intent waits for another one and stores why.
pub(super) fn decline(state: &mut State, mut intent: Value, method: &Value, decline: Decline) -> Failure {
    let charge = charges::record(state, &intent, method, &Attempt::Declined(decline));
    intent["latest_charge"] = charge.clone().into();
    let failure = card_error(decline, method).with("charge", charge.into());
    refuse(state, intent, failure)
}

/// The error of a declined card.
pub(super) fn card_error(decline: Decline, method: &Value) -> Failure {
    let failure = Failure::new(402, "card_error", decline.message)
        .code(decline.code)
        .with("decline_code", decline.decline_code.into())
        .with("payment_method", method.clone());
    if let Some(param) = decline.param { failure.param(param) } else { failure }
}

/// Resets the intent, and keeps the reason.
pub(super) fn refuse(state: &mut State, mut intent: Value, failure: Failure) -> Failure {
    intent["status"] = "requires_payment_method".into();
    intent["payment_method"] = Value::Null;
    intent["next_action"] = Value::Null;
    intent["last_payment_error"] = failure.error();
    let intent = save(state, intent);
    failure.with("payment_intent", intent)
}

/// The bank asks for authentication. If there is no return URL, the card is declined.
pub(super) fn ask(state: &mut State, mut intent: Value, method: &Value, params: &Value) -> Done {
    let declined = |decline_code| Decline {
        code: "authentication_required",
        decline_code,
        message: "Your card was declined. This transaction requires authentication.",
        param: None,
    };
    if params["off_session"] == true {
        return Err(decline(state, intent, method, declined("authentication_required")));
    }
    if params["error_on_requires_action"] == true {
        let failure = card_error(declined("authentication_not_handled"), method);
        return Err(refuse(state, intent, failure));
    }
    let id = intent["id"].as_str().unwrap_or_default();
    let url = format!("{}{BANK}{id}", state.base);
    intent["status"] = "requires_action".into();
    intent["next_action"] = match params["return_url"].as_str() {
        Some(back) => {
            json!({ "type": "redirect_to_url", "redirect_to_url": { "return_url": back, "url": url } })
        }
        None => json!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "type": "three_d_secure_redirect", "source": "src_dewy", "stripe_js": url },
        }),
    };
    Ok(save(state, intent))
}
