//! How a server ends: with its input or with a signal, always with exit code 0 and never with an answer lost.

use super::call;
use serde_json::json;
use std::fmt::Write;
use tests::{Server, World};

#[tokio::test]
async fn requests_piped_in_with_the_input_closed_at_once_are_all_answered() {
    let world = World::new();
    let mut input = String::new();
    for id in 0..20 {
        let (tool, arguments) = match id % 4 {
            0 => ("search_contacts", json!({})),
            1 => ("search_rooms_on_behalf_of_staff", json!({"limit": 50})),
            2 => ("check_in_guest", json!({"guest_email": "sarah@example.com"})),
            _ => (
                "create_case",
                json!({"room_number": "101", "type": "Housekeeping", "description": "Towels"}),
            ),
        };
        writeln!(input, "{}", call(id, tool, &arguments)).unwrap();
    }
    let ran = world.run("staff-server", &[], &[], input).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut answered: Vec<_> = ran.lines().iter().map(|line| line["id"].as_u64().unwrap()).collect();
    answered.sort_unstable();
    assert_eq!(answered, (0..20).collect::<Vec<_>>());
    let all_done = ran.lines().iter().all(|line| line["result"]["structuredContent"]["success"] == true);
    assert!(all_done, "{}", ran.stdout);
}

#[tokio::test]
async fn an_input_that_ends_before_anything_was_said_ends_the_server() {
    let world = World::new();
    for name in tests::SERVERS {
        let ran = world.run(name, &[], &[], "").await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn an_idle_server_ends_with_its_input() {
    let world = World::new();
    let modern = world.staff();
    modern.call("search_contacts", json!({})).await.data();
    assert_eq!(modern.close().await.code(), Some(0));
    let legacy = world.guest("beth.gibbs@email.com");
    legacy.initialize("2025-06-18").await;
    assert_eq!(legacy.close().await.code(), Some(0));
}

#[tokio::test]
async fn a_notification_before_the_first_request_does_not_end_the_server() {
    let server = World::new().staff();
    server.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    server.line(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#).await;
    server.line(r#"{"jsonrpc":"2.0","method":"notifications/nonsense"}"#).await;
    assert!(server.call("search_contacts", json!({})).await.succeeded());
    let greeted_late = World::new().staff();
    greeted_late.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    assert_eq!(greeted_late.initialize("2025-06-18").await["protocolVersion"], "2025-06-18");
}

#[cfg(unix)]
pub(super) fn signal(server: &Server, name: &str) {
    let told = std::process::Command::new("kill").args(["-s", name, &server.pid().to_string()]).status();
    assert!(told.unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_an_idle_server_with_exit_code_0() {
    let world = World::new();
    for name in ["TERM", "INT"] {
        let mut greeted = world.staff();
        greeted.initialize("2025-11-25").await;
        signal(&greeted, name);
        assert_eq!(greeted.wait().await.code(), Some(0), "{name}");
        let mut used = world.guest("beth.gibbs@email.com");
        used.call("search_bookings_on_behalf_of_guest", json!({})).await.data();
        signal(&used, name);
        assert_eq!(used.wait().await.code(), Some(0), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_before_the_first_request_ends_a_server_with_exit_code_0() {
    let world = World::new();
    for name in ["TERM", "INT"] {
        let mut server = world.start("staff-server", &[], &[("RUST_LOG", "info")]);
        // It listens to signals before it says that it has started.
        while !server.stderr().contains("started") {
            tokio::task::yield_now().await;
        }
        signal(&server, name);
        assert_eq!(server.wait().await.code(), Some(0), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_in_the_middle_of_a_checkout_leaves_it_whole() {
    let world = World::new();
    let arguments = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa",
        "idempotency_token": "leaving"});
    let mut server = world.staff();
    server.call("search_contacts", json!({})).await.data();
    server.line(&call(900, "process_guest_checkout", &arguments)).await;
    signal(&server, "TERM");
    assert_eq!(server.wait().await.code(), Some(0));
    let next = world.staff();
    assert_eq!(next.call("process_guest_checkout", arguments).await.data()["status"], "Checked Out");
    let room = next.call("search_rooms_on_behalf_of_staff", json!({"room_number": "201"})).await;
    assert_eq!(room.data()["rooms"][0]["status"], "Cleaning");
}
