//! A client that gives a progress token is told, in words, what is being done.

use super::*;
use tests::World;

/// Makes a call with a progress token and returns what the server said before the answer.
async fn told_of(server: &Server, tool: &str, arguments: Value, legacy: bool) -> (Vec<Value>, Told) {
    let mut params = json!({"name": tool, "arguments": arguments});
    if legacy {
        params["_meta"] = json!({});
    } else {
        params = with_capabilities(params, json!({}));
    }
    params["_meta"]["progressToken"] = "p1".into();
    let response = server.request_as_is("tools/call", params).await.unwrap();
    (server.said().await, Told::of(&response))
}

#[tokio::test]
async fn a_checkout_tells_each_stage_in_words_a_person_understands() {
    for legacy in [false, true] {
        let staff = World::new().staff();
        if legacy {
            staff.initialize("2025-06-18").await;
        }
        let (said, told) = told_of(&staff, CHECKOUT, leave(BETH), legacy).await;
        assert!(told.succeeded(), "{}", told.0);
        let stages: Vec<_> = said
            .iter()
            .map(|note| {
                assert_eq!(note["method"], "notifications/progress");
                assert_eq!(
                    (&note["params"]["progressToken"], &note["params"]["total"]),
                    (&json!("p1"), &json!(4.0))
                );
                (note["params"]["progress"].as_f64().unwrap(), note["params"]["message"].as_str().unwrap())
            })
            .collect();
        let expected = [
            (1.0, "looking up the stay"),
            (2.0, "preparing the payment"),
            (3.0, "charging 299.98 usd"),
            (4.0, "closing the stay"),
        ];
        assert_eq!(stages, expected);
    }
}

#[tokio::test]
async fn every_tool_that_writes_tells_its_stages_up_to_the_last() {
    let staff = World::new().staff();
    let day = tests::day;
    for (tool, arguments) in [
        ("check_in_guest", json!({"guest_email": "sarah@example.com"})),
        (
            "create_booking",
            json!({"guest_email": "soojin.kim@example.com", "room_number": "108", "check_in_date": day(1), "check_out_date": day(2)}),
        ),
        ("manage_booking", json!({"booking_number": "BK-0007", "number_of_guests": 3})),
        ("assign_room", json!({"booking_number": "BK-0002", "room_number": "104"})),
        ("cancel_booking", json!({"booking_number": "BK-0008"})),
        ("submit_guest_service_request", json!({"guest_email": BETH, "description": "A pillow."})),
        ("submit_maintenance_request", json!({"room_number": "105", "description": "The lamp."})),
        ("create_case", json!({"room_number": "105", "type": "Concierge", "description": "A taxi."})),
        (
            "create_contact_if_not_found",
            json!({"email": "new@example.com", "first_name": "New", "last_name": "Guest"}),
        ),
        ("update_room_status", json!({"room_number": "106", "status": "Vacant"})),
        (
            "compensate_checkout_failure",
            json!({"guest_email": "rthompson@example.com", "payment_intent_id": "pi_seed_0009"}),
        ),
    ] {
        let (said, told) = told_of(&staff, tool, arguments, false).await;
        assert!(told.succeeded(), "{tool}: {}", told.0);
        let last = &said.last().unwrap_or_else(|| panic!("{tool} told nothing"))["params"];
        assert_eq!(last["progress"], last["total"], "{tool}: {said:?}");
    }
}

#[tokio::test]
async fn a_client_that_gives_no_token_is_told_nothing() {
    let staff = World::new().staff();
    staff.done(CHECKOUT, leave(BETH)).await;
    assert_eq!(staff.said().await, Vec::<Value>::new());
}

/// A call that waits for another begins again with a fresh read; its client is not told of a stage twice.
#[tokio::test]
async fn progress_only_grows_however_often_a_saga_begins_again() {
    let world = World::new();
    // The calls of one process wait in line; those of several take each other's locks.
    let servers = [world.staff(), world.staff(), world.staff()].map(std::sync::Arc::new);
    let mut calls = tokio::task::JoinSet::new();
    for id in 900..1_050_u64 {
        let status = if id % 2 == 0 { "Vacant" } else { "Cleaning" };
        let arguments = json!({"room_number": "106", "status": status});
        let params = json!({"name": "update_room_status", "arguments": arguments});
        let mut params = with_capabilities(params, json!({}));
        params["_meta"]["progressToken"] = id.into();
        let line = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        let staff = std::sync::Arc::clone(&servers[usize::try_from(id).unwrap() % 3]);
        calls.spawn(async move { staff.raw(id, &line.to_string()).await });
    }
    calls.join_all().await;
    let mut last = std::collections::HashMap::new();
    for staff in servers {
        for note in staff.said().await {
            let told = &note["params"];
            let (token, stage) = (told["progressToken"].to_string(), told["progress"].as_f64().unwrap());
            let before = last.insert(token, stage).unwrap_or(0.0);
            assert!(stage > before, "{note} after {before}");
        }
    }
    assert_eq!(last.len(), 150);
}
