//! The hotel's rooms.

use serde_json::{Value, json};
use tests::{Server, World};

async fn rooms(server: &Server, mut arguments: Value) -> Vec<String> {
    arguments["limit"] = 50.into();
    let told = server.call("search_rooms_on_behalf_of_staff", arguments).await;
    super::column(&told, "rooms", "room_number")
}

/// A search needs no filter. Without one it lists the first ten of the 22 rooms, by number.
#[tokio::test]
async fn without_a_filter_the_first_ten_by_number() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("search_rooms_on_behalf_of_staff", json!({})).await;
    assert_eq!(told.data()["count"], 10);
    assert_eq!(told.data()["total"], 22);
    assert!(told.data()["next_cursor"].is_string());
    assert_eq!(super::column(&told, "rooms", "room_number")[0], "100");
    let all = rooms(&staff, json!({})).await;
    let expected: Vec<String> = (100..=110).chain(200..=210).map(|n| n.to_string()).collect();
    assert_eq!(all, expected);
    let paged =
        super::pages(&staff, "search_rooms_on_behalf_of_staff", "rooms", "room_number", json!({}), 7).await;
    assert_eq!(paged, expected);
}

#[tokio::test]
async fn every_filter_filters_and_they_hold_together() {
    let world = World::new();
    let staff = world.staff();
    for (filter, expected) in [
        (json!({"room_number": "205"}), vec!["205"]),
        (json!({"status_filter": "Occupied"}), vec!["101", "201"]),
        (json!({"status_filter": "Cleaning"}), vec!["106", "206"]),
        (json!({"status_filter": "Maintenance"}), vec!["107", "207"]),
        (json!({"status_filter": "Out of Service"}), vec!["203"]),
        (json!({"room_type_filter": "Suite"}), vec!["110", "210"]),
        (json!({"room_type_filter": "Deluxe", "floor_filter": 2}), vec!["207", "208", "209"]),
        (json!({"floor_filter": 1, "status_filter": "Occupied"}), vec!["101"]),
        (json!({"floor_filter": 9}), vec![]),
        (json!({"room_number": "205", "floor_filter": 1}), vec![]),
        (json!({"room_number": "Garden Standard Queen"}), vec![]),
    ] {
        assert_eq!(rooms(&staff, filter.clone()).await, expected, "{filter}");
    }
    assert_eq!(rooms(&staff, json!({"status_filter": "Vacant"})).await.len(), 15);
    let dirty = staff.call("search_rooms_on_behalf_of_staff", json!({"status_filter": "Dirty"})).await;
    assert_eq!(dirty.code(), "VALIDATION_ERROR", "it is no state of a room");
}

/// Values are shown as plain words, and staff see who occupies the room.
#[tokio::test]
async fn staff_see_who_is_in_a_room() {
    let world = World::new();
    let told = world.staff().call("search_rooms_on_behalf_of_staff", json!({"room_number": "201"})).await;
    assert_eq!(
        told.data()["rooms"][0],
        json!({
            "room_number": "201", "room_name": "Garden Standard King", "room_type": "Standard", "floor": 2,
            "status": "Occupied", "nightly_rate_cents": 14_999, "currency": "usd", "max_occupancy": 2,
            "occupant": {
                "guest_name": "Beth Gibbs", "guest_email": "beth.gibbs@email.com", "guest_phone": "+15550100001",
                "guest_wrote": ["guest_name"]
            }
        })
    );
}
