//! What Stripe refuses, in its words.

use super::client::{INTENT, confirm, get, intent, post, send};
use serde_json::json;
use tests::fakes::Stripe;

#[test]
fn parameters_are_checked() {
    let stripe = Stripe::start();
    let refused = [
        ("amount=1000&currency=usd&colour=red", "parameter_unknown", json!("colour")),
        (
            "amount=1000&currency=usd&automatic_payment_methods[on]=true",
            "parameter_unknown",
            json!("automatic_payment_methods[on]"),
        ),
        ("currency=usd", "parameter_missing", json!("amount")),
        ("amount=10.00&currency=usd", "parameter_invalid_integer", json!("amount")),
        ("amount=49&currency=usd", "amount_too_small", json!("amount")),
        ("amount=1000&currency=", "parameter_invalid_empty", json!("currency")),
        ("amount=1000&currency=USD", "invalid_request_error", json!("currency")),
        ("amount=1000&currency=usd&customer=cus_no", "resource_missing", json!("customer")),
        ("amount=1000&currency=usd&receipt_email=nobody", "email_invalid", json!("receipt_email")),
        ("amount=1000&currency=usd&return_url=https://a.b", "invalid_request_error", json!("return_url")),
        ("amount=1000&amount=1&currency=usd", "invalid_request_error", json!("amount")),
        ("amount=1000&currency=usd&metadata[a][b]=c", "invalid_request_error", json!("metadata[a]")),
    ];
    for (body, code, param) in refused {
        let reply = post(&stripe, "/v1/payment_intents", body);
        assert_eq!(
            (reply.status, reply.code(), &reply.body["error"]["param"]),
            (400, code, &param),
            "{body}"
        );
    }
    assert!(stripe.intents().is_empty());

    let id = intent(&stripe);
    let unknown = confirm(&stripe, &id, "pm_card_nobody");
    assert_eq!((unknown.status, unknown.code()), (400, "resource_missing"));
    assert_eq!(
        (get(&stripe, "/v1/payment_intents/pi_no").status, get(&stripe, "/v1/nothing").status),
        (404, 404)
    );
    assert_eq!(get(&stripe, "/v1/customers?limit=101").code(), "parameter_invalid_integer");
    assert_eq!(get(&stripe, &format!("/v1/payment_intents/{id}?expand[]=moon")).status, 400);
}

#[test]
fn redirects_need_somewhere_to_return_to() {
    let stripe = Stripe::start();
    let made = post(&stripe, "/v1/payment_intents", "amount=1000&currency=usd").body;
    let path = format!("/v1/payment_intents/{}/confirm", made["id"].as_str().unwrap());
    assert_eq!(post(&stripe, &path, "payment_method=pm_card_visa").status, 400);
    let never = "amount=1000&currency=usd&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never";
    let made = post(&stripe, "/v1/payment_intents", never).body;
    let path = format!("/v1/payment_intents/{}/confirm", made["id"].as_str().unwrap());
    assert_eq!(post(&stripe, &path, "payment_method=pm_card_visa").body["status"], "succeeded");
}

#[test]
fn a_payment_method_is_good_for_one_intent() {
    let stripe = Stripe::start();
    let (first, second) = (intent(&stripe), intent(&stripe));
    let used = confirm(&stripe, &first, "pm_card_visa").body["payment_method"].as_str().unwrap().to_owned();
    assert_ne!(used, "pm_card_visa");
    let again = confirm(&stripe, &second, &used);
    assert!(again.status == 400 && again.text.contains("may not be used again"), "{}", again.text);
}

#[test]
fn keys_open_what_they_may() {
    let stripe = Stripe::start();
    let with = |key: &str, method: &str, path: &str, body: &str| {
        let bearer = format!("Bearer {key}");
        send(
            &stripe.base(),
            method,
            path,
            &[("authorization", &bearer), ("stripe-version", "2025-09-30.clover")],
            body,
        )
        .unwrap()
    };
    for key in ["sk_live_x", "sk_test_", "", "pk_test_x"] {
        assert_eq!(with(key, "GET", "/v1/balance", "").status, 401, "{key}");
    }
    assert_eq!(send(&stripe.base(), "GET", "/v1/balance", &[], "").unwrap().status, 401);
    assert_eq!(with(Stripe::RESTRICTED_KEY, "GET", "/v1/account", "").status, 200);
    stripe.restrict(&["rak_payment_intent_write"]);
    assert_eq!(with(Stripe::RESTRICTED_KEY, "POST", "/v1/payment_intents", INTENT).status, 200);
    assert_eq!(with(Stripe::RESTRICTED_KEY, "GET", "/v1/payment_intents", "").status, 200);
    let refused = with(Stripe::RESTRICTED_KEY, "GET", "/v1/customers", "");
    assert!(refused.status == 403 && refused.text.contains("rak_customer_read"), "{}", refused.text);
    assert_eq!(with(Stripe::SECRET_KEY, "GET", "/v1/customers", "").status, 200);
    stripe.revoke(Stripe::SECRET_KEY);
    assert_eq!(with(Stripe::SECRET_KEY, "GET", "/v1/customers", "").status, 401);
    let recorded = stripe.asked("balance.retrieve");
    assert_eq!(recorded[0].header("stripe-version"), Some("2025-09-30.clover"));
}
