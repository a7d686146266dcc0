//! What the audit trail keeps beside the outcome, for how long, and in journals of earlier versions too.

use rusqlite::Connection;
use serde_json::{Value, json};
use tests::fakes::Stripe;
use tests::{Server, World};

const BETH: &str = "beth.gibbs@email.com";

fn journal(world: &World) -> Connection {
    Connection::open(world.data().join("journal.db")).unwrap()
}

/// The newest call of a tool, as the trail tells it.
async fn last(staff: &Server, tool: &str) -> Value {
    let told = staff.call("search_tool_calls", json!({"tool": tool, "limit": 1})).await;
    told.data()["tool_calls"][0].clone()
}

fn checkout(token: &str) -> Value {
    json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": token})
}

#[tokio::test]
async fn what_a_write_was_answered_is_kept_and_what_a_read_was_answered_is_not() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", checkout("paid")).await;
    let call = last(&staff, "process_guest_checkout").await;
    assert_eq!(call["answer"]["success"], true);
    assert_eq!(call["answer"]["data"]["amount_cents"], told.data()["amount_cents"]);
    let wrong = json!({"guest_email": "nobody@example.com"});
    staff.refused("check_in_guest", wrong, "GUEST_NOT_FOUND").await;
    assert_eq!(last(&staff, "check_in_guest").await["answer"]["error_code"], "GUEST_NOT_FOUND");
    staff.done("search_contacts", json!({"query": "gibbs"})).await;
    let read = last(&staff, "search_contacts").await;
    assert_eq!((&read["answer"], &read["rows"]), (&Value::Null, &json!(1)));
    assert_eq!(read["arguments"]["query"], "gibbs");
}

#[tokio::test]
async fn every_replay_is_counted_and_dated() {
    let world = World::new();
    let staff = world.staff();
    staff.done("process_guest_checkout", checkout("once")).await;
    let call = last(&staff, "process_guest_checkout").await;
    assert_eq!((&call["replays"], &call["last_replayed_at"]), (&Value::Null, &Value::Null), "{call}");
    for times in 1..=3 {
        staff.done("process_guest_checkout", checkout("once")).await;
        let call = last(&staff, "process_guest_checkout").await;
        assert_eq!(call["replays"], times);
        assert!(call["last_replayed_at"].as_str().unwrap() > call["finished_at"].as_str().unwrap());
    }
    staff.refused("check_in_guest", checkout("once"), "VALIDATION_ERROR").await;
    let again = json!({"guest_email": "carl.smith@example.com", "payment_method_id": "pm_card_visa",
                       "idempotency_token": "once"});
    staff.refused("process_guest_checkout", again, "IDEMPOTENCY_TOKEN_REUSED").await;
    let told = staff.call("search_tool_calls", json!({"idempotency_token": "once", "outcome": "done"})).await;
    assert_eq!(told.data()["tool_calls"][0]["replays"], 3, "another request is no replay");
}

/// Nobody was found and nothing was done, so only the request says whom it was about.
#[tokio::test]
async fn a_refused_call_is_found_by_the_guest_and_the_booking_that_it_named() {
    let world = World::new();
    let staff = world.staff();
    staff.refused("check_in_guest", json!({"guest_email": "nobody@example.com"}), "GUEST_NOT_FOUND").await;
    staff.refused("cancel_booking", json!({"booking_number": "BK-0999"}), "BOOKING_NOT_FOUND").await;
    for (by, tool) in [
        (json!({"guest_email": "nobody@example.com"}), "check_in_guest"),
        (json!({"booking_number": "BK-0999"}), "cancel_booking"),
    ] {
        let told = staff.call("search_tool_calls", by.clone()).await;
        let found = &told.data()["tool_calls"];
        assert_eq!((told.data()["count"].as_i64(), &found[0]["tool"]), (Some(1), &json!(tool)), "{by}");
        for (name, value) in by.as_object().unwrap() {
            assert_eq!(found[0][name], *value, "{by}");
        }
    }
}

/// The booking that a call names may be somebody else's: then the call is about both, and found by the one that it is about.
#[tokio::test]
async fn a_call_is_found_by_the_guest_that_it_turned_out_to_be_about() {
    let world = World::new();
    let staff = world.staff();
    let (soojin, carl) = ("soojin.kim@example.com", "carl.smith@example.com");
    staff.done("manage_booking", json!({"booking_number": "BK-0002", "guest_email": soojin})).await;
    let call = last(&staff, "manage_booking").await;
    for guest in [soojin, carl] {
        let told = staff.call("search_tool_calls", json!({"guest_email": guest})).await;
        assert_eq!(told.data()["count"] == 1, call["guest_email"] == guest, "{guest}: {}", told.0);
    }
}

/// It has told its caller something, but it has not come to an end.
#[tokio::test]
async fn a_call_that_waits_for_its_guest_has_no_end() {
    let world = World::new();
    let staff = world.staff();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    staff.refused("process_guest_checkout", pay, "PAYMENT_ACTION_REQUIRED").await;
    let call = last(&staff, "process_guest_checkout").await;
    assert_eq!((&call["outcome"], &call["finished_at"]), (&json!("pending"), &Value::Null), "{call}");
}

/// Another key of the processor, a message service more: it is the hotel that it was.
#[tokio::test]
async fn a_new_key_of_the_processor_loses_neither_tokens_nor_the_trail() {
    let stripe = Stripe::start();
    let env = stripe.env();
    let world = env.iter().fold(World::new(), |world, (name, value)| world.with_env(name, value));
    let arrives = json!({"guest_email": "sarah@example.com", "idempotency_token": "arriving"});
    world.staff().done("check_in_guest", arrives.clone()).await;
    let world = world.with_env("STRIPE_SECRET_KEY", "sk_test_another_key_of_the_account");
    let staff = world.staff();
    assert_eq!(staff.call("check_in_guest", arrives).await.data()["replayed"], true);
    let told = staff.call("search_tool_calls", json!({"idempotency_token": "arriving"})).await;
    assert_eq!(told.data()["count"], 1, "{}", told.0);
    staff.done("cancel_booking", json!({"booking_number": "BK-0007"})).await;
}

/// Who comes back while the call waits for its guest asks again; nothing is replayed and nothing recovered.
#[tokio::test]
async fn coming_back_from_3d_secure_is_neither_a_replay_nor_a_recovery() {
    let world = World::new();
    let staff = world.staff();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired",
                     "idempotency_token": "secure"});
    staff.refused("process_guest_checkout", pay.clone(), "PAYMENT_ACTION_REQUIRED").await;
    staff.done("process_guest_checkout", pay).await;
    let call = last(&staff, "process_guest_checkout").await;
    assert_eq!(call["asked_again"], 1);
    assert_eq!((&call["replays"], &call["recoveries"]), (&Value::Null, &Value::Null), "{call}");
}

#[cfg(debug_assertions)] // a release build has no faults
#[tokio::test]
async fn a_call_that_another_server_went_on_with_says_so() {
    let world = World::new();
    let me = ("STAFF_EMAIL", "manager@dewyhotel.com");
    let dies = [me, ("HOTEL_FAULTS", "confirm_payment=killed_after")];
    let first = world.start("staff-server", &[], &dies);
    assert!(first.try_call("process_guest_checkout", checkout("killed")).await.is_none());
    let staff = world.staff();
    staff.call("search_contacts", json!({})).await.data(); // it is up, and the lease still stands
    journal(&world).execute("UPDATE calls SET lease_until = 0 WHERE outcome = 'running'", []).unwrap();
    staff.done("process_guest_checkout", checkout("killed")).await;
    let call = last(&staff, "process_guest_checkout").await;
    assert_eq!((&call["outcome"], &call["recoveries"]), (&json!("done"), &json!(1)), "{call}");
}

/// The schema of the first version, and a call of it.
#[tokio::test]
async fn a_journal_of_the_first_version_opens_and_keeps_its_calls() {
    let world = World::new();
    std::fs::create_dir_all(world.data()).unwrap();
    let old = journal(&world);
    old.execute_batch(include_str!("../../orchestrators/src/engine/journal/schema.sql")).unwrap();
    old.execute_batch(
        "PRAGMA user_version = 1; PRAGMA journal_mode = WAL;
         INSERT INTO calls (tool, persona, caller, token, explicit_token, attempt, fingerprint, arguments, systems,
                            guest_email, started_at, finished_at, outcome, answer, bound, effects)
         VALUES ('check_in_guest', 'staff', 'staff', 'old', 1, 0, 'f', '{\"guest_email\": \"sarah@example.com\"}', 's',
                 'sarah@example.com', '2026-11-01T09:00:00.000000Z', '2026-11-01T09:00:01.000000Z', 'done',
                 '{\"success\": true, \"data\": {\"room_number\": \"205\"}}', 1, 1);
         INSERT INTO steps (call, name, place, input, outcome, started_at, duration_ms)
         VALUES (1, 'check_in', 1, 'd', 'done', '2026-11-01T09:00:00.500000Z', 2);",
    )
    .unwrap();
    drop(old);
    let staff = world.start("staff-server", &[], &[("HOTEL_AUDIT_DAYS", "36500")]);
    let call = last(&staff, "check_in_guest").await;
    assert_eq!(call["answer"]["data"]["room_number"], "205", "{call}");
    assert_eq!(call["steps"][0]["duration_ms"], 2);
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let told = staff.call("search_tool_calls", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(told.data()["count"], 2, "the old and the new side by side");
}

/// Calls older than HOTEL_AUDIT_DAYS are gone, reads too; what still needs somebody stays.
#[tokio::test]
async fn the_trail_is_kept_as_long_as_the_settings_say() {
    let world = World::new();
    let staff = world.staff();
    staff.done("search_contacts", json!({})).await;
    staff.done("process_guest_checkout", checkout("old")).await;
    for room in ["104", "105"] {
        staff.done("update_room_status", json!({"room_number": room, "status": "Vacant"})).await;
    }
    staff.call("search_tool_calls", json!({})).await.data();
    staff.close().await;
    let journal = journal(&world);
    let old = "UPDATE calls SET started_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '-8 days')";
    assert_eq!(journal.execute(old, []).unwrap(), 4);
    let unfinished = "UPDATE calls SET outcome = 'needs_attention' WHERE arguments LIKE '%104%'";
    assert_eq!(journal.execute(unfinished, []).unwrap(), 1);
    let elsewhere =
        "UPDATE calls SET outcome = 'running', systems = 'elsewhere' WHERE arguments LIKE '%105%'";
    assert_eq!(journal.execute(elsewhere, []).unwrap(), 1);
    let kept = |days| {
        let server = world.start("staff-server", &[], &[("HOTEL_AUDIT_DAYS", days)]);
        async move {
            server.call("search_contacts", json!({})).await.data();
            server.close().await; // it ends what it began before: forgetting too
        }
    };
    let count = |sql: &str| journal.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    kept("30").await;
    assert!(count("SELECT count(*) FROM calls WHERE bound = 1") == 3, "eight days are within thirty");
    kept("7").await;
    assert_eq!(count("SELECT count(*) FROM calls WHERE started_at < date('now', '-7 days')"), 2);
    assert_eq!(count("SELECT count(*) FROM calls WHERE outcome IN ('needs_attention', 'running')"), 2);
    assert_eq!(count("SELECT count(*) FROM steps WHERE call NOT IN (SELECT id FROM calls)"), 0);
    assert_eq!(count("SELECT count(*) FROM outbox WHERE call NOT IN (SELECT id FROM calls)"), 0);
    assert_eq!(count("SELECT attempts FROM spent_tokens"), 1, "the token comes again as another attempt");
}

/// On a distributed engine the calls of an hour are kept in several parts.
#[tokio::test]
async fn page_by_page_the_trail_shows_every_call_once_newest_first() {
    let world = World::new();
    let staff = world.staff();
    let mut expected = vec![];
    for n in 0..12 {
        staff.done("search_contacts", json!({"query": format!("guest {n}")})).await;
        expected.insert(0, format!("guest {n}"));
    }
    let (mut seen, mut cursor, mut pages) = (vec![], Value::Null, 0);
    loop {
        let ask = json!({"tool": "search_contacts", "limit": 5, "cursor": cursor});
        let told = staff.call("search_tool_calls", ask).await;
        let calls = told.data()["tool_calls"].as_array().unwrap();
        seen.extend(calls.iter().map(|call| call["arguments"]["query"].as_str().unwrap().to_owned()));
        pages += 1;
        cursor = told.data()["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, expected);
    assert_eq!(pages, 3);
}
