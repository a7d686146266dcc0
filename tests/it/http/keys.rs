//! The issuer's keys: changed, unknown, and out of reach.

use super::issuer::{Issuer, Key};
use super::{BETH, Caller, World, own_bookings, status, trusting};
use serde_json::json;

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
    other.fake.fault_always("discovery", tests::fakes::faults::Fault::Instead(strange));
    let server = trusting(&world, &other, &[]);
    let caller = Caller::new(Some(&issuer.key.signs("first", &other.claims(BETH))));
    assert_eq!(caller.post(&server.address().await, &own_bookings(), &[]).await.status, 503);
}
