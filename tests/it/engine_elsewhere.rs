//! A server whose calls run on an engine elsewhere, and the engine is not there. What it does when it is there,
//! `tests/on-restate` tries with the whole suite.

use serde_json::json;
use tests::World;

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
