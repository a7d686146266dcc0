//! A server whose calls run on an engine elsewhere, and the engine is not there. What it does when it is there,
//! `tests/on-restate` tries with the whole suite.

use serde_json::json;
use tests::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

/// A hotel whose engine is gone.
fn without_engine() -> World {
    World::new().with_env("HOTEL_RESTATE", NOBODY).with_env("HOTEL_CALL_DEADLINE_SECONDS", "1")
}

#[tokio::test]
async fn without_its_engine_nothing_is_done_and_the_caller_is_told_so() {
    let world = without_engine();
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(
        (told.code(), told.0["http_status"].as_i64()),
        ("STORAGE_UNAVAILABLE", Some(503)),
        "{}",
        told.0
    );
    assert!(told.0["error_message"].as_str().unwrap().ends_with("Nothing was done."), "{}", told.0);
    assert_eq!(told.0["retry_safe"], true);
    let status = world.booking_status("BK-0003");
    assert_eq!(status, "Reserved");
}

/// It has been read: the record is missing, and the log says so.
#[tokio::test]
async fn a_read_is_answered_though_it_cannot_be_recorded() {
    let world = without_engine();
    let told = world.staff().call("search_rooms_on_behalf_of_staff", json!({"room_number": "101"})).await;
    assert_eq!(told.data()["count"], 1, "{}", told.0);
}

/// Something that is no engine listens at the address of the engine: it answers this to whatever it is asked, or nothing.
async fn with_another_at_its_address(answer: Option<&'static str>) -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut connections = vec![];
        while let Ok((mut connection, _)) = listener.accept().await {
            match answer {
                None => connections.push(connection),
                Some(answer) => {
                    tokio::spawn(async move {
                        let _ = connection.read(&mut [0; 65_536]).await;
                        let _ = connection.write_all(answer.as_bytes()).await;
                        let _ = connection.shutdown().await;
                    });
                }
            }
        }
    });
    World::new().with_env("HOTEL_RESTATE", &address).with_env("HOTEL_CALL_DEADLINE_SECONDS", "1")
}

/// A proxy that asks for a password, a web server: they have not begun a call.
#[tokio::test]
async fn who_refuses_a_call_has_not_begun_it() {
    for answer in [
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ] {
        let world = with_another_at_its_address(Some(answer)).await;
        let told = world.staff().call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
        assert_eq!(told.code(), "STORAGE_UNAVAILABLE", "{answer}: {}", told.0);
        assert!(told.0["error_message"].as_str().unwrap().ends_with("Nothing was done."), "{}", told.0);
    }
}

/// The caller has the answer, and the log says that there is no record.
#[tokio::test]
async fn a_read_does_not_wait_for_an_engine_that_says_nothing() {
    let world = with_another_at_its_address(None).await;
    let mut staff = world.staff();
    for _ in 0..2 {
        let told = staff.call("search_rooms_on_behalf_of_staff", json!({"room_number": "101"})).await;
        assert_eq!(told.data()["count"], 1, "{}", told.0);
    }
    let log = staff.last_words().await;
    assert!(log.contains("a read could not be recorded error=the engine did not answer in time"), "{log}");
}

#[tokio::test]
async fn the_trail_cannot_be_read_and_never_looks_empty() {
    let told = without_engine().staff().call("search_tool_calls", json!({})).await;
    assert_eq!(told.code(), "STORAGE_UNAVAILABLE", "{}", told.0);
}

#[tokio::test]
async fn the_doctor_says_what_calls_run_on() {
    let here = World::new().run_staff(&["doctor"]).await;
    assert!(here.stdout.contains("engine: runs on: the servers themselves"), "{}", here.stdout);
    let there = without_engine().run_staff(&["doctor"]).await;
    assert_eq!(there.code, Some(1), "{there:?}");
    assert!(there.stdout.contains(&format!("Restate at {NOBODY}")), "{}", there.stdout);
    assert!(there.stdout.contains("start the Restate server"), "{}", there.stdout);
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_at_the_start() {
    for wrong in ["127.0.0.1:8080", "http://127.0.0.1:8080/ingress", "ftp://127.0.0.1", "http://user@host"] {
        let ran = World::new().with_env("HOTEL_RESTATE", wrong).run_staff(&["tools"]).await;
        let asked = World::new().with_env("HOTEL_RESTATE", wrong).run_staff(&["doctor"]).await;
        assert_eq!(asked.code, Some(2), "{asked:?}");
        assert!(asked.stderr.contains("HOTEL_RESTATE"), "{}", asked.stderr);
        assert_eq!(ran.code, Some(0), "a list of tools needs no engine");
    }
}
