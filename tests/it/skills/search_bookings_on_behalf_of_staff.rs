//! The hotel's bookings.

use serde_json::{Value, json};
use tests::{Server, World, day};

async fn numbers(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_bookings_on_behalf_of_staff", arguments).await;
    super::column(&told, "bookings", "booking_number")
}

/// Without a filter everything is listed, newest first.
#[tokio::test]
async fn without_a_filter_all_bookings_newest_first() {
    let world = World::new();
    let told = world.staff().call("search_bookings_on_behalf_of_staff", json!({})).await;
    assert_eq!(told.data()["count"], 10);
    assert_eq!(told.data()["total"], 10);
    assert!(told.data()["next_cursor"].is_null());
    let numbers = super::column(&told, "bookings", "booking_number");
    assert_eq!(numbers[0], "BK-0010");
    assert_eq!(numbers[9], "BK-0001");
}

#[tokio::test]
async fn every_filter_filters_and_they_hold_together() {
    let world = World::new();
    let staff = world.staff();
    for (filter, expected) in [
        (json!({"guest_email": "WEI.chen@example.com"}), vec!["BK-0005", "BK-0004"]),
        (json!({"room_number": "205"}), vec!["BK-0003"]),
        (json!({"booking_number": "BK-0007"}), vec!["BK-0007"]),
        (json!({"booking_number": "bk-0007"}), vec!["BK-0007"]),
        (json!({"status_filter": "Checked In"}), vec!["BK-0002", "BK-0001"]),
        (json!({"status_filter": "Checked Out"}), vec!["BK-0009"]),
        (json!({"status_filter": "Cancelled"}), vec!["BK-0010"]),
        (json!({"status_filter": "No Show"}), vec![]),
        (json!({"arriving_on": day(0)}), vec!["BK-0006", "BK-0005", "BK-0004", "BK-0003"]),
        (json!({"departing_on": day(2)}), vec!["BK-0005", "BK-0004", "BK-0002"]),
        (json!({"departing_on": day(2), "status_filter": "Checked In"}), vec!["BK-0002"]),
        (json!({"guest_email": "sarah@example.com", "room_number": "101"}), vec![]),
        (json!({"guest_email": "nobody@example.com"}), vec![]),
        (json!({"room_number": "' OR '1'='1"}), vec![]),
    ] {
        assert_eq!(numbers(&staff, filter.clone()).await, expected, "{filter}");
    }
}

/// Folio and payment are shown where there are any.
#[tokio::test]
async fn folio_and_payment_are_shown() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("search_bookings_on_behalf_of_staff", json!({})).await;
    let row = |number: &str| {
        let rows = told.data()["bookings"].as_array().unwrap();
        rows.iter().find(|row| row["booking_number"] == number).unwrap().clone()
    };
    assert_eq!(row("BK-0001")["folio_cents"], 29_998);
    assert_eq!(row("BK-0002")["folio_cents"], 14_999, "due if leaving today");
    assert_eq!(row("BK-0003")["folio_cents"], 3 * 14_999, "the whole stay");
    assert_eq!(row("BK-0009")["folio_cents"], 29_998);
    assert_eq!(row("BK-0009")["payment_intent_id"], "pi_seed_0009");
    assert!(row("BK-0010")["folio_cents"].is_null());
    assert!(row("BK-0003")["payment_intent_id"].is_null());
}

#[tokio::test]
async fn paging_loses_nothing_while_bookings_are_added() {
    let world = World::new();
    let staff = world.staff();
    let arguments = json!({"limit": 4});
    let first = staff.call("search_bookings_on_behalf_of_staff", arguments).await;
    assert_eq!(first.data()["count"], 4);
    assert_eq!(first.data()["total"], 10);
    let booking = json!({
        "guest_email": "sarah@example.com", "room_number": "104",
        "check_in_date": day(9), "check_out_date": day(10)
    });
    staff.done("create_booking", booking).await;
    let mut seen = super::column(&first, "bookings", "booking_number");
    let mut cursor = first.data()["next_cursor"].clone();
    while !cursor.is_null() {
        let arguments = json!({"limit": 4, "cursor": cursor});
        let page = staff.call("search_bookings_on_behalf_of_staff", arguments).await;
        seen.extend(super::column(&page, "bookings", "booking_number"));
        cursor = page.data()["next_cursor"].clone();
    }
    let expected: Vec<String> = (1..=10).rev().map(|n| format!("BK-{n:04}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_limit_is_one_to_fifty_and_a_cursor_is_one_of_ours() {
    let world = World::new();
    let staff = world.staff();
    for limit in [json!(0), json!(51), json!(-1), json!(1.5), json!("10")] {
        let told = staff.call("search_bookings_on_behalf_of_staff", json!({"limit": limit})).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{limit}");
        assert_eq!(told.details()["field"], "limit");
    }
    assert_eq!(numbers(&staff, json!({"limit": 50})).await.len(), 10);
    let told = staff.call("search_bookings_on_behalf_of_staff", json!({"cursor": "'; DROP TABLE"})).await;
    assert_eq!(told.code(), "VALIDATION_ERROR");
    let unknown = staff.call("search_bookings_on_behalf_of_staff", json!({"guest": "beth"})).await;
    assert_eq!(unknown.code(), "VALIDATION_ERROR");
}

/// Numbers are copied from texts, which have other dashes, wide letters and marks that nobody sees.
#[tokio::test]
async fn a_number_is_found_as_it_was_copied() {
    let world = World::new();
    let staff = world.staff();
    for number in ["bk\u{2011}0001", "\u{200e}BK\u{2013}0001", "ＢＫ－０００１"] {
        let told = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": number})).await;
        assert_eq!(told.data()["bookings"][0]["booking_number"], "BK-0001", "{number:?}");
    }
}
