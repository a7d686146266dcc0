//! The audit trail.

use serde_json::{Value, json};
use tests::{Server, World, day};

const BETH: &str = "beth.gibbs@email.com";

async fn tools(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_tool_calls", arguments).await;
    super::column(&told, "tool_calls", "tool")
}

/// A decline, a checkout, a read and a refused request, by a guest and by staff.
async fn busy_day(world: &World) -> Server {
    let staff = world.staff();
    let pay = |method: &str, token: &str| json!({"guest_email": BETH, "payment_method_id": method, "idempotency_token": token});
    staff.refused("process_guest_checkout", pay("pm_card_chargeDeclined", "first"), "PAYMENT_FAILED").await;
    staff.done("process_guest_checkout", pay("pm_card_visa", "second")).await;
    let guest = world.guest("carl.smith@example.com");
    guest.done("search_bookings_on_behalf_of_guest", json!({})).await;
    guest.refused("cancel_booking", json!({"booking_number": "BK-0003"}), "BOOKING_NOT_FOUND").await;
    guest.close().await;
    staff
}

#[tokio::test]
async fn who_asked_what_when_and_what_became_of_it() {
    let world = World::new();
    let staff = busy_day(&world).await;
    let told = staff.call("search_tool_calls", json!({})).await;
    let calls = told.data()["tool_calls"].as_array().unwrap();
    let column = |name: &str| calls.iter().map(|call| call[name].clone()).collect::<Vec<_>>();
    let read = "search_bookings_on_behalf_of_guest";
    assert_eq!(
        column("tool"),
        ["cancel_booking", read, "process_guest_checkout", "process_guest_checkout"],
        "newest first, reads included"
    );
    assert_eq!(column("outcome"), ["refused", "done", "done", "refused"]);
    assert_eq!(column("persona"), ["guest", "guest", "staff", "staff"]);
    assert_eq!(calls[0]["caller"], "guest:carl.smith@example.com");
    assert_eq!(calls[0]["error_code"], "BOOKING_NOT_FOUND");
    assert_eq!(calls[1]["rows"], 1);
    assert_eq!(calls[3]["error_code"], "PAYMENT_FAILED");
    assert_eq!(calls[3]["arguments"]["payment_method_id"], "pm_card_chargeDeclined");
    for call in calls {
        assert!(call["started_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{call}");
        assert!(call["finished_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{call}");
    }
}

#[tokio::test]
async fn steps_are_shown_with_outcome_time_and_messages() {
    let world = World::new();
    let staff = busy_day(&world).await;
    let told = staff.call("search_tool_calls", json!({"idempotency_token": "second"})).await;
    let steps = told.data()["tool_calls"][0]["steps"].as_array().unwrap();
    let names: Vec<_> = steps.iter().map(|step| step["name"].as_str().unwrap()).collect();
    let at = |name: &str| {
        names.iter().position(|n| *n == name).unwrap_or_else(|| panic!("no {name} in {names:?}"))
    };
    assert!(at("create_payment_intent") < at("confirm_payment"));
    assert!(at("confirm_payment") < at("close_stay"), "the stay is closed after it is paid");
    assert_eq!(at("send_sms"), names.len() - 1, "the receipt is last");
    assert!(["staged", "sending", "sent"].contains(&steps[at("send_sms")]["outcome"].as_str().unwrap()));
    for step in steps {
        assert!(step["started_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{step}");
    }
    assert_eq!(steps[at("confirm_payment")]["outcome"], "done");
    let declined = staff.call("search_tool_calls", json!({"idempotency_token": "first"})).await;
    let steps = declined.data()["tool_calls"][0]["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["name"] == "confirm_payment" && step["outcome"] == "refused"));
}

#[tokio::test]
async fn every_filter_filters_and_they_hold_together() {
    let world = World::new();
    let staff = busy_day(&world).await;
    let checkout = "process_guest_checkout";
    let search = "search_bookings_on_behalf_of_guest";
    for (filter, expected) in [
        (json!({"idempotency_token": "second"}), vec![checkout]),
        (json!({"idempotency_token": "third"}), vec![]),
        (json!({"guest_email": BETH}), vec![checkout, checkout]),
        (json!({"guest_email": "carl.smith@example.com"}), vec!["cancel_booking", search]),
        (json!({"booking_number": "BK-0001"}), vec![checkout, checkout]),
        (json!({"tool": checkout, "outcome": "done"}), vec![checkout]),
        (json!({"tool": checkout, "outcome": "refused"}), vec![checkout]),
        (json!({"tool": search}), vec![search]),
        (json!({"outcome": "pending"}), vec![]),
        (json!({"outcome": "needs_attention"}), vec![]),
        (json!({"outcome": "failed"}), vec![]),
        (json!({"since": day(0), "tool": checkout}), vec![checkout, checkout]),
        (json!({"since": day(-1), "tool": "cancel_booking"}), vec!["cancel_booking"]),
        (json!({"since": day(1)}), vec![]),
        (json!({"since": "2999-01-01T00:00:00Z"}), vec![]),
        (json!({"since": "2020-01-01T00:00:00+02:00", "tool": "cancel_booking"}), vec!["cancel_booking"]),
    ] {
        assert_eq!(tools(&staff, filter.clone()).await, expected, "{filter}");
    }
    for wrong in [json!({"since": "yesterday"}), json!({"outcome": "fine"}), json!({"limit": 51})] {
        assert_eq!(
            staff.call("search_tool_calls", wrong.clone()).await.code(),
            "VALIDATION_ERROR",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_call_that_waits_for_its_guest_is_pending() {
    let world = World::new();
    let staff = world.staff();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    staff.refused("process_guest_checkout", pay, "PAYMENT_ACTION_REQUIRED").await;
    assert_eq!(tools(&staff, json!({"outcome": "pending"})).await, ["process_guest_checkout"]);
}

#[tokio::test]
async fn a_made_up_token_and_an_unreadable_request_are_recorded_too() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let token = told.data()["idempotency_token"].clone();
    assert_eq!(tools(&staff, json!({"idempotency_token": token})).await, ["check_in_guest"]);
    let card = json!({"guest_email": BETH, "payment_method_id": "4242424242424242"});
    staff.refused("process_guest_checkout", card, "VALIDATION_ERROR").await;
    let trail = staff.call("search_tool_calls", json!({"tool": "process_guest_checkout"})).await;
    assert_eq!(trail.data()["tool_calls"][0]["error_code"], "VALIDATION_ERROR");
    assert!(!trail.0.to_string().contains("4242"), "what could not be read is not kept: {trail:?}");
}

/// Also what was only found while the call ran is what it was about.
#[tokio::test]
async fn a_booking_number_matches_what_a_call_resolved_to() {
    let world = World::new();
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let book = json!({
        "guest_email": "sarah@example.com", "room_number": "104",
        "check_in_date": day(9), "check_out_date": day(10)
    });
    staff.done("create_booking", book).await;
    staff.done("cancel_booking", json!({"booking_number": "BK-0011", "reason": "Changed plans."})).await;
    assert_eq!(tools(&staff, json!({"booking_number": "BK-0003"})).await, ["check_in_guest"]);
    let of_new = json!({"booking_number": "BK-0011"});
    assert_eq!(tools(&staff, of_new).await, ["cancel_booking", "create_booking"]);
    let cancelled = json!({"booking_number": "BK-0011", "tool": "cancel_booking"});
    let trail = staff.call("search_tool_calls", cancelled).await;
    assert_eq!(trail.data()["tool_calls"][0]["guest_email"], "sarah@example.com");
    assert_eq!(trail.data()["tool_calls"][0]["arguments"]["reason"], "Changed plans.");
}

#[tokio::test]
async fn paging_loses_nothing() {
    let world = World::new();
    let staff = world.staff();
    for n in 0..5 {
        let token = format!("t-{n}");
        let request = json!({"room_number": "104", "status": "Vacant", "idempotency_token": token});
        staff.done("update_room_status", request).await;
    }
    let paged = super::pages(
        &staff,
        "search_tool_calls",
        "tool_calls",
        "idempotency_token",
        json!({"tool": "update_room_status"}),
        2,
    );
    assert_eq!(paged.await, ["t-4", "t-3", "t-2", "t-1", "t-0"]);
}
