//! Idempotency keys, as documented.

use super::client::{INTENT, ask, intent};
use std::time::Duration;
use tests::fakes::Stripe;
use tests::fakes::faults::Fault;

#[test]
fn the_same_request_is_answered_as_the_first_time() {
    let stripe = Stripe::start();
    let first = ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT).unwrap();
    let again = ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT).unwrap();
    assert_eq!(first.text, again.text);
    assert_eq!(again.headers.get("idempotent-replayed").map(String::as_str), Some("true"));
    assert_eq!(again.headers.get("original-request"), first.headers.get("request-id"));
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(stripe.intents().len(), 1);

    let other = ask(&stripe, "POST", "/v1/payment_intents", Some("k"), "amount=500&currency=usd").unwrap();
    assert_eq!((other.status, other.code()), (400, "idempotency_error"));
    let elsewhere = ask(&stripe, "POST", "/v1/customers", Some("k"), "email=a%40b.co").unwrap();
    assert_eq!((elsewhere.status, elsewhere.code()), (400, "idempotency_error"));

    stripe.forget_keys();
    ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT).unwrap();
    assert_eq!(stripe.intents().len(), 2);
}

#[test]
fn a_decline_is_kept_and_a_malformed_request_is_not() {
    let stripe = Stripe::start();
    let id = intent(&stripe);
    let path = format!("/v1/payment_intents/{id}/confirm");
    let declined = ask(&stripe, "POST", &path, Some("c"), "payment_method=pm_card_chargeDeclined").unwrap();
    let again = ask(&stripe, "POST", &path, Some("c"), "payment_method=pm_card_chargeDeclined").unwrap();
    assert_eq!((declined.status, again.status, &declined.text), (402, 402, &again.text));
    assert_eq!(stripe.charges().len(), 1);

    let malformed =
        ask(&stripe, "POST", "/v1/payment_intents", Some("m"), "amount=ten&currency=usd").unwrap();
    assert_eq!(malformed.status, 400);
    assert_eq!(ask(&stripe, "POST", "/v1/payment_intents", Some("m"), INTENT).unwrap().status, 200);
}

#[test]
fn a_500_is_kept_whether_or_not_the_work_was_done() {
    for (fault, intents) in [(Fault::FailBefore, 0), (Fault::FailAfter, 1)] {
        let stripe = Stripe::start();
        stripe.fault("payment_intents.create", fault);
        for _ in 0..2 {
            let failed = ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT).unwrap();
            assert_eq!((failed.status, failed.code()), (500, "api_error"));
            assert_eq!(stripe.intents().len(), intents);
        }
        assert_eq!(stripe.asked("payment_intents.create").len(), 2);
    }
}

#[test]
fn a_key_whose_request_is_under_way_is_in_use() {
    let stripe = Stripe::start();
    let (began, first_began) = std::sync::mpsc::sync_channel(1);
    stripe.latency(move |_, _| {
        began.send(()).unwrap();
        Duration::from_secs(3600)
    });
    std::thread::scope(|scope| {
        scope.spawn(|| assert!(ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT).is_none()));
        first_began.recv().unwrap();
        let second = ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT).unwrap();
        assert_eq!((second.status, second.code()), (409, "idempotency_key_in_use"));
        stripe.unplug(); // the first need not be waited for
    });
}
