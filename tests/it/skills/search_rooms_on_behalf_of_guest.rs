//! The rooms of a guest's own stays.

use serde_json::{Value, json};
use tests::{Server, World};

async fn rooms(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_rooms_on_behalf_of_guest", arguments).await;
    super::column(&told, "rooms", "room_number")
}

/// The three values of the filter.
#[tokio::test]
async fn current_historical_and_all() {
    let world = World::new();
    let beth = world.guest("beth.gibbs@email.com");
    assert_eq!(rooms(&beth, json!({})).await, ["201"]);
    assert!(rooms(&beth, json!({"filter": "historical"})).await.is_empty());
    let robert = world.guest("rthompson@example.com");
    assert!(rooms(&robert, json!({})).await.is_empty());
    assert_eq!(rooms(&robert, json!({"filter": "historical"})).await, ["104"]);
    assert_eq!(rooms(&robert, json!({"filter": "all"})).await, ["104"]);
    let wei = world.guest("wei.chen@example.com");
    assert!(rooms(&wei, json!({"filter": "current"})).await.is_empty());
    assert_eq!(rooms(&wei, json!({"filter": "all"})).await, ["102", "103"]);
}

/// A guest is never told who is in a room now.
#[tokio::test]
async fn a_guest_never_learns_who_else_is_in_a_room() {
    let carl = "carl.smith@example.com";
    let world = World::new().with_room("104", "Occupied", Some(carl));
    let robert = world.guest("rthompson@example.com");
    let told = robert.call("search_rooms_on_behalf_of_guest", json!({"filter": "all"})).await;
    let text = told.0.to_string().to_lowercase();
    for secret in ["carl", "smith", "+1555", "occupied", "occupant"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(told.data()["count"], 1);
}

#[tokio::test]
async fn a_guest_asks_for_nobody_else() {
    let world = World::new();
    let guest = world.guest("sarah@example.com");
    let told =
        guest.call("search_rooms_on_behalf_of_guest", json!({"guest_email": "beth.gibbs@email.com"})).await;
    assert_eq!(told.code(), "NOT_YOURS");
}

#[tokio::test]
async fn paging_loses_nothing() {
    let world = World::new();
    let guest = world.guest("wei.chen@example.com");
    let paged = super::pages(
        &guest,
        "search_rooms_on_behalf_of_guest",
        "rooms",
        "room_number",
        json!({"filter": "all"}),
        1,
    );
    assert_eq!(paged.await, ["102", "103"]);
}
