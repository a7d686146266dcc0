//! A persona of somebody else's: a value and a main (`tests/examples/housekeeping-server.rs`). Nothing else knows it.

use crate::recovery::due;
use serde_json::{Value, json};
use tests::World;

const SERVER: &str = "housekeeping-server";
const ME: (&str, &str) = ("HOUSEKEEPING_EMAIL", "manager@dewyhotel.com");
/// What names one of the guests.
const SECRETS: [&str; 7] = ["sarah", "johnson", "@", "+1555", "guest_email", "guest_name", "guest_phone"];

fn names_nobody(told: &Value) {
    let text = told.to_string().to_lowercase();
    let named = SECRETS.into_iter().find(|secret| text.contains(secret));
    assert_eq!(named, None, "{told:#}");
}

#[tokio::test]
async fn housekeeping_sees_rooms_and_cases_and_nobodys_name_e_mail_or_phone() {
    let world = World::new();
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let wish =
        json!({"guest_email": "sarah@example.com", "type": "Housekeeping", "description": "Two towels."});
    staff.done("submit_guest_service_request", wish).await;
    let housekeeping = world.start(SERVER, &[], &[ME]);
    for (tool, rows) in
        [("search_rooms_on_behalf_of_staff", "rooms"), ("search_cases_on_behalf_of_staff", "cases")]
    {
        let found = housekeeping.call(tool, json!({})).await;
        assert!(found.data()[rows].as_array().is_some_and(|rows| !rows.is_empty()), "{tool}");
        names_nobody(&found.0);
    }
    let ask = json!({"room_number": "110", "status": "Maintenance"});
    assert_eq!(housekeeping.call("update_room_status", ask).await.data()["changed"], true);
}

#[tokio::test]
async fn the_schemas_of_its_tools_do_not_name_what_it_may_not_see() {
    let ran = World::new().run(SERVER, &["tools", "--json"], &[ME], "").await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for tool in ran.json().as_array().unwrap() {
        let output = tool["outputSchema"].to_string();
        assert!(!output.contains("\"guest_email\"") && !output.contains("\"guest_name\""), "{output}");
    }
}

#[tokio::test]
async fn what_is_not_on_its_list_does_not_exist_for_it() {
    let world = World::new();
    let housekeeping = world.start(SERVER, &[], &[ME]);
    let ask = json!({"name": "search_contacts", "arguments": {"query": "sarah"}});
    let told = housekeeping.request("tools/call", ask).await.unwrap();
    assert_eq!(told["error"]["code"], -32602, "{told}");
    let ran = world.run(SERVER, &["reconcile"], &[ME], "").await;
    assert_eq!(ran.code, Some(2), "it does not operate the hotel: {}", ran.stderr);
}

#[tokio::test]
async fn its_call_that_the_staff_finished_is_told_without_names() {
    let world = World::new();
    world.staff().done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let dying = world.start(SERVER, &[], &[ME, ("HOTEL_FAULTS", "open_case=killed_after")]);
    let ask = json!({"room_number": "205", "description": "The tap drips.", "idempotency_token": "tap"});
    assert!(dying.try_call("submit_maintenance_request", ask.clone()).await.is_none(), "killed");
    due(&world);
    assert_eq!(world.run_staff(&["reconcile", "--json"]).await.json()["finished"], 1);
    let told = world.start(SERVER, &[], &[ME]).call("submit_maintenance_request", ask).await;
    assert_eq!(told.data()["replayed"], true);
    names_nobody(&told.0);
}

#[tokio::test]
async fn its_story_plays() {
    let ran = World::new().run(SERVER, &["demo"], &[], "").await;
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Housekeeping:"), "{}", ran.stdout);
}
