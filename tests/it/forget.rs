//! `staff-server forget EMAIL`: a person goes from the journal, the accounts stay.

use rusqlite::Connection;
use serde_json::{Value, json};
use tests::{World, day};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";

fn journal(world: &World) -> Connection {
    Connection::open(world.data().join("journal.db")).unwrap()
}

/// Which of these texts is still somewhere in the journal's files, whatever its case.
fn still_there<'a>(world: &World, texts: &[&'a str]) -> Vec<&'a str> {
    let files =
        ["journal.db", "journal.db-wal", "reads.log"].map(|name| std::fs::read(world.data().join(name)));
    let bytes =
        files.into_iter().flatten().flatten().map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
    let found =
        |text: &&&str| bytes.windows(text.len()).any(|part| part == text.to_ascii_lowercase().as_bytes());
    texts.iter().filter(found).copied().collect()
}

/// Beth asks for towels, is looked for by staff, and leaves; a receipt goes to her phone. Carl asks for ice.
async fn day_with_beth(world: &World) {
    let (guest, staff) = (world.guest(BETH), world.staff());
    guest.done("search_bookings_on_behalf_of_guest", json!({})).await;
    let towels = json!({"description": "Towels for Mrs. Gibbs, please.", "idempotency_token": "towels"});
    guest.done("submit_guest_service_request", towels).await;
    for query in ["gibbs", "+1555010", "Beth G"] {
        staff.done("search_contacts", json!({"query": query})).await;
    }
    let about = json!({"room_number": "104", "type": "Housekeeping", "description": "A parcel for BETH GIBBS lies here."});
    staff.done("create_case", about).await;
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": "paid-by-Beth"});
    staff.done("process_guest_checkout", pay).await;
    let ice = json!({"guest_email": CARL, "description": "Ice, please.", "idempotency_token": "ice"});
    staff.done("submit_guest_service_request", ice).await;
    guest.close().await;
    staff.close().await;
}

#[tokio::test]
async fn nothing_in_the_files_names_the_person_any_more() {
    let world = World::new();
    day_with_beth(&world).await;
    let names = [BETH, "beth gibbs", "gibbs", "+15550100001"];
    assert_eq!(still_there(&world, &names), names, "they were there");
    let running = world.staff();
    running.done("search_contacts", json!({"query": "smith"})).await;
    let ran = world.run_staff(&["forget", BETH]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("7 calls were redacted"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("records (people, bookings, payments, texts sent) were not touched"),
        "{}",
        ran.stdout
    );
    assert_eq!(still_there(&world, &names), [""; 0]);
    let again = world.run_staff(&["forget", BETH]).await;
    assert!(again.code == Some(0) && again.stdout.contains("Nothing found"), "{again:?}");
    let people = running.call("search_contacts", json!({"query": "gibbs"})).await;
    assert_eq!(people.data()["contacts"][0]["email"], BETH, "the hotel still knows her");
}

#[tokio::test]
async fn the_accounts_stay() {
    let world = World::new();
    day_with_beth(&world).await;
    let columns = "id, tool, persona, outcome, error_code, booking_number, started_at, finished_at, rows";
    let accounts = |journal: &Connection| -> Vec<String> {
        let sql = format!(
            "SELECT concat_ws(' ', {columns}) FROM calls WHERE tool <> 'search_tool_calls' UNION ALL \
             SELECT concat_ws(' ', call, name, place, outcome, started_at, duration_ms) FROM steps UNION ALL \
             SELECT concat_ws(' ', call, state, changed_at) FROM outbox"
        );
        let mut statement = journal.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    // Somebody looks: what was read is in the journal now, and not only beside it.
    world.run_staff(&["call", "search_tool_calls", "{}"]).await;
    let before = accounts(&journal(&world));
    assert_eq!(world.run_staff(&["forget", BETH]).await.code, Some(0));
    assert_eq!(accounts(&journal(&world)), before);
    let staff = world.staff();
    let told = staff.call("search_tool_calls", json!({"tool": "process_guest_checkout"})).await;
    let call = &told.data()["tool_calls"][0];
    assert_eq!((&call["outcome"], &call["booking_number"]), (&json!("done"), &json!("BK-0001")));
    assert_eq!(call["arguments"], json!({"guest_email": "[redacted]", "payment_method_id": "[redacted]"}));
    assert_eq!(
        (&call["guest_email"], &call["caller"]),
        (&json!("forgotten"), &json!("staff:manager@dewyhotel.com"))
    );
    let answer = &call["answer"]["data"];
    assert_eq!((&answer["amount_cents"], &answer["currency"]), (&json!(29998), &json!("usd")));
    assert_eq!((&answer["room_number"], &answer["guest_name"]), (&json!("201"), &json!("[redacted]")));
    assert!(answer["room_name"].as_str().is_some_and(|name| name != "[redacted]"), "{answer}");
    assert!(answer["payment_intent_id"].as_str().unwrap().starts_with("pi_"), "{answer}");
    assert_eq!(answer["check_out_date"], day(0));
    let towels = staff.call(
        "search_tool_calls",
        json!({"tool": "submit_guest_service_request", "booking_number": "BK-0001"}),
    );
    let towels = towels.await;
    assert_eq!(towels.data()["tool_calls"][0]["caller"], "forgotten");
    let ice = staff.call("search_tool_calls", json!({"idempotency_token": "ice"})).await;
    let ice = &ice.data()["tool_calls"][0];
    assert_eq!(ice["arguments"]["description"], "Ice, please.", "nobody else is forgotten: {ice}");
}

/// The token of a forgotten call is free; what is asked under it is done, and not taken for what was done then.
#[tokio::test]
async fn a_forgotten_token_may_be_used_anew() {
    let world = World::new();
    let ask = json!({"description": "Towels.", "idempotency_token": "mine"});
    let told = world.guest(BETH).call("submit_guest_service_request", ask).await;
    let first = told.data()["case_number"].clone();
    assert_eq!(world.run_staff(&["forget", BETH]).await.code, Some(0));
    let guest = world.guest(BETH);
    let ask = json!({"description": "Soap.", "idempotency_token": "mine"});
    let told = guest.call("submit_guest_service_request", ask.clone()).await;
    assert_eq!((&told.data()["replayed"], &told.data()["created"]), (&json!(false), &json!(true)));
    assert_ne!(told.data()["case_number"], first);
    let again = guest.call("submit_guest_service_request", ask).await;
    assert_eq!(
        (&again.data()["replayed"], &again.data()["case_number"]),
        (&json!(true), &told.data()["case_number"])
    );
}

/// What recovery, a member of staff or a message still needs is left alone, and the command says so.
#[tokio::test]
async fn what_is_unfinished_is_left_alone() {
    let world = World::new();
    day_with_beth(&world).await;
    let journal = journal(&world);
    let set = |sql: &str| assert_eq!(journal.execute(sql, []).unwrap(), 1, "{sql}");
    let arguments = |tool: &str| -> String {
        let sql = "SELECT arguments FROM calls WHERE tool = ? AND guest_email IN (?, 'forgotten')";
        journal.query_row(sql, [tool, BETH], |row| row.get(0)).unwrap()
    };
    set(
        "UPDATE calls SET outcome = 'needs_attention' WHERE tool = 'submit_guest_service_request' AND token = 'towels'",
    );
    set("UPDATE outbox SET state = 'staged'");
    let ran = world.run_staff(&["forget", BETH]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stdout.contains("2 unfinished calls were left as they are: run reconcile first"),
        "{}",
        ran.stdout
    );
    assert!(arguments("submit_guest_service_request").contains("Towels for Mrs. Gibbs"));
    assert!(arguments("process_guest_checkout").contains(BETH), "its receipt has not left yet");
    set("UPDATE calls SET outcome = 'done' WHERE outcome = 'needs_attention'");
    world.run_staff(&["reconcile"]).await; // the receipt leaves
    assert_eq!(world.run_staff(&["forget", BETH]).await.code, Some(0));
    assert_eq!(still_there(&world, &[BETH, "gibbs", "+15550100001"]), [""; 0]);
}

#[tokio::test]
async fn who_is_unknown_and_what_is_misuse() {
    let world = World::new();
    let ran = world.run_staff(&["forget", "nobody@example.com"]).await;
    assert!(ran.code == Some(0) && ran.stdout.contains("Nothing found"), "{ran:?}");
    for (server, arguments, about) in [
        ("staff-server", &["forget", "beth"][..], "EMAIL"),
        ("staff-server", &["forget"], "EMAIL"),
        ("guest-server", &["forget", BETH], "staff-server"),
    ] {
        let ran = world.run(server, arguments, &[], "").await;
        assert!(ran.code == Some(2) && ran.stderr.contains(about) && ran.stdout.is_empty(), "{ran:?}");
    }
}

/// Whatever was written into a field nobody read, and whoever is named like somebody else.
#[tokio::test]
async fn refused_requests_and_other_spellings_are_forgotten_too() {
    let world = World::new();
    let staff = world.staff();
    let wrong: Value = json!({"booking_number": BETH, "limit": 0, "room_number": "+15550100001"});
    staff.refused("search_bookings_on_behalf_of_staff", wrong, "VALIDATION_ERROR").await;
    staff.done("check_in_guest", json!({"guest_email": "Beth.GIBBS@email.com"})).await;
    for query in ["Gibbs, Beth", "Gibbs 15550100001", "gibbs;  béth"] {
        staff.done("search_contacts", json!({"query": query})).await;
    }
    let next_door = json!({"guest_email": "soojin.kim@example.com", "room_number": "100", "check_in_date": day(1),
        "check_out_date": day(2), "special_requests": "Next to Gibbs, Beth (1 555 010 0001)."});
    staff.done("create_booking", next_door).await;
    let token =
        json!({"room_number": "106", "status": "Vacant", "idempotency_token": "for:Beth.Gibbs@email.com"});
    staff.done("update_room_status", token).await;
    staff.close().await;
    assert_eq!(world.run_staff(&["forget", "BETH.gibbs@Email.com"]).await.code, Some(0));
    let names = [BETH, "+15550100001", "15550100001", "555 010 0001", "gibbs", "béth"];
    assert_eq!(still_there(&world, &names), [""; 0]);
}

/// A token is any text: however it names her, it goes, and the call of somebody else that it stands for stays.
#[tokio::test]
async fn tokens_that_name_the_person_are_forgotten() {
    let world = World::new();
    let staff = world.staff();
    let tokens = [
        format!("room-{BETH}-1"),
        format!("{}_2", BETH.to_uppercase()),
        "beth.gibbs%40email.com/3".to_owned(),
    ];
    for token in &tokens {
        staff
            .done(
                "update_room_status",
                json!({"room_number": "106", "status": "Cleaning", "idempotency_token": token}),
            )
            .await;
    }
    let ice =
        json!({"guest_email": CARL, "description": "Ice.", "idempotency_token": format!("not-for-{BETH}-4")});
    staff.done("submit_guest_service_request", ice).await;
    staff.close().await;
    assert_eq!(world.run_staff(&["forget", BETH]).await.code, Some(0));
    assert_eq!(still_there(&world, &[BETH, "beth.gibbs%40", "gibbs"]), [""; 0]);
    let told = world.staff().call("search_tool_calls", json!({"guest_email": CARL})).await;
    let call = &told.data()["tool_calls"][0];
    assert_eq!(call["arguments"]["description"], "Ice.", "Carl's request is his: {call}");
}

/// Whichever field of a call has come to hold it.
#[tokio::test]
async fn every_field_of_a_call_is_looked_through() {
    let fields = [
        ("calls", "caller"),
        ("calls", "acting_guest"),
        ("calls", "token"),
        ("calls", "arguments"),
        ("calls", "guest_email"),
        ("calls", "booking_number"),
        ("calls", "answer"),
        ("calls", "because"),
        ("steps", "undo"),
        ("steps", "value"),
        ("outbox", "message"),
    ];
    for (table, field) in fields {
        let world = World::new();
        let staff = world.staff();
        if table == "outbox" {
            staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
        } else {
            let pay = json!({"guest_email": CARL, "payment_method_id": "pm_card_visa"});
            staff.done("process_guest_checkout", pay).await;
        }
        staff.close().await;
        let held = match field {
            "arguments" | "answer" | "undo" | "value" | "message" => {
                json!({"text": format!("For {BETH}.")}).to_string()
            }
            "caller" => format!("guest:{BETH}"),
            "acting_guest" | "guest_email" | "booking_number" => BETH.to_owned(),
            _ => format!("for {BETH}: see there"),
        };
        let sql = format!("UPDATE {table} SET {field} = ?1 WHERE rowid = (SELECT min(rowid) FROM {table})");
        let sql = if table == "steps" {
            format!("UPDATE steps SET {field} = ?1 WHERE name = 'confirm_payment'")
        } else {
            sql
        };
        assert_eq!(journal(&world).execute(&sql, [&held]).unwrap(), 1, "{table}.{field}");
        let ran = world.run_staff(&["forget", BETH]).await;
        assert!(ran.code == Some(0) && ran.stdout.contains("1 calls"), "{table}.{field}: {ran:?}");
        assert_eq!(still_there(&world, &[BETH]), [""; 0], "{table}.{field}");
    }
}

/// What an engine elsewhere keeps beside the calls is not in the hands of `forget`. It is kept shortly, and the operator is told.
#[tokio::test]
async fn what_stays_elsewhere_for_a_while_is_said() {
    let world = World::new();
    world.guest(BETH).done("search_bookings_on_behalf_of_guest", json!({})).await;
    let ran = world.run_staff(&["forget", BETH]).await;
    let services = tests::services_of_the_engine().await;
    assert_eq!(ran.stdout.contains("up to two hours more"), services.is_some(), "{ran:?}");
    for service in services.into_iter().flatten() {
        let kept = [&service["journal_retention"], &service["idempotency_retention"]];
        assert_eq!(kept, [&json!("1h"); 2], "{service}");
    }
}
