//! Clients of 2026-07-28 and of the versions before it, on the same servers.

use super::listed;
use serde_json::{Value, json};
use tests::World;

use tests::SERVERS;

#[tokio::test]
async fn a_client_of_2026_asks_what_there_is_without_greeting() {
    let world = World::new();
    for name in SERVERS {
        let server = world.start(name, &[], &[]);
        let answer = server.request("server/discover", json!({})).await.unwrap();
        let found = &answer["result"];
        assert!(found["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")), "{found}");
        assert!(found["capabilities"]["tools"].is_object(), "{found}");
        assert_eq!(found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], name);
        assert!(found["ttlMs"].is_u64() && found["cacheScope"].is_string(), "{found}");
        let instructions = found["instructions"].as_str().unwrap();
        assert!((100..2048).contains(&instructions.len()), "hosts cut instructions at about 2 KB");
    }
}

#[tokio::test]
async fn a_client_of_2026_may_keep_the_list_of_tools() {
    let server = World::new().staff();
    let answer = server.request("tools/list", json!({})).await.unwrap();
    let result = &answer["result"];
    assert!(result["ttlMs"].as_u64().unwrap() > 0, "the list never changes");
    assert!(["public", "private"].contains(&result["cacheScope"].as_str().unwrap()));
    assert!(result["nextCursor"].is_null(), "one page holds them all");
}

#[tokio::test]
async fn a_client_of_before_2026_greets_and_is_answered_in_its_own_version() {
    let world = World::new();
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        for name in SERVERS {
            let server = world.start(name, &[], &[("GUEST_EMAIL", "beth.gibbs@email.com")]);
            let greeting = server.initialize(version).await;
            assert_eq!(greeting["protocolVersion"], version);
            assert_eq!(greeting["serverInfo"]["name"], name);
            assert!(greeting["capabilities"]["tools"].is_object());
            assert!(server.request_as_is("ping", json!({})).await.unwrap()["result"].is_object());
            let level = server.request_as_is("logging/setLevel", json!({"level": "info"})).await.unwrap();
            assert!(level["result"].is_object(), "{level}");
            let list = server.request_as_is("tools/list", json!({})).await.unwrap();
            assert!(list["result"]["tools"].as_array().unwrap().len() >= 10, "{version} {name}");
            let asked = json!({"name": "search_available_rooms",
                "arguments": {"check_in_date": tests::day(0), "check_out_date": tests::day(1)}});
            let told = server.request_as_is("tools/call", asked).await.unwrap();
            assert_eq!(told["result"]["structuredContent"]["success"], true, "{version} {name}: {told}");
        }
    }
}

#[tokio::test]
async fn a_version_nobody_knows_is_answered_with_one_that_is_known() {
    let greeting = World::new().staff().initialize("1999-01-01").await;
    let known = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
    assert!(known.contains(&greeting["protocolVersion"].as_str().unwrap()), "{greeting}");
}

#[tokio::test]
async fn both_eras_are_answered_on_one_process() {
    let server = World::new().staff();
    assert_eq!(server.initialize("2025-06-18").await["protocolVersion"], "2025-06-18");
    let old = server.request_as_is("tools/list", json!({})).await.unwrap();
    assert_eq!(old["result"]["tools"].as_array().unwrap(), &listed(&server).await);
    let discovered = server.request("server/discover", json!({})).await.unwrap();
    assert!(discovered["result"]["supportedVersions"].is_array(), "{discovered}");
    let asked = json!({"name": "search_contacts", "arguments": {"query": "Beth"}});
    let old = server.request_as_is("tools/call", asked).await.unwrap();
    let new = server.call("search_contacts", json!({"query": "Beth"})).await;
    assert_eq!(old["result"]["structuredContent"], new.0);
}

#[tokio::test]
async fn the_list_of_tools_is_the_same_for_every_connection_and_stays_so() {
    let world = World::new();
    let first = world.staff();
    let before = listed(&first).await;
    first.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await.data();
    assert_eq!(before, listed(&first).await, "a call changes nothing about it");
    assert_eq!(before, listed(&world.staff()).await);
    let other_caller = world.start("staff-server", &[], &[("STAFF_EMAIL", "other@dewyhotel.com")]);
    assert_eq!(before, listed(&other_caller).await);
    let (beth, carl) = (world.guest("beth.gibbs@email.com"), world.guest("carl.smith@example.com"));
    assert_eq!(listed(&beth).await, listed(&carl).await);
    assert_eq!(listed(&beth).await, listed(&world.kiosk()).await);
    for list in [before, listed(&beth).await] {
        let names: Vec<_> = list.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_protocol_error_and_a_refusal_is_not() {
    let server = World::new().kiosk();
    let error = |answer: Option<Value>| answer.unwrap()["error"]["code"].as_i64();
    let unknown = json!({"name": "assign_room", "arguments": {}}); // a tool, but not a guest's
    assert_eq!(error(server.request("tools/call", unknown).await), Some(-32602));
    assert_eq!(error(server.request("tools/nonsense", json!({})).await), Some(-32601));
    assert_eq!(server.call("check_in_guest", json!({})).await.code(), "VALIDATION_ERROR");
}
