//! The issuer's keys: changed, unknown, and out of reach.

use super::issuer::{Issuer, Key};
use super::{BETH, Caller, World, own_bookings, status, trusting};
use serde_json::json;
use std::time::Duration;
use tests::fakes::faults::Fault;
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_new_key_of_the_issuer_is_fetched_when_it_is_first_used() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
    let second = Key::rsa();
    issuer.publish(vec![second.jwk("second")]);
    assert_eq!(status(&address, &second.signs("second", &issuer.claims(BETH))).await, 200);
    assert_eq!(
        status(&address, &issuer.token(BETH)).await,
        401,
        "the first key is not the issuer's any more"
    );
}

#[tokio::test]
async fn a_storm_of_unknown_keys_costs_the_issuer_one_fetch() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
    let before = issuer.fetched();
    let strange = Key::ec();
    let forged = |number| strange.signs(&format!("key {number}"), &issuer.claims(BETH));
    let mut storm = tokio::task::JoinSet::new();
    for number in 0..100 {
        let (address, token) = (address.clone(), forged(number));
        storm.spawn(async move { status(&address, &token).await });
    }
    assert!(storm.join_all().await.into_iter().all(|status| status == 401));
    assert_eq!(issuer.fetched(), before + 1);
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200, "those of known keys are served on");
}

#[tokio::test]
async fn an_issuer_that_goes_away_takes_nobody_with_it() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
    issuer.fake.unplug();
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
}

/// The token may be a good one, of a key that the issuer has had since it went away: that is an outage, and no refusal.
#[tokio::test]
async fn while_the_issuer_is_down_nobody_can_tell_what_an_unknown_key_is() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
    issuer.fake.fault_always("keys", Fault::Unavailable);
    let before = issuer.fetched();
    let second = Key::ec();
    let caller = Caller::new(Some(&second.signs("second", &issuer.claims(BETH))));
    for _ in 0..5 {
        let reply = caller.post(&address, &own_bookings(), &[]).await;
        let seconds: u64 = reply.header("retry-after").parse().unwrap_or_else(|_| panic!("{reply:?}"));
        assert!(reply.status == 503 && (1..=60).contains(&seconds), "{reply:?}");
    }
    assert_eq!(issuer.fetched(), before + 1, "it is asked for once a minute");
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200, "those of known keys are served on");
    let forged = second.signs("first", &issuer.claims(BETH));
    assert_eq!(status(&address, &forged).await, 401, "a known key that did not sign is a refusal");
}

/// Whoever asks and goes away must not use up the one fetch of a minute.
#[tokio::test]
async fn a_client_that_goes_away_does_not_end_the_fetch_that_others_wait_for() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
    let (before, second) = (issuer.fetched(), Key::ec());
    issuer.publish(vec![second.jwk("second")]);
    issuer.fake.latency(|operation, _| Duration::from_millis(if operation == "keys" { 500 } else { 0 }));
    let forged = Key::ec().signs("nobody's", &issuer.claims(BETH));
    let mut leaving = super::limits::connection(&address).await;
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {forged}\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    leaving.write_all(head.as_bytes()).await.unwrap();
    super::until(async || issuer.fake.asked("discovery").len(), |asked| *asked == 2).await;
    drop(leaving);
    assert_eq!(status(&address, &second.signs("second", &issuer.claims(BETH))).await, 200);
    assert_eq!(issuer.fetched(), before + 1);
}

#[tokio::test]
async fn until_the_issuer_was_reached_nobody_can_be_recognised() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    issuer.fake.unplug();
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let caller = Caller::new(Some(&issuer.token(BETH)));
    let reply = caller.post(&address, &own_bookings(), &[]).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"), "{reply:?}");
    issuer.fake.plug_in();
    // It is asked again a second after the last try.
    super::until(async || status(&address, &issuer.token(BETH)).await, |status| *status == 200).await;
}

#[tokio::test]
async fn keys_may_be_named_and_a_discovery_document_must_be_the_issuers() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let named = format!("{}/keys", issuer.base());
    let server = trusting(&world, &issuer, &[("HOTEL_HTTP_JWKS", &named)]);
    assert_eq!(status(&server.address().await, &issuer.token(BETH)).await, 200);
    assert!(issuer.fake.asked("discovery").is_empty());

    let (world, other) = (World::new(), Issuer::with(Key::ec()));
    let strange =
        tests::fakes::Answer::json(200, &json!({"issuer": "https://evil.example", "jwks_uri": named}));
    other.fake.fault_always("discovery", Fault::Instead(strange));
    let server = trusting(&world, &other, &[]);
    let caller = Caller::new(Some(&issuer.key.signs("first", &other.claims(BETH))));
    assert_eq!(caller.post(&server.address().await, &own_bookings(), &[]).await.status, 503);
}

#[tokio::test]
async fn an_issuer_that_withdraws_all_its_keys_has_answered() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    assert_eq!(status(&address, &issuer.token(BETH)).await, 200);
    issuer.publish(vec![]);
    assert_eq!(status(&address, &Key::ec().signs("another", &issuer.claims(BETH))).await, 401);
    assert_eq!(status(&address, &issuer.token(BETH)).await, 401, "nor is one of a key that was withdrawn");
}
