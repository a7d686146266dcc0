//! The end of a server: what has begun is answered.

use super::{BETH, Caller, World, call, dev, own_bookings, told};
use rusqlite::Connection;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_signal_ends_an_idle_server_whose_clients_keep_their_connections() {
    let world = World::new();
    let mut server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    told(&beth.post(&address, &own_bookings(), &[]).await).data();
    server.terminate();
    assert_eq!(server.wait().await.code(), Some(0), "{}", server.stderr());
    assert!(beth.try_post(&address, &own_bookings().to_string(), &[]).await.is_err());
}

/// Waits until a call has announced an effect.
async fn an_effect_is_announced(world: &World) {
    let journal = Connection::open(world.data().join("journal.db")).unwrap();
    let announced =
        || journal.query_row("SELECT count(*) FROM steps", [], |row| row.get::<_, i64>(0)).unwrap();
    let waiting = async {
        while announced() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("an effect");
}

#[tokio::test]
async fn a_checkout_that_has_begun_is_answered_before_the_server_ends() {
    let world = World::new();
    let mut server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    // The processor is kept busy until the signal was sent.
    let processor = Connection::open(world.data().join("payments.db")).unwrap();
    processor.execute_batch("BEGIN IMMEDIATE").unwrap();
    let leave = call("process_guest_checkout", &json!({"payment_method_id": "pm_card_visa"}));
    let answer = tokio::spawn(async move { beth.try_post(&address, &leave.to_string(), &[]).await });
    an_effect_is_announced(&world).await;
    server.terminate();
    processor.execute_batch("COMMIT").unwrap();
    let reply = answer.await.unwrap().unwrap();
    assert_eq!(told(&reply).data()["status"], "Checked Out");
    assert_eq!(server.wait().await.code(), Some(0), "{}", server.stderr());
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_end_a_call_that_has_begun() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let processor = Connection::open(world.data().join("payments.db")).unwrap();
    processor.execute_batch("BEGIN IMMEDIATE").unwrap();
    let leave = call(
        "process_guest_checkout",
        &json!({"payment_method_id": "pm_card_visa", "idempotency_token": "leaving"}),
    );
    let (caller, text, to) = (beth.clone(), leave.to_string(), address.clone());
    let leaving =
        tokio::spawn(async move { caller.try_post(&to, &text, &[]).await.map(|reply| reply.status) });
    an_effect_is_announced(&world).await;
    leaving.abort();
    processor.execute_batch("COMMIT").unwrap();
    let done = told(&beth.post(&address, &leave, &[]).await);
    assert_eq!((&done.data()["status"], &done.data()["replayed"]), (&json!("Checked Out"), &json!(true)));
}
