//! The hotel's cases.

use serde_json::{Value, json};
use tests::{Server, World};

async fn cases(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_cases_on_behalf_of_staff", arguments).await;
    super::column(&told, "cases", "case_number")
}

/// Each filter; without one every case is listed, newest first.
#[tokio::test]
async fn every_filter_filters_and_none_is_needed() {
    let world = World::new();
    let staff = world.staff();
    staff.done("manage_case", json!({"case_number": "00001001", "status": "Working"})).await;
    for (filter, expected) in [
        (json!({}), vec!["00001003", "00001002", "00001001"]),
        (json!({"status_filter": "All"}), vec!["00001003", "00001002", "00001001"]),
        (json!({"status_filter": "Open"}), vec!["00001002", "00001001"]),
        (json!({"status_filter": "Closed"}), vec!["00001003"]),
        (json!({"status_filter": "New"}), vec!["00001002"]),
        (json!({"status_filter": "Working"}), vec!["00001001"]),
        (json!({"status_filter": "Escalated"}), vec![]),
        (json!({"case_number": "00001002"}), vec!["00001002"]),
        (json!({"guest_email": "rthompson@example.com"}), vec!["00001003"]),
        (json!({"room_number": "107"}), vec!["00001002"]),
        (json!({"case_type_filter": "Concierge"}), vec!["00001003"]),
        (json!({"priority_filter": "High"}), vec!["00001002"]),
        (json!({"priority_filter": "High", "status_filter": "Closed"}), vec![]),
        (json!({"room_number": "%"}), vec![]),
    ] {
        assert_eq!(cases(&staff, filter.clone()).await, expected, "{filter}");
    }
}

/// A case is shown in plain words, its room by the number on the door.
#[tokio::test]
async fn a_case_is_shown_plainly() {
    let world = World::new();
    let told =
        world.staff().call("search_cases_on_behalf_of_staff", json!({"case_number": "00001001"})).await;
    let mut case = told.data()["cases"][0].clone();
    assert!(case["opened_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    case.as_object_mut().unwrap().remove("opened_at");
    assert_eq!(
        case,
        json!({
            "case_number": "00001001", "type": "Housekeeping", "status": "New", "priority": "Medium",
            "origin": "Web", "subject": "Two extra bath towels, please.",
            "description": "Two extra bath towels, please.", "guest_name": "Beth Gibbs",
            "guest_email": "beth.gibbs@email.com", "room_number": "201", "booking_number": "BK-0001",
            "guest_wrote": ["guest_name", "subject", "description"]
        })
    );
}

#[tokio::test]
async fn paging_loses_nothing() {
    let world = World::new();
    let staff = world.staff();
    for n in 0..7 {
        let request = json!({"room_number": "104", "type": "Concierge", "description": format!("Taxi {n}.")});
        staff.done("create_case", request).await;
    }
    let paged =
        super::pages(&staff, "search_cases_on_behalf_of_staff", "cases", "case_number", json!({}), 3).await;
    let expected: Vec<String> = (1001..=1010).rev().map(|n| format!("{n:08}")).collect();
    assert_eq!(paged, expected);
}
