//! A case moves on, or is edited while it is open.

use serde_json::{Value, json};
use tests::{Told, World};

const STATES: [&str; 4] = ["New", "Working", "Escalated", "Closed"];
const LEGAL: [(&str, &str); 7] = [
    ("New", "Working"),
    ("New", "Escalated"),
    ("New", "Closed"),
    ("Working", "Escalated"),
    ("Working", "Closed"),
    ("Escalated", "Working"),
    ("Escalated", "Closed"),
];

/// Every pair of states: the moves that are allowed, and no others.
#[tokio::test]
async fn every_pair_of_states_moves_as_the_contract_says() {
    for from in STATES {
        for to in STATES {
            let world =
                World::new().with_records("UPDATE cases SET status = ? WHERE number = '00001001'", [from]);
            let told = manage(&world, json!({"status": to})).await;
            if from == to {
                assert_eq!(told.data()["changed"], false, "{from}");
            } else if LEGAL.contains(&(from, to)) {
                assert_eq!(told.data()["status"], to, "{from} to {to}");
                assert_eq!(told.data()["changed"], true);
                assert_eq!(told.data()["closed_at"].is_string(), to == "Closed");
            } else {
                assert_eq!(told.code(), "INVALID_TRANSITION", "{from} to {to}");
                assert_eq!(told.details()["current_status"], from);
            }
        }
    }
}

async fn manage(world: &World, mut changes: Value) -> Told {
    changes["case_number"] = "00001001".into();
    world.staff().call("manage_case", changes).await
}

#[tokio::test]
async fn only_what_is_given_changes() {
    let world = World::new();
    let told =
        manage(&world, json!({"priority": "Urgent", "type": "Room Service", "room_number": "104"})).await;
    let data = told.data();
    assert_eq!(data["changed"], true);
    assert_eq!(data["priority"], "Urgent");
    assert_eq!(data["type"], "Room Service");
    assert_eq!(data["room_number"], "104");
    assert_eq!(data["status"], "New");
    assert_eq!(data["description"], "Two extra bath towels, please.");
    assert_eq!(data["guest_email"], "beth.gibbs@email.com");
    let stored =
        world.staff().call("search_cases_on_behalf_of_staff", json!({"case_number": "00001001"})).await;
    let mut expected = data.clone();
    for own in ["changed", "idempotency_token", "replayed"] {
        expected.as_object_mut().unwrap().remove(own);
    }
    assert_eq!(stored.data()["cases"][0], expected, "what was told is what was stored");
}

#[tokio::test]
async fn a_new_text_is_a_new_subject_too_and_can_come_with_a_move() {
    let world = World::new();
    let told = manage(&world, json!({"description": "Three towels.", "status": "Working"})).await;
    assert_eq!(told.data()["subject"], "Three towels.");
    assert_eq!(told.data()["status"], "Working");
}

#[tokio::test]
async fn a_closed_case_is_neither_reopened_nor_edited() {
    let world = World::new();
    let staff = world.staff();
    for changes in
        [json!({"status": "Working"}), json!({"priority": "High"}), json!({"description": "More."})]
    {
        let mut changes = changes;
        changes["case_number"] = "00001003".into();
        let told = staff.call("manage_case", changes.clone()).await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{changes}");
        assert_eq!(told.details()["current_status"], "Closed");
    }
    let same = staff.call("manage_case", json!({"case_number": "00001003", "status": "Closed"})).await;
    assert_eq!(same.data()["changed"], false);
}

/// An unknown case number is refused and creates no case.
#[tokio::test]
async fn an_unknown_case_is_not_created() {
    let world = World::new();
    let staff = world.staff();
    let unknown = json!({"case_number": "00009999", "status": "Closed"});
    assert_eq!(staff.call("manage_case", unknown).await.code(), "CASE_NOT_FOUND");
    let room = json!({"case_number": "00001001", "room_number": "999"});
    assert_eq!(staff.call("manage_case", room).await.code(), "ROOM_NOT_FOUND");
    let nothing = json!({"case_number": "00001001"});
    assert_eq!(staff.call("manage_case", nothing).await.code(), "VALIDATION_ERROR");
    assert_eq!(world.rows("cases"), 3);
}
