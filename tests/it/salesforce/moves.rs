//! The org's address, and how long it asks to be left alone.

use super::Org;
use serde_json::json;
use tests::fakes::{Fault, On};

const SARAH: &str = "sarah@example.com";

#[tokio::test]
async fn an_org_that_has_moved_is_found_at_its_new_address() {
    let org = Org::new();
    org.fake.move_away(); // where one logs in stays where it is
    let staff = org.world.staff();
    staff.done("search_contacts", json!({"query": "beth"})).await;
    org.fake.move_away();
    staff.done("search_contacts", json!({"query": "beth"})).await;
    org.fake.move_away();
    staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(org.booking_status("BK-0003"), "Checked In");
}

#[tokio::test]
async fn a_wait_that_the_org_asks_for_is_kept_whatever_says_so() {
    for status in [503, 429] {
        let org = Org::new();
        let busy = Fault::Busy { status, retry_after: Some(600) };
        org.fake.fault(On::path("/composite").always(), busy);
        let told = org.world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
        assert_eq!(told.details()["retry_after_seconds"], 600, "{status}: {}", told.0);
        let asked = org.fake.recorded().iter().filter(|call| call.path.ends_with("/composite")).count();
        assert_eq!(asked, 1, "it is left alone");
    }
}
