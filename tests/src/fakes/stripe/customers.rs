//! Customers. Stripe does not deduplicate them by e-mail.

use super::errors::{Done, Failure};
use super::state::{State, now};
use serde_json::{Value, json};

/// An e-mail that the account does not accept, whatever it looks like.
pub(super) fn check_email(state: &State, email: &Value, param: &str) -> Result<(), Failure> {
    let refused = email.as_str().filter(|email| state.emails_not_taken.contains(*email));
    refused.map_or(Ok(()), |email| {
        let message = format!("Invalid email address: {email}");
        Err(Failure::invalid(&message).code("email_invalid").param(param))
    })
}

pub(super) fn create(state: &mut State, params: &Value) -> Done {
    check_email(state, &params["email"], "email")?;
    let id = state.id("cus");
    let metadata = params["metadata"].as_object().cloned().unwrap_or_default();
    let customer = json!({
        "id": id, "object": "customer", "created": now(), "livemode": false, "address": null, "balance": 0,
        "currency": null, "default_source": null, "delinquent": false, "description": params["description"],
        "discount": null, "email": params["email"], "invoice_prefix": format!("DEWY{}", state.customers.len()),
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null,
        },
        "metadata": metadata, "name": params["name"], "next_invoice_sequence": 1, "phone": params["phone"],
        "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null,
    });
    state.customers.push(customer.clone());
    Ok(customer)
}
