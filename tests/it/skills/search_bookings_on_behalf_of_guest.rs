//! A guest's own bookings.

use serde_json::{Value, json};
use tests::{Server, World};

async fn numbers(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_bookings_on_behalf_of_guest", arguments).await;
    super::column(&told, "bookings", "booking_number")
}

/// The guest sees booking number and folio, and needs no more to change the booking and to pay.
#[tokio::test]
async fn a_guest_sees_number_and_folio() {
    let world = World::new();
    let told =
        world.guest("beth.gibbs@email.com").call("search_bookings_on_behalf_of_guest", json!({})).await;
    assert_eq!(told.data()["count"], 1);
    assert_eq!(told.data()["bookings"][0]["booking_number"], "BK-0001");
    assert_eq!(told.data()["bookings"][0]["folio_cents"], 29_998);
    let carl = world.guest("carl.smith@example.com");
    let told = carl.call("search_bookings_on_behalf_of_guest", json!({})).await;
    assert_eq!(told.data()["bookings"][0]["folio_cents"], 14_999, "due if leaving today");
}

#[tokio::test]
async fn without_a_filter_upcoming_and_current_newest_first() {
    let world = World::new();
    let staff = world.staff();
    let wei = world.guest("wei.chen@example.com");
    staff.done("check_in_guest", json!({"guest_email": "wei.chen@example.com", "room_number": "102"})).await;
    assert_eq!(numbers(&wei, json!({})).await, ["BK-0005", "BK-0004"]);
    assert_eq!(numbers(&wei, json!({"status_filter": "Upcoming"})).await, ["BK-0005"]);
    assert_eq!(numbers(&wei, json!({"status_filter": "Current"})).await, ["BK-0004"]);
    assert!(numbers(&wei, json!({"status_filter": "Past"})).await.is_empty());
    staff.done("cancel_booking", json!({"booking_number": "BK-0005"})).await;
    assert_eq!(numbers(&wei, json!({})).await, ["BK-0004"]);
    assert_eq!(numbers(&wei, json!({"status_filter": "Past"})).await, ["BK-0005"]);
    assert_eq!(numbers(&wei, json!({"status_filter": "All"})).await, ["BK-0005", "BK-0004"]);
    let unknown = wei.call("search_bookings_on_behalf_of_guest", json!({"status_filter": "Reserved"})).await;
    assert_eq!(unknown.code(), "VALIDATION_ERROR");
}

/// Nothing found is a success with an empty list.
#[tokio::test]
async fn nothing_found_is_an_empty_list() {
    let world = World::new();
    for guest in ["patrick.obrien@example.com", "nobody@example.com"] {
        let told = world.guest(guest).call("search_bookings_on_behalf_of_guest", json!({})).await;
        assert_eq!(told.data(), &json!({"bookings": [], "count": 0, "total": 0}), "{guest}");
    }
}

/// Bookings of other guests are never listed.
#[tokio::test]
async fn a_guest_sees_nobody_elses_bookings() {
    let world = World::new();
    let guest = world.guest("sarah@example.com");
    let told = guest
        .call("search_bookings_on_behalf_of_guest", json!({"guest_email": "beth.gibbs@email.com"}))
        .await;
    assert_eq!(told.code(), "NOT_YOURS");
    assert_eq!(numbers(&guest, json!({"status_filter": "All"})).await, ["BK-0003"]);
}

#[tokio::test]
async fn paging_loses_nothing() {
    let world = World::new();
    let guest = world.guest("wei.chen@example.com");
    let paged = super::pages(
        &guest,
        "search_bookings_on_behalf_of_guest",
        "bookings",
        "booking_number",
        json!({"status_filter": "All"}),
        1,
    );
    assert_eq!(paged.await, ["BK-0005", "BK-0004"]);
}
