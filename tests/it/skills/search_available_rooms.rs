//! Which rooms are free.

use serde_json::{Value, json};
use tests::{Server, World, day, with};

async fn free(server: &Server, from: i64, to: i64, more: Value) -> Vec<String> {
    let arguments = with(json!({"check_in_date": day(from), "check_out_date": day(to), "limit": 50}), more);
    let told = server.call("search_available_rooms", arguments).await;
    super::column(&told, "rooms", "room_number")
}

/// An agent can look availability and prices up.
#[tokio::test]
async fn free_rooms_come_with_rate_and_price_of_the_stay() {
    let world = World::new();
    let arguments = json!({"check_in_date": day(1), "check_out_date": day(4), "room_type": "Suite"});
    let told = world.staff().call("search_available_rooms", arguments).await;
    assert_eq!(
        told.data()["rooms"][0],
        json!({
            "room_number": "110", "room_name": "Panorama Suite", "room_type": "Suite", "floor": 1,
            "max_occupancy": 4, "nightly_rate_cents": 29_999, "total_nights": 3, "total_price_cents": 89_997,
            "currency": "usd"
        })
    );
}

#[tokio::test]
async fn tonight_held_and_closed_rooms_are_left_out() {
    let world = World::new();
    let rooms = free(&world.staff(), 0, 1, json!({})).await;
    for held in ["101", "102", "103", "205", "206", "107", "207", "203"] {
        assert!(!rooms.contains(&held.to_owned()), "{held}");
    }
    assert_eq!(rooms.len(), 22 - 8);
    assert!(rooms.contains(&"201".to_owned()), "Beth leaves today");
    let mut sorted = rooms.clone();
    sorted.sort();
    assert_eq!(rooms, sorted, "by number");
}

/// Nights are half-open: a room is free on the day its guest departs.
#[tokio::test]
async fn nights_are_half_open() {
    let world = World::new();
    let staff = world.staff();
    let has_209 = async |from, to| free(&staff, from, to, json!({})).await.contains(&"209".to_owned());
    assert!(has_209(18, 20).await);
    assert!(has_209(26, 28).await);
    assert!(!has_209(19, 21).await);
    assert!(!has_209(25, 26).await);
    let later = free(&staff, 1, 2, json!({})).await;
    assert!(later.contains(&"107".to_owned()), "Maintenance blocks arriving today only");
    assert!(!later.contains(&"203".to_owned()), "Out of Service blocks all dates");
}

#[tokio::test]
async fn an_overstaying_guest_holds_tonight() {
    let world = World::new().with_booking_moved("BK-0001", -1);
    let staff = world.staff();
    assert!(!free(&staff, 0, 1, json!({})).await.contains(&"201".to_owned()));
    assert!(free(&staff, 1, 2, json!({})).await.contains(&"201".to_owned()));
}

/// Somebody set a booking of later days to Checked In by hand: its guest is in the room tonight.
#[tokio::test]
async fn a_guest_who_is_here_before_the_arrival_holds_the_nights_from_today_on() {
    let world = World::new()
        .with_booking_moved("BK-0003", 2)
        .with_booking_status("BK-0003", "Checked In")
        .with_room("205", "Occupied", Some("sarah@example.com"));
    let staff = world.staff();
    for (from, to) in [(0, 1), (1, 2), (1, 3), (4, 6)] {
        assert!(!free(&staff, from, to, json!({})).await.contains(&"205".to_owned()), "{from} to {to}");
        let book = json!({"guest_email": "patrick.obrien@example.com", "room_number": "205",
            "check_in_date": day(from), "check_out_date": day(to)});
        staff.refused("create_booking", book, "ROOM_ALREADY_BOOKED").await;
        let hers = json!({"guest_email": "sarah@example.com", "room_number": "104",
            "check_in_date": day(from), "check_out_date": day(to)});
        staff.refused("create_booking", hers, "ALREADY_BOOKED").await;
    }
    let move_in = json!({"booking_number": "BK-0006", "room_number": "205"});
    staff.refused("assign_room", move_in, "ROOM_ALREADY_BOOKED").await;
    assert!(free(&staff, 5, 6, json!({})).await.contains(&"205".to_owned()));
}

#[tokio::test]
async fn only_rooms_that_take_so_many_and_of_that_kind() {
    let world = World::new();
    let guest = world.guest("sarah@example.com");
    let four = free(&guest, 30, 31, json!({"number_of_guests": 4})).await;
    assert_eq!(four, ["108", "110", "208", "210"]);
    let deluxe = free(&guest, 30, 31, json!({"number_of_guests": 4, "room_type": "Deluxe"})).await;
    assert_eq!(deluxe, ["108", "208"]);
    assert!(free(&guest, 30, 31, json!({"number_of_guests": 9})).await.is_empty());
}

#[tokio::test]
async fn past_and_reversed_dates_are_refused() {
    let world = World::new();
    let staff = world.staff();
    for (from, to) in [(-1, 1), (2, 2), (3, 2)] {
        let arguments = json!({"check_in_date": day(from), "check_out_date": day(to)});
        let told = staff.call("search_available_rooms", arguments).await;
        assert_eq!(told.code(), "INVALID_DATES", "{from} to {to}");
    }
}

/// Paging lists every room once and says how many there are.
#[tokio::test]
async fn paging_loses_nothing() {
    let world = World::new();
    let staff = world.staff();
    let arguments = json!({"check_in_date": day(0), "check_out_date": day(1)});
    let paged = super::pages(&staff, "search_available_rooms", "rooms", "room_number", arguments, 4).await;
    assert_eq!(paged, free(&staff, 0, 1, json!({})).await);
}
