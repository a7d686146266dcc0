//! A server that is told to end while the hotel's records do not answer: it ends all the same, and what it had begun is
//! finished by the next one. The records stall for real: the test holds their file.

use super::ending::signal;
use crate::recovery::due;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Books, Server, World};

/// Nobody gives up by himself meanwhile.
const PATIENT: [(&str, &str); 2] =
    [("HOTEL_CALL_DEADLINE_SECONDS", "600"), ("HOTEL_STEP_TIMEOUT_SECONDS", "600")];

fn leaving() -> Value {
    json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa", "idempotency_token": "leaving"})
}

/// The hotel's records, which answer no write until this is dropped.
fn stall(world: &World) -> Connection {
    let records = Connection::open(world.data().join("hotel.db")).expect("hotel.db");
    records.execute_batch("BEGIN IMMEDIATE").expect("the records are ours");
    records
}

/// Waits until the guest has paid and the stay is being closed.
async fn closing(world: &World) {
    let begun = Instant::now();
    while Books::open(world).count("SELECT count(*) FROM steps WHERE name = 'close_stay'") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never came to the step");
        tokio::task::yield_now().await;
    }
}

/// Beth has paid, her stay cannot be closed, and the server is told to end. The next one closes it.
async fn ended_while_closing(end: impl AsyncFnOnce(&Server)) {
    let world = PATIENT.iter().fold(World::new(), |world, (name, value)| world.with_env(name, value));
    let mut server = world.staff();
    server.call("search_contacts", json!({})).await.data();
    let stalled = stall(&world);
    let answer = server.send("process_guest_checkout", leaving()).await;
    closing(&world).await;
    end(&server).await;
    assert_eq!(server.wait().await.code(), Some(0), "{}", server.stderr());
    assert!(answer.await.is_none(), "there was nothing definite to say");
    // It did not wait for the records: its call is as it left it.
    let books = Books::open(&world);
    assert_eq!(
        books.texts("SELECT outcome || ' ' || (owner IS NOT NULL) FROM calls WHERE token IS NOT NULL"),
        ["running 1"]
    );
    assert_eq!(
        (world.payments_taken("BK-0001"), world.booking_status("BK-0001").as_str()),
        (1, "Checked In")
    );

    drop(stalled);
    due(&world);
    let next = world.staff();
    let told = next.call("process_guest_checkout", leaving()).await;
    assert_eq!(told.data()["status"], "Checked Out");
    assert_eq!(world.payments_taken("BK-0001"), 1);
    books.are_in_order();
}

#[cfg(unix)]
#[tokio::test]
async fn however_it_is_told_to_end_it_ends_and_the_next_server_closes_the_stay() {
    let stopped = ended_while_closing(async |server| signal(server, "TERM"));
    let interrupted_and_hurried = ended_while_closing(async |server| {
        signal(server, "INT");
        signal(server, "TERM");
        signal(server, "TERM");
    });
    let left_by_its_client = ended_while_closing(async |server| server.end_input().await);
    tokio::join!(stopped, interrupted_and_hurried, left_by_its_client);
}

/// A call that was told to be pending is nobody's: the server that told so need not finish it.
#[cfg(unix)]
#[tokio::test]
async fn a_server_that_has_told_of_a_pending_checkout_may_be_stopped() {
    for faults in ["close_stay=unreached!", "close_stay=too_long!"] {
        let world = World::new();
        let mut server = world.start(
            "staff-server",
            &[],
            &[("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", faults)],
        );
        server.refused("process_guest_checkout", leaving(), "CHECKOUT_PENDING").await;
        signal(&server, "TERM");
        assert_eq!(server.wait().await.code(), Some(0), "{faults}");
        due(&world);
        let next = world.staff();
        assert_eq!(next.call("process_guest_checkout", leaving()).await.data()["status"], "Checked Out");
        assert_eq!(world.payments_taken("BK-0001"), 1, "{faults}");
        Books::open(&world).are_in_order();
    }
}

/// Who waits behind the stalled call is not served any more, and finds everything undone.
#[cfg(unix)]
#[tokio::test]
async fn a_call_that_waits_for_another_has_not_begun_when_its_server_ends() {
    let world = World::new();
    let mut server = world.staff();
    server.call("search_contacts", json!({})).await.data();
    let stalled = stall(&world);
    let paying = server.send("process_guest_checkout", leaving()).await;
    closing(&world).await;
    let moving = json!({"booking_number": "BK-0001", "room_number": "202", "idempotency_token": "moving"});
    let waiting = server.send("assign_room", moving.clone()).await;
    signal(&server, "TERM");
    assert_eq!(server.wait().await.code(), Some(0), "{}", server.stderr());
    assert!(paying.await.is_none() && waiting.await.is_none());
    drop(stalled);
    due(&world);
    let next = world.staff();
    assert_eq!(next.call("process_guest_checkout", leaving()).await.data()["status"], "Checked Out");
    next.refused("assign_room", moving, "INVALID_TRANSITION").await;
    Books::open(&world).are_in_order();
}

/// Whatever a call waits for, the line to the client does not: a ping is answered, and a signal obeyed.
#[cfg(unix)]
#[tokio::test]
async fn a_ping_is_answered_and_a_signal_obeyed_while_calls_hang_on_a_lock() {
    let world = World::new();
    let mut server = world.staff();
    server.initialize("2025-11-25").await;
    server.call("search_contacts", json!({})).await.data();
    let reads =
        std::fs::File::options().append(true).open(world.data().join("reads.log")).expect("reads.log");
    reads.lock().expect("the file is ours");
    let stalled = stall(&world);
    let reading = server.send("search_contacts", json!({})).await;
    let writing = server.send("process_guest_checkout", leaving()).await;
    for id in 900..950 {
        let line = json!({"jsonrpc": "2.0", "id": id, "method": "ping"}).to_string();
        assert_eq!(server.raw(id, &line).await.expect("an answer")["result"], json!({}));
    }
    signal(&server, "TERM");
    assert_eq!(server.wait().await.code(), Some(0), "{}", server.stderr());
    drop((reads, stalled, reading, writing));
    due(&world);
    assert_eq!(world.staff().call("process_guest_checkout", leaving()).await.data()["status"], "Checked Out");
    assert_eq!(world.payments_taken("BK-0001"), 1);
}
