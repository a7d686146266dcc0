//! What who looks after a server can ask: whether it is alive, and whether calls can run.

use super::issuer::{Issuer, Key};
use super::{Caller, World, dev, trusting};
use rusqlite::Connection;
use serde_json::json;
use tests::Backend;

#[tokio::test]
async fn a_server_is_alive_and_ready_and_says_so_to_anybody() {
    let world = World::new();
    let server = dev(&world, "staff-server", &[]);
    let address = server.address().await;
    let base = address.trim_end_matches("/mcp");
    let nobody = Caller::new(None);
    for (path, says) in [("healthz", "alive"), ("readyz", "ready")] {
        let reply = nobody.get(&format!("{base}/{path}")).await;
        assert_eq!((reply.status, reply.json()), (200, json!({"status": says})));
    }
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_is_not_ready() {
    let world = World::new();
    let server = dev(&world, "staff-server", &[]);
    let address = server.address().await;
    let base = address.trim_end_matches("/mcp");
    let journal = Connection::open(world.data().join("journal.db")).unwrap();
    journal.execute_batch("BEGIN IMMEDIATE").unwrap();
    let reply = Caller::new(None).get(&format!("{base}/readyz")).await;
    assert_eq!((reply.status, reply.json()), (503, json!({"status": "not ready", "not_ready": ["journal"]})));
    assert_eq!(Caller::new(None).get(&format!("{base}/healthz")).await.status, 200, "it is alive");
    journal.execute_batch("COMMIT").unwrap();
    let ready = format!("{base}/readyz");
    super::until(async || Caller::new(None).get(&ready).await.status, |status| *status == 200).await;
}

#[tokio::test]
async fn a_system_that_fails_again_and_again_is_named() {
    let world = World::on(Backend::Embedded);
    let nowhere = "http://127.0.0.1:9"; // nobody listens there
    let stripe = [("STRIPE_SECRET_KEY", "rk_test_123"), ("STRIPE_API_BASE", nowhere)];
    let server = dev(&world, "staff-server", &stripe);
    let address = server.address().await;
    let base = address.trim_end_matches("/mcp");
    let manager = Caller::new(Some(&world.dev_token("staff-server", "manager@dewyhotel.com")));
    let ask = super::call("retrieve_payment_status", &json!({"payment_intent_id": "pi_1"}));
    let ready = format!("{base}/readyz");
    let ask_and_look = async || {
        assert_eq!(super::told(&manager.post(&address, &ask, &[]).await).code(), "STRIPE_UNAVAILABLE");
        manager.get(&ready).await
    };
    let reply = super::until(ask_and_look, |reply| reply.status != 200).await;
    assert_eq!((reply.status, reply.json()["not_ready"].clone()), (503, json!(["payments"])));
}

/// Nobody could be let in. Who looks after the server needs no token, and sends callers here only when it is ready: so the
/// question itself makes the server ask for the keys.
#[tokio::test]
async fn until_the_issuer_was_reached_a_server_is_not_ready() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    issuer.fake.unplug();
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let ready = format!("{}/readyz", address.trim_end_matches("/mcp"));
    let nobody = Caller::new(None);
    let reply = nobody.get(&ready).await;
    assert_eq!((reply.status, reply.json()), (503, json!({"status": "not ready", "not_ready": ["issuer"]})));
    issuer.fake.plug_in();
    super::until(async || nobody.get(&ready).await.status, |status| *status == 200).await;
    issuer.fake.unplug();
    assert_eq!(super::status(&address, &issuer.token(super::BETH)).await, 200, "its keys are known now");
    let reply = nobody.get(&ready).await;
    assert_eq!((reply.status, reply.json()), (200, json!({"status": "ready"})));
}
