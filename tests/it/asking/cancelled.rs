//! A client cancels: before anything was changed the call ends there, after that it goes on; the trail says which.

use super::*;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;
use tests::fakes::Stripe;
use tests::{Backend, World};

async fn cancel(server: &Server, id: u64) {
    let note = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
    server.line(&note.to_string()).await;
}

fn request(id: u64, arguments: &Value) -> String {
    let mut params = with_capabilities(json!({"name": CHECKOUT, "arguments": arguments}), json!({}));
    params["_meta"]["progressToken"] = "p".into();
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
}

#[tokio::test]
async fn the_trail_says_what_had_happened_when_the_client_cancelled() {
    let world = World::on(Backend::Embedded);
    let (server, onlooker) = (world.staff(), world.staff());
    let mut arguments = leave(BETH);
    arguments["idempotency_token"] = "leaving".into();
    // The hotel's records are locked, so that the call cannot go on while its client cancels.
    onlooker.done("search_contacts", json!({})).await;
    let records = rusqlite::Connection::open(world.data().join("hotel.db")).unwrap();
    records.execute_batch("BEGIN IMMEDIATE").unwrap();
    server.line(&request(900, &arguments)).await;
    let shown = async |what: fn(&Value) -> bool| loop {
        let calls = onlooker.call("search_tool_calls", json!({"idempotency_token": "leaving"})).await;
        let call = &calls.data()["tool_calls"][0];
        if what(call) {
            break call.clone();
        }
    };
    shown(|call| {
        call["steps"].as_array().is_some_and(|steps| steps.iter().any(|it| it["name"] == "close_stay"))
    })
    .await;
    cancel(&server, 900).await;
    let call = shown(|call| call["cancelled_at"].is_string()).await;
    let done: Vec<_> =
        call["done_when_cancelled"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(done.contains(&"confirm_payment: done") && done.contains(&"close_stay: begun"), "{done:?}");
    records.execute_batch("ROLLBACK").unwrap();
    let told = server.call(CHECKOUT, arguments).await;
    assert_eq!(told.data()["status"], "Checked Out", "it was paid, so it went on: {}", told.0);
}

/// The records are locked, so that the call has read and has not changed anything when its client cancels.
#[tokio::test]
async fn a_call_cancelled_before_it_changed_anything_ends_there() {
    let world = World::on(Backend::Embedded);
    let (server, onlooker) = (world.staff(), world.staff());
    server.done("search_contacts", json!({})).await;
    let journal = rusqlite::Connection::open(world.data().join("journal.db")).unwrap();
    let arguments = json!({"booking_number": "BK-0007", "idempotency_token": "off"});
    let mut params = with_capabilities(json!({"name": "cancel_booking", "arguments": arguments}), can_ask());
    params["_meta"]["progressToken"] = "p".into();
    let (_, state) = super::call(&onlooker, "cancel_booking", &arguments).await.question();
    params["requestState"] = state.into();
    params["inputResponses"] = json!({"person": {"action": "accept"}});
    journal.execute_batch("BEGIN IMMEDIATE").unwrap();
    let line = json!({"jsonrpc": "2.0", "id": 901, "method": "tools/call", "params": params});
    server.line(&line.to_string()).await;
    cancel(&server, 901).await;
    // A ping is answered after the cancellation was read.
    server.request("tools/list", json!({})).await.unwrap();
    journal.execute_batch("ROLLBACK").unwrap();
    let booking = json!({"booking_number": "BK-0007"});
    let calls = loop {
        let calls = onlooker.call("search_tool_calls", json!({"idempotency_token": "off"})).await;
        if calls.data()["count"] == 2 && calls.data()["tool_calls"][0]["outcome"] != "pending" {
            break calls;
        }
    };
    let cancelled = &calls.data()["tool_calls"][0];
    assert_eq!(cancelled["error_code"], "CANCELLED", "{}", calls.0);
    assert!(cancelled["cancelled_at"].is_string(), "{cancelled}");
    let found = onlooker.call("search_bookings_on_behalf_of_staff", booking).await;
    assert_eq!(found.data()["bookings"][0]["status"], "Reserved");
}

/// The processor is asked for the guest's earlier payments and does not answer until the client has cancelled: so the call has read
/// and done nothing, on whichever engine.
#[tokio::test]
async fn a_checkout_cancelled_while_it_reads_charges_nothing_and_its_token_is_free() {
    let stripe = Stripe::start();
    let mut world = World::on(Backend::Embedded).in_the_afternoon();
    for (name, value) in stripe.env() {
        world = world.with_env(name, &value);
    }
    let (server, onlooker) = (world.staff(), world.staff());
    let mut arguments = leave(BETH);
    arguments["idempotency_token"] = "leaving".into();
    let (arrived, was_asked) = channel();
    let (go_on, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    stripe.latency(move |_, _| {
        // It is held until somebody lets it go on, or nobody can any more.
        let _ = (arrived.send(()), gate.lock().unwrap().recv());
        Duration::ZERO
    });
    server.line(&request(902, &arguments)).await;
    tokio::task::spawn_blocking(move || was_asked.recv().expect("a request")).await.unwrap();
    cancel(&server, 902).await;
    let shown = async |what: fn(&Value) -> bool| loop {
        let calls = onlooker.call("search_tool_calls", json!({"idempotency_token": "leaving"})).await;
        let call = &calls.data()["tool_calls"][0];
        if what(call) {
            break call.clone();
        }
    };
    shown(|call| call["cancelled_at"].is_string()).await;
    drop(go_on);
    let call = shown(|call| call["outcome"] != "pending").await;
    assert_eq!((&call["outcome"], &call["error_code"]), (&json!("refused"), &json!("CANCELLED")), "{call}");
    assert!(call["cancelled_at"].is_string(), "{call}");
    let asked: Vec<_> = stripe.exchanges().into_iter().map(|it| it.operation).collect();
    assert!(
        !asked.iter().any(|operation| operation.contains("create") || operation.contains("confirm")),
        "{asked:?}"
    );
    let told = server.call(CHECKOUT, arguments).await;
    assert_eq!(told.data()["status"], "Checked Out", "the token is free: {}", told.0);
    assert_eq!(told.data()["replayed"], false);
}
