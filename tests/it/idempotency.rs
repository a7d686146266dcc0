//! Tokens, and effects that still stand.

use serde_json::{Value, json};
use tests::{Server, Told, World, day};

const SARAH: &str = "sarah@example.com";
const BETH: &str = "beth.gibbs@email.com";
const OBRIEN: &str = "patrick.obrien@example.com";

fn with_token(mut arguments: Value, token: &str) -> Value {
    arguments["idempotency_token"] = token.into();
    arguments
}

fn book(guest: &str, room: &str) -> Value {
    json!({"guest_email": guest, "room_number": room, "check_in_date": day(1), "check_out_date": day(3)})
}

/// The answer without what says that it is one given again.
fn story(told: &Told) -> Value {
    let mut data = told.data().clone();
    data.as_object_mut().expect("an object").remove("replayed");
    data
}

/// Every writing tool, with a request that succeeds on the seeded hotel.
fn writing_requests() -> Vec<(&'static str, Value)> {
    vec![
        ("check_in_guest", json!({"guest_email": SARAH})),
        ("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"})),
        ("create_booking", book(OBRIEN, "104")),
        ("manage_booking", json!({"booking_number": "BK-0007", "number_of_guests": 2})),
        ("cancel_booking", json!({"booking_number": "BK-0008"})),
        ("assign_room", json!({"booking_number": "BK-0006", "room_number": "208"})),
        (
            "submit_guest_service_request",
            json!({"guest_email": "carl.smith@example.com", "description": "A taxi."}),
        ),
        ("submit_maintenance_request", json!({"room_number": "110", "description": "A lamp."})),
        ("manage_case", json!({"case_number": "00001002", "status": "Working"})),
        (
            "compensate_checkout_failure",
            json!({"guest_email": "rthompson@example.com", "payment_intent_id": "pi_seed_0009"}),
        ),
        (
            "create_contact_if_not_found",
            json!({"email": "ana@example.com", "first_name": "Ana", "last_name": "Ruiz"}),
        ),
        ("create_case", json!({"room_number": "109", "type": "Concierge", "description": "Flowers."})),
        ("update_room_status", json!({"room_number": "106", "status": "Vacant"})),
    ]
}

/// A caller need not make up a token: the server makes one and answers it, and it can be sent again.
#[tokio::test]
async fn every_writing_tool_makes_a_token_and_replays_it() {
    let world = World::new();
    let staff = world.staff();
    let mut tokens = vec![];
    for (tool, request) in writing_requests() {
        let first = staff.call(tool, request.clone()).await;
        let token = first.data()["idempotency_token"].as_str().expect("a token").to_owned();
        assert_eq!(first.data()["replayed"], false, "{tool}");
        let again = staff.call(tool, with_token(request, &token)).await;
        assert_eq!(again.data()["replayed"], true, "{tool}");
        assert_eq!(story(&again), story(&first), "{tool}");
        tokens.push(token);
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), writing_requests().len(), "each call its own");
}

#[tokio::test]
async fn the_same_token_and_arguments_are_done_once_by_every_tool() {
    let world = World::new();
    let staff = world.staff();
    for (at, (tool, request)) in writing_requests().into_iter().enumerate() {
        let request = with_token(request, &format!("token-{at}"));
        let first = staff.call(tool, request.clone()).await;
        let again = staff.call(tool, request).await;
        assert_eq!(first.data()["replayed"], false, "{tool}");
        assert_eq!(again.data()["replayed"], true, "{tool}");
        assert_eq!(story(&again), story(&first), "{tool}");
    }
    assert_eq!(world.rows("bookings"), 11);
    assert_eq!(world.rows("cases"), 6);
    assert_eq!(world.payments_taken("BK-0001"), 1);
    assert_eq!(world.refunds("BK-0009"), 1);
    staff.close().await;
    assert_eq!(world.texted().len(), 2, "one welcome, one receipt");
}

/// The words count, not their spelling: an e-mail in capitals or a null field is the same request.
#[tokio::test]
async fn arguments_are_the_same_if_they_mean_the_same() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("check_in_guest", with_token(json!({"guest_email": SARAH}), "t")).await;
    let spelled = json!({"guest_email": "SARAH@Example.com", "room_number": null});
    let again = staff.call("check_in_guest", with_token(spelled, "t")).await;
    assert_eq!(again.data()["replayed"], true);
    assert_eq!(story(&again), story(&first));
}

#[tokio::test]
async fn another_request_or_another_tool_under_the_same_token_is_refused() {
    let world = World::new();
    let staff = world.staff();
    staff.done("create_booking", with_token(book(OBRIEN, "104"), "t")).await;
    for (tool, request) in [
        ("create_booking", book(OBRIEN, "105")),
        ("create_booking", book("soojin.kim@example.com", "104")),
        ("cancel_booking", json!({"booking_number": "BK-0003"})),
        ("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"})),
    ] {
        let told = staff.call(tool, with_token(request, "t")).await;
        assert_eq!(told.code(), "IDEMPOTENCY_TOKEN_REUSED", "{tool}");
    }
    assert_eq!(world.rows("bookings"), 11);
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
    assert_eq!(world.payments_taken("BK-0001"), 0);
    let replay = staff.call("create_booking", with_token(book(OBRIEN, "104"), "t")).await;
    assert_eq!(replay.data()["replayed"], true, "the first request still stands");
}

#[tokio::test]
async fn a_refusal_frees_the_token() {
    let world = World::new();
    let staff = world.staff();
    let sofia = with_token(json!({"guest_email": "sofia.martinez@example.com"}), "t");
    staff.refused("check_in_guest", sofia.clone(), "ROOM_NOT_VACANT").await;
    staff.done("update_room_status", json!({"room_number": "206", "status": "Vacant"})).await;
    let told = staff.call("check_in_guest", sofia).await;
    assert_eq!(told.data()["room_number"], "206", "the same token, tried afresh");
    assert_eq!(told.data()["replayed"], false);
}

#[tokio::test]
async fn a_refusal_frees_the_token_for_another_request_too() {
    let world = World::new();
    let staff = world.staff();
    staff.refused("create_booking", with_token(book(OBRIEN, "203"), "t"), "ROOM_OUT_OF_SERVICE").await;
    staff.refused("create_booking", with_token(json!({"room_number": "104"}), "t"), "VALIDATION_ERROR").await;
    staff.done("create_booking", with_token(book(OBRIEN, "104"), "t")).await;
}

#[tokio::test]
async fn a_decline_frees_the_token() {
    let world = World::new();
    let staff = world.staff();
    let pay = |method: &str| with_token(json!({"guest_email": BETH, "payment_method_id": method}), "t");
    staff.refused("process_guest_checkout", pay("pm_card_chargeDeclined"), "PAYMENT_FAILED").await;
    staff.refused("process_guest_checkout", pay("pm_card_chargeDeclinedLostCard"), "PAYMENT_FAILED").await;
    staff.refused("process_guest_checkout", pay("pm_card_chargeDeclined"), "PAYMENT_FAILED").await;
    let paid = staff.call("process_guest_checkout", pay("pm_card_visa")).await;
    assert_eq!(paid.data()["replayed"], false);
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

/// A token belongs to its caller: guests and staff never meet over one, whatever its text.
#[tokio::test]
async fn a_token_never_meets_another_callers() {
    let world = World::new();
    let (sarah, beth, staff) = (world.guest(SARAH), world.guest(BETH), world.staff());
    let kiosk = world.kiosk();
    let room = |room: &str| {
        with_token(json!({"room_number": room, "check_in_date": day(11), "check_out_date": day(13)}), "t")
    };
    let mut numbers = vec![];
    let mut kiosks = room("109");
    kiosks["guest_email"] = "soojin.kim@example.com".into();
    for told in [
        sarah.call("create_booking", room("104")).await,
        beth.call("create_booking", room("105")).await,
        staff.call("create_booking", with_token(book(OBRIEN, "108"), "t")).await,
        kiosk.call("create_booking", kiosks).await,
    ] {
        assert_eq!(told.data()["created"], true);
        assert_eq!(told.data()["replayed"], false);
        numbers.push(told.data()["booking_number"].as_str().unwrap().to_owned());
    }
    numbers.dedup();
    assert_eq!(numbers.len(), 4);
    let again = world.guest(SARAH).call("create_booking", room("104")).await;
    assert_eq!(again.data()["replayed"], true, "another server of the same guest knows it");
    assert_eq!(again.data()["booking_number"], numbers[0].as_str());
}

#[tokio::test]
async fn a_token_is_visible_ascii_of_one_to_255() {
    let world = World::new();
    let staff = world.staff();
    let long = "x".repeat(256);
    for token in ["", "two words", "schlüssel", "line\nbreak", long.as_str()] {
        let told = staff.call("check_in_guest", with_token(json!({"guest_email": SARAH}), token)).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{token:?}");
        assert_eq!(told.details()["field"], "idempotency_token");
    }
    let told = staff.call("check_in_guest", with_token(json!({"guest_email": SARAH}), &long[1..])).await;
    assert_eq!(told.data()["idempotency_token"], &long[1..]);
}

/// A token answers what it answered then, also after an undo; without one the request is new.
#[tokio::test]
async fn after_an_undo_the_token_replays_and_the_same_request_is_new() {
    let world = World::new();
    let staff = world.staff();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    let first = staff.call("process_guest_checkout", with_token(pay.clone(), "t")).await;
    let payment = first.data()["payment_intent_id"].clone();
    let undo = json!({"guest_email": BETH, "payment_intent_id": payment});
    staff.done("compensate_checkout_failure", undo).await;

    let replay = staff.call("process_guest_checkout", with_token(pay.clone(), "t")).await;
    assert_eq!(replay.data()["replayed"], true);
    assert_eq!(replay.data()["payment_intent_id"], payment);
    assert_eq!(world.payments_kept("BK-0001"), 0, "a replay charges nothing");
    assert_eq!(world.booking_status("BK-0001"), "Checked In");

    let anew = staff.call("process_guest_checkout", pay).await;
    assert_eq!(anew.data()["already_checked_out"], false);
    assert_ne!(anew.data()["payment_intent_id"], payment);
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

#[tokio::test]
async fn after_a_cancellation_the_token_replays_and_the_same_request_is_new() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("create_booking", with_token(book(OBRIEN, "104"), "t")).await;
    let number = first.data()["booking_number"].clone();
    staff.done("cancel_booking", json!({"booking_number": number})).await;
    let replay = staff.call("create_booking", with_token(book(OBRIEN, "104"), "t")).await;
    assert_eq!(replay.data()["replayed"], true);
    assert_eq!(replay.data()["booking_number"], number);
    assert_eq!(world.rows("bookings"), 11, "a replay books nothing");
    for request in [book(OBRIEN, "104"), with_token(book(OBRIEN, "104"), "another")] {
        let told = staff.call("create_booking", request).await;
        assert_ne!(told.data()["booking_number"], number);
    }
    assert_eq!(world.rows("bookings"), 12, "and the second of the two still stands");
}

/// Effects that still stand are read from the hotel: also if the effect was somebody else's.
#[tokio::test]
async fn what_still_stands_is_answered_to_whoever_asks() {
    let world = World::new();
    let (staff, beth) = (world.staff(), world.guest(BETH));
    staff
        .done("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}))
        .await;
    let told = beth.call("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})).await;
    assert_eq!(told.data()["already_checked_out"], true);
    assert_eq!(told.data()["replayed"], false);
    let sarah = world.guest(SARAH);
    sarah.done("check_in_guest", json!({})).await;
    let told = staff.call("check_in_guest", with_token(json!({"guest_email": SARAH}), "new")).await;
    assert_eq!(told.data()["already_checked_in"], true);
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

/// These have no such key: they look and act each time.
#[tokio::test]
async fn changes_look_and_act_each_time() {
    let world = World::new();
    let staff = world.staff();
    let clean = json!({"room_number": "106", "status": "Vacant"});
    let close = json!({"room_number": "106", "status": "Maintenance"});
    assert_eq!(changed(&staff, "update_room_status", &clean).await, true);
    assert_eq!(changed(&staff, "update_room_status", &clean).await, false);
    assert_eq!(changed(&staff, "update_room_status", &close).await, true);
    assert_eq!(changed(&staff, "update_room_status", &clean).await, true);
    let two = json!({"booking_number": "BK-0007", "number_of_guests": 2});
    let four = json!({"booking_number": "BK-0007", "number_of_guests": 4});
    assert_eq!(changed(&staff, "manage_booking", &two).await, true);
    assert_eq!(changed(&staff, "manage_booking", &four).await, true);
    assert_eq!(changed(&staff, "manage_booking", &two).await, true);
    staff.done("cancel_booking", json!({"booking_number": "BK-0007"})).await;
    staff.refused("cancel_booking", json!({"booking_number": "BK-0007"}), "INVALID_TRANSITION").await;
}

async fn changed(staff: &Server, tool: &str, request: &Value) -> Value {
    staff.call(tool, request.clone()).await.data()["changed"].clone()
}

/// A call still running is waited for and answered alike.
#[tokio::test]
async fn two_calls_under_one_token_at_once_are_one() {
    let world = World::new();
    let (one, other) = (world.staff(), world.staff());
    let pay = with_token(json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}), "t");
    let (a, b) = tokio::join!(
        one.call("process_guest_checkout", pay.clone()),
        other.call("process_guest_checkout", pay)
    );
    assert_eq!(story(&a), story(&b));
    assert_ne!(a.data()["replayed"], b.data()["replayed"], "one did it, the other was answered");
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

/// The keys that systems are given contain neither the caller's token nor an e-mail.
#[tokio::test]
async fn keys_downstream_are_derived_and_raw_tokens_never_leave_the_journal() {
    let world = World::new();
    let staff = world.staff();
    let pay =
        with_token(json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}), "my-secret-token");
    staff.done("process_guest_checkout", pay).await;
    staff.done("create_booking", with_token(book(OBRIEN, "104"), "my-secret-token-2")).await;
    staff.close().await;
    for file in ["hotel.db", "payments.db", "messages.db"] {
        for suffix in ["", "-wal"] {
            let bytes = std::fs::read(world.data().join(format!("{file}{suffix}"))).unwrap_or_default();
            let found = bytes.windows(15).any(|window| window == b"my-secret-token");
            assert!(!found, "{file}{suffix}");
        }
    }
    let connection = rusqlite::Connection::open(world.data().join("payments.db")).unwrap();
    let mut keys = connection.prepare("SELECT key FROM idempotency_keys").unwrap();
    let keys: Vec<String> = keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(keys.len() >= 3, "customer, intent, confirm: {keys:?}");
    for key in keys {
        assert!(key.len() == 40 && key.bytes().all(|b| b.is_ascii_hexdigit()), "{key}");
    }
}
