//! The server dies between the person's yes and the charge: nobody is asked twice, and nothing is charged twice.

use super::*;
use crate::recovery::{due, write};
use tests::{Backend, World};

fn dying(world: &World, faults: &str) -> Server {
    world.start("staff-server", &[], &[("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", faults)])
}

#[tokio::test]
async fn the_next_call_with_the_token_finishes_what_the_person_agreed_to() {
    for fault in [
        "look_up=killed_before",
        "create_customer=killed_after",
        "create_payment_intent=killed_before",
        "confirm_payment=killed_before",
        "confirm_payment=killed_after",
        "close_stay=killed_before",
    ] {
        let world = World::new();
        let mut arguments = leave(BETH);
        arguments["idempotency_token"] = "leaving".into();
        let (_, state) = call(&world.staff(), CHECKOUT, &arguments).await.question();
        let mut first = dying(&world, fault);
        let more = json!({"name": CHECKOUT, "arguments": arguments, "requestState": state,
            "inputResponses": {"person": {"action": "accept"}}});
        let gone = first.request_as_is("tools/call", with_capabilities(more, can_ask())).await;
        assert_eq!(gone, None, "{fault}: it was killed");
        first.wait().await;
        due(&world);
        // Without the state: what the person said is in the journal.
        let next = world.staff();
        let told = call(&next, CHECKOUT, &arguments).await.answer();
        assert_eq!(told.data()["status"], "Checked Out", "{fault}: {}", told.0);
        assert_eq!(charged(&next, "BK-0001").await, Some(29998), "{fault}");
        let calls = next.call("search_tool_calls", json!({"idempotency_token": "leaving"})).await;
        let asked = calls.data()["tool_calls"].as_array().unwrap().iter();
        assert_eq!(
            asked.filter(|call| call["error_code"] == "NOT_CONFIRMED").count(),
            1,
            "asked once: {fault}"
        );
    }
}

/// The agent has lost its token and plans anew.
#[tokio::test]
async fn a_call_under_another_token_meets_the_stay_that_was_agreed_to_and_asks_nobody() {
    for fault in ["create_payment_intent=killed_before", "confirm_payment=killed_before"] {
        let world = World::new();
        let (_, state) = call(&world.staff(), CHECKOUT, &leave(BETH)).await.question();
        let mut first = dying(&world, fault);
        let more = json!({"name": CHECKOUT, "arguments": leave(BETH), "requestState": state,
            "inputResponses": {"person": {"action": "accept"}}});
        assert_eq!(first.request_as_is("tools/call", with_capabilities(more, can_ask())).await, None);
        first.wait().await;
        due(&world);
        let next = world.staff();
        let told = match call(&next, CHECKOUT, &leave(BETH)).await {
            Came::Answer(told) => told,
            Came::Question { says, .. } => panic!("{fault}: asked again: {says}"),
        };
        assert_eq!(told.data()["already_checked_out"], true, "{fault}: {}", told.0);
        assert_eq!(charged(&next, "BK-0001").await, Some(29998), "{fault}");
    }
}

/// A call that was begun before the person said anything is not finished by recovery.
#[tokio::test]
async fn recovery_does_nothing_that_nobody_agreed_to() {
    let world = World::new();
    let mut first = dying(&world, "look_up=killed_after");
    let params = json!({"name": CHECKOUT, "arguments": leave(BETH)});
    assert_eq!(first.request_as_is("tools/call", with_capabilities(params, can_ask())).await, None);
    first.wait().await;
    due(&world);
    world.run_staff(&["reconcile"]).await;
    assert_eq!(charged(&world.staff(), "BK-0001").await, None);
}

/// The yes was to another room, guest or amount than there are now.
#[tokio::test]
async fn what_has_changed_since_the_yes_is_not_done_by_whoever_finishes_the_call() {
    for (change, fault) in [
        (
            "UPDATE bookings SET guest_id = (SELECT id FROM contacts WHERE email = 'carl.smith@example.com')",
            "create_payment_intent=killed_before",
        ),
        ("UPDATE bookings SET status = 'Checked Out'", "create_customer=killed_before"),
        ("UPDATE bookings SET status = 'Cancelled'", "create_payment_intent=killed_after"),
        (
            "UPDATE bookings SET room_id = (SELECT id FROM rooms WHERE number = '202')",
            "create_payment_intent=killed_after",
        ),
        ("UPDATE bookings SET check_in = date(check_in, '-1 day')", "create_payment_intent=killed_before"),
    ] {
        let world = World::on(Backend::Embedded);
        let mut arguments = leave(BETH);
        arguments["idempotency_token"] = "leaving".into();
        let (_, state) = call(&world.staff(), CHECKOUT, &arguments).await.question();
        let mut first = dying(&world, fault);
        let more = json!({"name": CHECKOUT, "arguments": arguments, "requestState": state,
            "inputResponses": {"person": {"action": "accept"}}});
        assert_eq!(
            first.request_as_is("tools/call", with_capabilities(more, can_ask())).await,
            None,
            "{change}"
        );
        first.wait().await;
        assert_eq!(write(&world, "hotel.db", &format!("{change} WHERE number = 'BK-0001'"), []), 1);
        due(&world);
        let next = world.staff();
        if let Came::Answer(told) = call(&next, CHECKOUT, &arguments).await {
            assert!(!told.succeeded(), "{change}: {}", told.0);
        }
        assert_eq!(charged(&next, "BK-0001").await, None, "{change}");
        let intents =
            tests::Books::open(&world).count("SELECT count(*) FROM refunds WHERE intent NOT LIKE 'pi_seed%'");
        assert_eq!(intents, 0, "nothing was charged and given back: {change}");
    }
}
