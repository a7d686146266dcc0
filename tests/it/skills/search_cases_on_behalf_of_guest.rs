//! A guest's own requests.

use serde_json::{Value, json};
use tests::{Server, World};

const BETH: &str = "beth.gibbs@email.com";

async fn cases(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_cases_on_behalf_of_guest", arguments).await;
    super::column(&told, "cases", "case_number")
}

/// Each filter; without one the open cases are listed, newest first.
#[tokio::test]
async fn open_closed_all_and_by_type() {
    let world = World::new();
    let beth = world.guest(BETH);
    beth.done("submit_guest_service_request", json!({"description": "A taxi.", "type": "Concierge"})).await;
    assert_eq!(cases(&beth, json!({})).await, ["00001004", "00001001"]);
    assert_eq!(cases(&beth, json!({"case_type_filter": "Housekeeping"})).await, ["00001001"]);
    let staff = world.staff();
    staff.done("manage_case", json!({"case_number": "00001001", "status": "Closed"})).await;
    staff.done("manage_case", json!({"case_number": "00001004", "status": "Escalated"})).await;
    assert_eq!(cases(&beth, json!({})).await, ["00001004"], "what is escalated is open");
    assert_eq!(cases(&beth, json!({"status_filter": "Closed"})).await, ["00001001"]);
    assert_eq!(cases(&beth, json!({"status_filter": "All"})).await, ["00001004", "00001001"]);
    let paged = super::pages(
        &beth,
        "search_cases_on_behalf_of_guest",
        "cases",
        "case_number",
        json!({"status_filter": "All"}),
        1,
    );
    assert_eq!(paged.await, ["00001004", "00001001"]);
}

#[tokio::test]
async fn nothing_found_is_an_empty_list() {
    let world = World::new();
    let told = world.guest("sarah@example.com").call("search_cases_on_behalf_of_guest", json!({})).await;
    assert_eq!(told.data(), &json!({"cases": [], "count": 0, "total": 0}));
}

/// Cases of other guests are never listed, not even those of the guest's own room.
#[tokio::test]
async fn a_guest_sees_nobody_elses_cases() {
    let world = World::new().with_booking_of("BK-0001", "soojin.kim@example.com");
    let guest = world.guest("soojin.kim@example.com"); // now in the room Beth's case is about
    assert!(cases(&guest, json!({"status_filter": "All"})).await.is_empty());
    let named = guest.call("search_cases_on_behalf_of_guest", json!({"guest_email": BETH})).await;
    assert_eq!(named.code(), "NOT_YOURS");
}
