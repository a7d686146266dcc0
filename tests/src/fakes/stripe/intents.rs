//! Payment intents: created, confirmed with a payment method as often as needed, paid once or cancelled.

use super::charges::{self, Attempt};
use super::errors::{Done, Failure};
use super::methods::{self, Behaviour};
use super::outcomes;
use super::state::{State, now};
use serde_json::{Value, json};

/// The smallest amount that Stripe charges (<https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>).
const MINIMUM: [(&str, i64); 9] = [
    ("usd", 50),
    ("eur", 50),
    ("gbp", 30),
    ("chf", 50),
    ("cad", 50),
    ("aud", 50),
    ("jpy", 50),
    ("sek", 300),
    ("inr", 50),
];

pub(super) fn create(state: &mut State, params: &Value) -> Done {
    check_amount(params)?;
    super::customers::check_email(state, &params["receipt_email"], "receipt_email")?;
    if let Some(customer) = params["customer"].as_str()
        && !state.customers.iter().any(|it| it["id"] == customer)
    {
        return Err(Failure::missing_in("customer", customer, "customer"));
    }
    let confirm = params["confirm"] == true;
    for name in ["return_url", "off_session", "error_on_requires_action"] {
        if !confirm && !params[name].is_null() {
            let message = format!(
                "The parameter `{name}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
            );
            return Err(Failure::invalid(&message).param(name));
        }
    }
    let types = kinds(params)?;
    let automatic = automatic(params);
    let named = params["payment_method"].as_str();
    let method = named.map(|it| methods::resolve(state, it, None)).transpose()?.map(|(method, _)| method);
    let id = state.id("pi");
    let status = if method.is_some() { "requires_confirmation" } else { "requires_payment_method" };
    let metadata = params["metadata"].as_object().cloned().unwrap_or_default();
    let intent = json!({
        "id": id, "object": "payment_intent", "created": now(), "livemode": false, "amount": params["amount"],
        "amount_capturable": 0, "amount_details": { "tip": {} }, "amount_received": 0, "application": null,
        "application_fee_amount": null, "automatic_payment_methods": automatic, "canceled_at": null,
        "cancellation_reason": null, "capture_method": "automatic_async",
        "client_secret": format!("{id}_secret_dewy"), "confirmation_method": "automatic",
        "currency": params["currency"], "customer": params["customer"], "description": params["description"],
        "last_payment_error": null, "latest_charge": null, "metadata": metadata, "next_action": null,
        "on_behalf_of": null, "payment_method": method.map(|it| it["id"].clone()),
        "payment_method_options": {}, "payment_method_types": types, "processing": null,
        "receipt_email": params["receipt_email"], "review": null, "setup_future_usage": null, "shipping": null,
        "statement_descriptor": null, "statement_descriptor_suffix": params["statement_descriptor_suffix"],
        "status": status, "transfer_data": null, "transfer_group": null,
    });
    state.intents.push(intent.clone());
    if confirm { confirm_with(state, intent, params) } else { Ok(intent) }
}

fn check_amount(params: &Value) -> Result<(), Failure> {
    let (amount, currency) = (params["amount"].as_i64().unwrap_or_default(), params["currency"].as_str());
    let currency = currency.unwrap_or_default();
    let invalid = |message: &str, code: &str| Err(Failure::invalid(message).code(code).param("amount"));
    let Some((_, minimum)) = MINIMUM.iter().find(|(name, _)| *name == currency) else {
        let known: Vec<&str> = MINIMUM.iter().map(|(name, _)| *name).collect();
        let message = format!(
            "Invalid currency: {currency}. Stripe currently supports these currencies: {}",
            known.join(", ")
        );
        return Err(Failure::invalid(&message).param("currency"));
    };
    if amount < 1 {
        return invalid("This value must be greater than or equal to 1.", "parameter_invalid_integer");
    }
    if amount < *minimum {
        let message = format!("Amount must be at least {}.{:02} {currency}", minimum / 100, minimum % 100);
        return invalid(&message, "amount_too_small");
    }
    if amount > 99_999_999 {
        return invalid(&format!("Amount must be no more than 999999.99 {currency}"), "amount_too_large");
    }
    Ok(())
}

/// Only cards are activated; any other type is refused.
fn kinds(params: &Value) -> Result<Value, Failure> {
    let Some(types) = params["payment_method_types"].as_array() else { return Ok(json!(["card"])) };
    if !params["automatic_payment_methods"].is_null() {
        return Err(Failure::invalid(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
        ));
    }
    let other = types.iter().filter_map(Value::as_str).find(|it| *it != "card");
    if let Some(other) = other {
        let message = format!(
            "The payment method type \"{other}\" is invalid. Please ensure the provided type is activated in your dashboard."
        );
        return Err(Failure::invalid(&message)
            .code("payment_intent_invalid_parameter")
            .param("payment_method_types"));
    }
    Ok(json!(types))
}

/// Without any parameter about types, Stripe allows what the dashboard allows, redirects included.
fn automatic(params: &Value) -> Value {
    let given = &params["automatic_payment_methods"];
    if !params["payment_method_types"].is_null() || given["enabled"] == false {
        return Value::Null;
    }
    let redirects = given["allow_redirects"].as_str().unwrap_or("always");
    json!({ "enabled": true, "allow_redirects": redirects })
}

pub(super) fn confirm(state: &mut State, id: &str, params: &Value) -> Done {
    let intent = super::lists::find(&state.intents, "payment_intent", id, "intent")?.clone();
    let message = match intent["status"].as_str() {
        Some("succeeded") => {
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
                .to_owned()
        }
        Some(status @ ("canceled" | "processing" | "requires_capture")) => format!(
            "You cannot confirm this PaymentIntent because it has a status of {status}. Only a PaymentIntent with one of the \
             following statuses may be confirmed: requires_confirmation, requires_action."
        ),
        _ => return confirm_with(state, intent, params),
    };
    Err(Failure::unexpected_state(&message, &intent))
}

fn confirm_with(state: &mut State, mut intent: Value, params: &Value) -> Done {
    let named = params["payment_method"].as_str().or(intent["payment_method"].as_str());
    let Some(named) = named.map(str::to_owned) else {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
                       PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a \
                       payment method or ConfirmationToken.";
        return Err(Failure::unexpected_state(message, &intent));
    };
    let redirects = &intent["automatic_payment_methods"]["allow_redirects"];
    if redirects == "always" && params["return_url"].is_null() {
        return Err(Failure::invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment \
             methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept \
             redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and \
             `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
        ));
    }
    let (method, behaviour) = methods::resolve(state, &named, Some(&intent))?;
    super::customers::check_email(state, &params["receipt_email"], "receipt_email")?;
    if !params["receipt_email"].is_null() {
        intent["receipt_email"] = params["receipt_email"].clone();
    }
    intent["next_action"] = Value::Null;
    intent["last_payment_error"] = Value::Null;
    intent["payment_method"] = method["id"].clone();
    match behaviour {
        Behaviour::Asks(_) => outcomes::ask(state, intent, &method, params),
        Behaviour::Declines(decline) => Err(outcomes::decline(state, intent, &method, decline)),
        Behaviour::Succeeds if std::mem::take(&mut state.processing_next) => {
            let charge = charges::record(state, &intent, &method, &Attempt::Undecided);
            intent["latest_charge"] = charge.into();
            intent["status"] = "processing".into();
            Ok(outcomes::save(state, intent))
        }
        Behaviour::Succeeds => Ok(outcomes::pay(state, intent, &method)),
    }
}

pub(super) fn cancel(state: &mut State, id: &str, params: &Value) -> Done {
    let mut intent = super::lists::find(&state.intents, "payment_intent", id, "intent")?.clone();
    let status = intent["status"].as_str().unwrap_or_default();
    // Stripe may cancel a processing intent in rare cases; the fake never does.
    if matches!(status, "succeeded" | "canceled" | "processing") {
        let message = format!(
            "You cannot cancel this PaymentIntent because it has a status of {status}. Only a PaymentIntent with one of the \
             following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, \
             requires_action, processing."
        );
        return Err(Failure::unexpected_state(&message, &intent));
    }
    intent["status"] = "canceled".into();
    intent["canceled_at"] = now().into();
    intent["cancellation_reason"] = params["cancellation_reason"].clone();
    intent["next_action"] = Value::Null;
    Ok(outcomes::save(state, intent))
}
