//! Customers. Stripe makes as many with one e-mail as it is asked for.

use super::errors::Done;
use super::state::{State, now};
use serde_json::{Value, json};

pub(super) fn create(state: &mut State, params: &Value) -> Done {
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
