//! The requests of a call: what the log says of them, and how many parts they have.

use super::Org;
use serde_json::json;

const SARAH: &str = "sarah@example.com";

#[tokio::test]
async fn every_line_of_a_call_names_it_and_nothing_else_of_it() {
    let org = Org::new();
    let env = [("RUST_LOG", "info"), ("STAFF_EMAIL", "manager@dewyhotel.com")];
    let mut staff = org.world.start("staff-server", &[], &env);
    let arguments = json!({"guest_email": SARAH, "idempotency_token": "my-own-token"});
    staff.done("check_in_guest", arguments).await;
    let said = staff.last_words().await;
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("remote call")).collect();
    assert_eq!(
        lines.iter().filter(|line| line.contains("check_in_guest")).count(),
        3,
        "login, read, write: {said}"
    );
    for line in lines {
        assert!(
            ["system=", "operation=", "status=", "duration_ms=", "token="]
                .iter()
                .all(|part| line.contains(part)),
            "{line}"
        );
    }
    for private in [SARAH, "my-own-token", "hotel-secret"] {
        assert!(!said.contains(private), "{said}");
    }
    assert!(!org.world.data().join("hotel.db").exists(), "the embedded hotel is not opened beside it");
}

/// What is expected of a booking and of its own room is asked in one query.
#[tokio::test]
async fn a_stay_begins_and_ends_in_few_subrequests() {
    let org = Org::new();
    let staff = org.world.staff();
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let arrive = json!({"guest_email": "sarah@example.com"});
    for (tool, arguments, most, queries) in
        [("check_in_guest", arrive, 6, 1), ("process_guest_checkout", leave, 9, 2)]
    {
        org.fake.forget();
        staff.done(tool, arguments).await;
        let recorded = org.fake.recorded();
        let write = recorded.iter().find(|request| request.body["allOrNone"] == true).expect("a write");
        let parts = write.body["compositeRequest"].as_array().expect("subrequests");
        let asked = parts.iter().filter(|part| part["method"] == "GET").count();
        assert_eq!((parts.len(), asked), (most, queries), "{tool}: {parts:#?}");
    }
}
