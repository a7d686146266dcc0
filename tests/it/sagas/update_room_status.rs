//! Housekeeping and maintenance move rooms; nobody else does it this way.

use serde_json::json;
use tests::World;

const STATES: [&str; 5] = ["Vacant", "Occupied", "Cleaning", "Maintenance", "Out of Service"];

/// The moves of housekeeping and maintenance: `Cleaning → Vacant`, `Vacant`/`Cleaning` ↔ `Maintenance`,
/// `Out of Service`, and `Maintenance` ↔ `Out of Service`.
const LEGAL: [(&str, &str); 11] = [
    ("Cleaning", "Vacant"),
    ("Vacant", "Maintenance"),
    ("Vacant", "Out of Service"),
    ("Cleaning", "Maintenance"),
    ("Cleaning", "Out of Service"),
    ("Maintenance", "Vacant"),
    ("Maintenance", "Cleaning"),
    ("Out of Service", "Vacant"),
    ("Out of Service", "Cleaning"),
    ("Maintenance", "Out of Service"),
    ("Out of Service", "Maintenance"),
];

/// Every pair of states; above all, a room that was cleaned becomes Vacant and can be sold again.
#[tokio::test]
async fn every_pair_of_states_moves_as_the_contract_says() {
    for from in STATES {
        let mut world = World::new().with_room("104", from, None);
        let staff = world.staff();
        for to in STATES {
            let told = staff.call("update_room_status", json!({"room_number": "104", "status": to})).await;
            if from == to {
                assert_eq!(told.data()["changed"], false, "{from}");
            } else if LEGAL.contains(&(from, to)) {
                assert_eq!(told.data()["changed"], true, "{from} to {to}");
                assert_eq!(told.data()["status"], to);
                assert_eq!(told.data()["previous_status"], from);
                assert_eq!(world.room("104").status, to);
            } else {
                assert_eq!(told.code(), "INVALID_TRANSITION", "{from} to {to}");
                assert_eq!(told.details()["current_status"], from);
                assert!(told.0["error_message"].as_str().unwrap().contains(from), "{told:?}");
            }
            world = world.with_room("104", from, None);
        }
    }
}

#[tokio::test]
async fn a_room_somebody_is_in_is_not_moved_from_under_them() {
    let world = World::new();
    let staff = world.staff();
    for to in ["Vacant", "Cleaning", "Maintenance", "Out of Service"] {
        let told = staff.call("update_room_status", json!({"room_number": "201", "status": to})).await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{to}");
    }
    assert_eq!(world.room("201").occupant.as_deref(), Some("beth.gibbs@email.com"));
}

#[tokio::test]
async fn no_such_room_and_no_such_state() {
    let world = World::new();
    let staff = world.staff();
    let room = staff.call("update_room_status", json!({"room_number": "999", "status": "Vacant"})).await;
    assert_eq!(room.code(), "ROOM_NOT_FOUND");
    let state = staff.call("update_room_status", json!({"room_number": "104", "status": "Dirty"})).await;
    assert_eq!(state.code(), "VALIDATION_ERROR");
    assert_eq!(state.details()["allowed"].as_array().unwrap().len(), 5, "{state:?}");
}
