//! Every documented outcome of a payment.

use super::client::{INTENT, confirm, get, intent, post};
use serde_json::json;
use tests::fakes::Stripe;

#[test]
fn a_card_pays_once_and_the_money_goes_back_once() {
    let stripe = Stripe::start();
    let id = intent(&stripe);
    let paid = confirm(&stripe, &id, "pm_card_visa");
    assert_eq!(
        (paid.status, &paid.body["status"], &paid.body["amount_received"]),
        (200, &json!("succeeded"), &json!(12000))
    );

    let again = confirm(&stripe, &id, "pm_card_mastercard");
    assert_eq!((again.status, again.code()), (400, "payment_intent_unexpected_state"));
    assert_eq!(again.body["error"]["payment_intent"]["status"], "succeeded");
    let given_up = post(&stripe, &format!("/v1/payment_intents/{id}/cancel"), "");
    assert_eq!((given_up.status, given_up.code()), (400, "payment_intent_unexpected_state"));

    let expanded = get(&stripe, &format!("/v1/payment_intents/{id}?expand[]=latest_charge.refunds"));
    let charge = &expanded.body["latest_charge"];
    assert_eq!((&charge["paid"], &charge["metadata"]["booking"]), (&json!(true), &json!("BK-1")));
    assert_eq!(charge["refunds"]["data"], json!([]));

    let part = post(&stripe, "/v1/refunds", &format!("payment_intent={id}&amount=2000"));
    assert_eq!((part.status, &part.body["status"]), (200, &json!("succeeded")));
    let too_much = post(&stripe, "/v1/refunds", &format!("payment_intent={id}&amount=12000"));
    assert_eq!((too_much.status, &too_much.body["error"]["param"]), (400, &json!("amount")));
    let rest = post(&stripe, "/v1/refunds", &format!("payment_intent={id}&reason=requested_by_customer"));
    assert_eq!(rest.body["amount"], 10000);
    let nothing_left = post(&stripe, "/v1/refunds", &format!("payment_intent={id}"));
    assert_eq!((nothing_left.status, nothing_left.code()), (400, "charge_already_refunded"));
    let listed = get(&stripe, &format!("/v1/refunds?payment_intent={id}"));
    assert_eq!(listed.body["data"], json!([rest.body, part.body]), "newest first");
    let charge = get(&stripe, &format!("/v1/charges/{}", charge["id"].as_str().unwrap()));
    assert_eq!((&charge.body["refunded"], &charge.body["amount_refunded"]), (&json!(true), &json!(12000)));
}

#[test]
fn each_declined_card_says_why_and_another_pays() {
    let stripe = Stripe::start();
    let declined = [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_visa_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ];
    for (method, code, decline_code) in declined {
        let id = intent(&stripe);
        let reply = confirm(&stripe, &id, method);
        let error = &reply.body["error"];
        assert_eq!(
            (reply.status, reply.code(), &error["decline_code"]),
            (402, code, &json!(decline_code)),
            "{method}"
        );
        assert_eq!(error["type"], "card_error");
        let inside = &error["payment_intent"];
        assert_eq!(inside["status"], "requires_payment_method");
        assert_eq!(
            (&inside["payment_method"], &inside["last_payment_error"]["code"]),
            (&json!(null), &json!(code))
        );
        assert_eq!(inside["latest_charge"], error["charge"]);
        let unpaid = post(&stripe, "/v1/refunds", &format!("payment_intent={id}"));
        assert_eq!(unpaid.status, 400);
        assert!(unpaid.text.contains("does not have a successful charge to refund"), "{}", unpaid.text);
        let paid = confirm(&stripe, &id, "pm_card_amex");
        assert_eq!(
            (&paid.body["status"], &paid.body["last_payment_error"]),
            (&json!("succeeded"), &json!(null))
        );
    }
}

#[test]
fn three_d_secure_waits_for_the_guest() {
    let stripe = Stripe::start();
    let id = intent(&stripe);
    let asked = confirm(&stripe, &id, "pm_card_authenticationRequired");
    assert_eq!((asked.status, &asked.body["status"]), (200, &json!("requires_action")));
    let redirect = &asked.body["next_action"]["redirect_to_url"];
    assert_eq!(redirect["return_url"], "https://hotel.example/back");
    assert!(redirect["url"].as_str().unwrap().starts_with(&stripe.base()));

    stripe.fail_authentication(&id);
    let failed = get(&stripe, &format!("/v1/payment_intents/{id}")).body;
    assert_eq!(failed["status"], "requires_payment_method");
    assert_eq!(failed["last_payment_error"]["code"], "payment_intent_authentication_failure");

    confirm(&stripe, &id, "pm_card_authenticationRequired");
    stripe.authenticate(&id);
    assert_eq!(get(&stripe, &format!("/v1/payment_intents/{id}")).body["status"], "succeeded");

    let poor = intent(&stripe);
    confirm(&stripe, &poor, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds");
    stripe.authenticate(&poor);
    let poor = get(&stripe, &format!("/v1/payment_intents/{poor}")).body;
    assert_eq!(poor["last_payment_error"]["decline_code"], "insufficient_funds");

    let nowhere = intent(&stripe);
    let path = format!("/v1/payment_intents/{nowhere}/confirm");
    let asked = post(&stripe, &path, "payment_method=pm_card_authenticationRequired");
    assert_eq!(asked.body["next_action"]["type"], "use_stripe_sdk");
    let refused =
        post(&stripe, &path, "payment_method=pm_card_authenticationRequired&error_on_requires_action=true");
    assert_eq!((refused.status, refused.code()), (402, "authentication_required"));
    let given_up =
        post(&stripe, &format!("/v1/payment_intents/{nowhere}/cancel"), "cancellation_reason=abandoned");
    assert_eq!(given_up.body["status"], "canceled");
    let late = confirm(&stripe, &nowhere, "pm_card_visa");
    assert_eq!((late.status, late.code()), (400, "payment_intent_unexpected_state"));
}

#[test]
fn what_the_bank_has_not_decided_is_processing() {
    let stripe = Stripe::start();
    let (good, bad) = (intent(&stripe), intent(&stripe));
    for id in [&good, &bad] {
        stripe.process_slowly();
        assert_eq!(confirm(&stripe, id, "pm_card_visa").body["status"], "processing");
        assert_eq!(confirm(&stripe, id, "pm_card_visa").code(), "payment_intent_unexpected_state");
    }
    stripe.settle(&good);
    stripe.fail_processing(&bad);
    assert_eq!(get(&stripe, &format!("/v1/payment_intents/{good}")).body["amount_received"], 12000);
    let bad = get(&stripe, &format!("/v1/payment_intents/{bad}?expand[]=latest_charge")).body;
    assert_eq!(
        (&bad["status"], &bad["latest_charge"]["status"]),
        (&json!("requires_payment_method"), &json!("failed"))
    );

    let refunded = intent(&stripe);
    confirm(&stripe, &refunded, "pm_card_pendingRefund");
    let refund = post(&stripe, "/v1/refunds", &format!("payment_intent={refunded}")).body;
    assert_eq!(refund["status"], "pending");
    stripe.fail_refund(refund["id"].as_str().unwrap());
    assert_eq!(stripe.charges().last().unwrap()["refunded"], false);
}

#[test]
fn lists_are_newest_first_a_page_at_a_time_and_exact() {
    let stripe = Stripe::start();
    for email in ["ada%40b.co", "Ada%40b.co", "ada%40b.co", "eve%40b.co"] {
        post(&stripe, "/v1/customers", &format!("email={email}&name=A"));
    }
    let ids: Vec<_> = stripe.customers().into_iter().map(|it| it["id"].clone()).collect();
    let found = get(&stripe, "/v1/customers?email=ada%40b.co").body;
    assert_eq!(
        found["data"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect::<Vec<_>>(),
        [ids[2].clone(), ids[0].clone()]
    );
    let first = get(&stripe, "/v1/customers?limit=3").body;
    assert_eq!((&first["has_more"], &first["data"][2]["id"]), (&json!(true), &ids[1]));
    let rest =
        get(&stripe, &format!("/v1/customers?limit=3&starting_after={}", ids[1].as_str().unwrap())).body;
    assert_eq!((&rest["has_more"], &rest["data"][0]["id"]), (&json!(false), &ids[0]));

    let body = format!("{INTENT}&customer={}", ids[0].as_str().unwrap());
    let theirs = post(&stripe, "/v1/payment_intents", &body).body;
    intent(&stripe);
    let path = format!("/v1/payment_intents?customer={}&created[gte]=1", ids[0].as_str().unwrap());
    assert_eq!(get(&stripe, &path).body["data"], json!([theirs]));
    assert_eq!(get(&stripe, "/v1/payment_intents?created[gte]=99999999999").body["data"], json!([]));
}
