//! Resources: what clients of both eras can read beside tools, and that a guest has nothing of the staff's.

use super::listed;
use serde_json::{Value, json};
use tests::{Server, World};

const BOARD: &str = "ui://hotel/board.html";
const CALLS: &str = "ui://hotel/calls.html";
const TODAY: &str = "hotel://today";
const MANUAL: &str = "skill://hotel-front-desk/SKILL.md";
const POLICY: &str = "hotel://policy";

fn column<'a>(list: &'a Value, name: &str) -> Vec<&'a str> {
    list.as_array().expect("a list").iter().map(|row| row[name].as_str().expect("a text")).collect()
}

async fn read(server: &Server, uri: &str) -> Value {
    server.request("resources/read", json!({"uri": uri})).await.expect("an answer")
}

/// The one text of a resource.
fn text(answer: &Value) -> &str {
    answer["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("no text: {answer}"))
}

#[tokio::test]
async fn staff_have_pages_a_day_calls_and_what_the_hotel_goes_by() {
    let staff = World::new().staff();
    let found = staff.request("server/discover", json!({})).await.unwrap();
    let capabilities = &found["result"]["capabilities"];
    assert_eq!(capabilities["resources"], json!({"subscribe": true}), "and no changes of the list");
    let apps = &capabilities["extensions"]["io.modelcontextprotocol/ui"];
    assert_eq!(apps["mimeTypes"], json!(["text/html;profile=mcp-app"]));
    let list = staff.request("resources/list", json!({})).await.unwrap();
    assert_eq!(column(&list["result"]["resources"], "uri"), [BOARD, CALLS, TODAY, POLICY, MANUAL]);
    let templates = staff.request("resources/templates/list", json!({})).await.unwrap();
    assert_eq!(column(&templates["result"]["resourceTemplates"], "uriTemplate"), ["hotel://calls/{token}"]);
    for uri in [BOARD, CALLS] {
        let page = read(&staff, uri).await;
        assert_eq!(page["result"]["contents"][0]["mimeType"], "text/html;profile=mcp-app");
        assert_eq!(page["result"]["contents"][0]["uri"], uri);
        assert!(
            text(&page).starts_with("<!doctype html>") && !text(&page).contains("://"),
            "{uri} needs no network"
        );
    }
    let day: Value = serde_json::from_str(text(&read(&staff, TODAY).await)).expect("JSON");
    assert_eq!(&day, staff.call("hotel_today", json!({})).await.data(), "the tool and the resource are one");
}

#[tokio::test]
async fn a_tool_with_a_page_names_it_for_every_client() {
    let staff = World::new().staff();
    let tools = listed(&staff).await;
    let pages: Vec<_> = tools
        .iter()
        .filter_map(|tool| Some((tool["name"].as_str()?, tool["_meta"]["ui"]["resourceUri"].as_str()?)))
        .collect();
    assert_eq!(pages, [("hotel_today", BOARD), ("search_tool_calls", CALLS)]);
}

#[tokio::test]
async fn the_record_of_a_call_is_read_by_its_token() {
    let world = World::new();
    let mut staff = world.staff();
    let ready = json!({"room_number": "106", "status": "Vacant", "idempotency_token": "ready 106/a"});
    staff.refused("update_room_status", ready, "VALIDATION_ERROR").await; // a token has no blank
    let ready = json!({"room_number": "106", "status": "Vacant", "idempotency_token": "ready/106%a"});
    staff.done("update_room_status", ready).await;
    let found = read(&staff, "hotel://calls/ready%2F106%25a").await;
    let record: Value = serde_json::from_str(text(&found)).expect("JSON");
    assert_eq!(record["tool_calls"][0]["tool"], "update_room_status");
    assert!(!record["tool_calls"][0]["steps"].as_array().unwrap().is_empty());
    for nobodys in ["nobody-used-this", "", "a%20blank"] {
        let uri = format!("hotel://calls/{nobodys}");
        let answer = read(&staff, &uri).await;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        assert_eq!(answer["error"]["data"]["uri"], uri.as_str(), "the one that was asked for: {answer}");
    }
    let said = staff.last_words().await;
    assert!(
        !said.contains("nobody-used-this") && !said.contains("ready/106"),
        "tokens are not logged: {said}"
    );
}

#[tokio::test]
async fn what_reads_the_hotel_is_recorded_like_a_call() {
    let world = World::new();
    let staff = world.staff();
    text(&read(&staff, TODAY).await);
    text(&read(&staff, POLICY).await);
    let told = staff.call("search_tool_calls", json!({})).await;
    assert_eq!(column(&told.data()["tool_calls"], "tool"), ["hotel_today"]);
}

#[tokio::test]
async fn a_guest_has_the_policy_and_nothing_of_the_staffs() {
    let world = World::new();
    let staff = world.staff();
    let ready = json!({"room_number": "106", "status": "Vacant", "idempotency_token": "ready"});
    staff.done("update_room_status", ready).await;
    let guest = world.guest("beth.gibbs@email.com");
    let found = guest.request("server/discover", json!({})).await.unwrap();
    let extensions = &found["result"]["capabilities"]["extensions"];
    assert!(extensions["io.modelcontextprotocol/ui"].is_null(), "{found}");
    let list = guest.request("resources/list", json!({})).await.unwrap();
    assert_eq!(column(&list["result"]["resources"], "uri"), [POLICY, "skill://hotel-guest-service/SKILL.md"]);
    let templates = guest.request("resources/templates/list", json!({})).await.unwrap();
    assert_eq!(templates["result"]["resourceTemplates"], json!([]));
    for uri in
        [BOARD, CALLS, TODAY, "hotel://calls/ready", "hotel://calls/", "hotel://today/", "file:///etc/passwd"]
    {
        let answer = read(&guest, uri).await;
        assert_eq!(answer["error"]["code"], -32602, "{uri}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("there is no resource"), "{answer}");
    }
    assert!(text(&read(&guest, POLICY).await).contains("Guests leave by 11:00"));
}

#[tokio::test]
async fn the_policy_says_the_hotels_own_hours_and_currency() {
    let settings =
        [("HOTEL_CHECKOUT_TIME", "10:30"), ("HOTEL_CURRENCY", "eur"), ("HOTEL_TIMEZONE", "Europe/Berlin")];
    let staff = World::new().start("staff-server", &[], &settings);
    let policy = read(&staff, POLICY).await;
    assert_eq!(policy["result"]["contents"][0]["mimeType"], "text/markdown");
    for said in ["EUR", "Europe/Berlin", "Guests leave by 10:30"] {
        assert!(text(&policy).contains(said), "{said}: {policy}");
    }
}

#[tokio::test]
async fn a_client_of_before_2026_reads_the_same() {
    let staff = World::new().staff();
    let greeting = staff.initialize("2025-11-25").await;
    assert!(greeting["capabilities"]["resources"].is_object(), "{greeting}");
    let list = staff.request_as_is("resources/list", json!({})).await.unwrap();
    assert_eq!(column(&list["result"]["resources"], "uri"), [BOARD, CALLS, TODAY, POLICY, MANUAL]);
    let day = staff.request_as_is("resources/read", json!({"uri": TODAY})).await.unwrap();
    assert!(text(&day).contains("\"is_today\":true"), "{day}");
    let unknown = staff.request_as_is("resources/read", json!({"uri": "hotel://tomorrow"})).await.unwrap();
    assert_eq!(unknown["error"]["code"], -32002, "{unknown}");
    let wrong = staff.request_as_is("resources/read", json!({"url": TODAY})).await.unwrap();
    assert_eq!(wrong["error"]["code"], -32602, "{wrong}");
}

#[tokio::test]
async fn where_a_tool_is_left_out_so_is_what_it_answers() {
    let staff = World::new().start("staff-server", &["--exclude-tools", "hotel_today"], &[]);
    let list = staff.request("resources/list", json!({})).await.unwrap();
    assert_eq!(column(&list["result"]["resources"], "uri"), [CALLS, POLICY, MANUAL]);
    assert_eq!(read(&staff, TODAY).await["error"]["code"], -32602);
}
