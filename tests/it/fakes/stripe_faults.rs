//! What goes wrong on the way, and what is recorded.

use super::client::{INTENT, ask, get, post};
use serde_json::json;
use std::time::Duration;
use tests::fakes::Stripe;
use tests::fakes::faults::Fault;

#[test]
fn faults_strike_as_told() {
    let stripe = Stripe::start();
    let make = || ask(&stripe, "POST", "/v1/payment_intents", None, INTENT);
    stripe.fault("payment_intents.create", Fault::Refuse);
    assert!(make().is_none() && stripe.intents().is_empty());

    stripe.fault("payment_intents.create", Fault::LoseAnswer);
    assert!(make().is_none());
    assert_eq!(stripe.intents().len(), 1);

    stripe.fault("*", Fault::TooMany { retry_after: 7 });
    let reply = make().unwrap();
    assert_eq!((reply.status, reply.code(), reply.headers["retry-after"].as_str()), (429, "rate_limit", "7"));

    stripe.fault("*", Fault::Garbage);
    let reply = make().unwrap();
    assert!(reply.status == 200 && reply.body.is_null() && stripe.intents().len() == 2);

    stripe.fault_at("*", 1, Fault::Unavailable);
    assert_eq!([make().unwrap().status, make().unwrap().status, make().unwrap().status], [200, 503, 200]);

    stripe.fault_always("payment_intents.list", Fault::FailBefore);
    assert_eq!(
        [get(&stripe, "/v1/payment_intents").status, get(&stripe, "/v1/payment_intents").status],
        [500, 500]
    );
    stripe.heal();
    assert_eq!(get(&stripe, "/v1/payment_intents").status, 200);

    stripe.unplug();
    assert!(make().is_none());
    stripe.plug_in();
    assert_eq!(make().unwrap().status, 200);
}

#[test]
fn every_request_is_recorded() {
    let stripe = Stripe::start();
    stripe.latency(|operation, _| Duration::from_millis(if operation == "customers.create" { 1 } else { 0 }));
    stripe.fault("payment_intents.create", Fault::LoseAnswer);
    post(&stripe, "/v1/customers", "email=a%40b.co&metadata[guest]=a");
    ask(&stripe, "POST", "/v1/payment_intents", Some("k"), INTENT);
    get(&stripe, "/v1/customers?email=a%40b.co&limit=1");
    let [made, lost, listed] = stripe.exchanges().try_into().unwrap();
    assert_eq!((made.operation.as_str(), made.status), ("customers.create", Some(200)));
    assert_eq!(made.body, json!({ "email": "a@b.co", "metadata": { "guest": "a" } }));
    assert_eq!((lost.status, lost.header("idempotency-key")), (None, Some("k")));
    assert_eq!(listed.query, json!({ "email": "a@b.co", "limit": "1" }));
    assert!(made.answered >= made.arrived + Duration::from_millis(1) && !made.overlaps(&listed));
}
