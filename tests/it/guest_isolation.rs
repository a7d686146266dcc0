//! A guest who tries every field of every tool to reach another guest.

use serde_json::{Value, json};
use tests::{Books, Server, Told, World, day};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";

/// What Beth must never read: everybody else's names, addresses, numbers and cases.
const SECRETS: &[&str] = &[
    "Carl",
    "Sarah",
    "Johnson",
    "Wei",
    "Chen",
    "Sofia",
    "Martinez",
    "Jennifer",
    "Anderson",
    "Priya",
    "Patel",
    "Robert",
    "Thompson",
    "Maria",
    "Garcia",
    "Patrick",
    "O'Brien",
    "Soo-Jin",
    "Workshop",
    "plumbing",
    "@example.com",
    "@dewyhotel.com",
    "+15550100002",
    "+15550100003",
    "+15550100004",
    "+15550100009",
    "BK-0002",
    "BK-0003",
    "BK-0004",
    "BK-0005",
    "BK-0006",
    "BK-0007",
    "BK-0008",
    "BK-0009",
    "BK-0010",
    "00001002",
    "00001003",
    "pi_seed_0009",
    "The air conditioning drips",
    "A table for two",
];

/// Days on which only others arrive or leave; Beth's own stay is from T-2 to T.
const OTHERS_DAYS: &[i64] = &[-5, -3, -1, 1, 2, 3, 5, 7, 14, 20, 26];

/// What to try in a field.
fn candidates(field: &str, others: &Value) -> Vec<Value> {
    let list = |texts: &[&str]| texts.iter().map(|text| json!(text)).collect();
    match field {
        "guest_email" => list(&[
            CARL,
            "Sarah@Example.com",
            "rthompson@example.com",
            "manager@dewyhotel.com",
            "no@body.com",
        ]),
        "booking_number" => list(&[
            "BK-0002", "BK-0003", "bk-0004", "BK-0005", "BK-0006", "BK-0007", "BK-0008", "BK-0009",
            "BK-0010", "BK-9999", "%", "2",
        ]),
        "room_number" => {
            list(&["101", "102", "104", "105", "107", "203", "205", "206", "209", "210", "999", "%"])
        }
        "cursor" => others["cursors"].as_array().expect("cursors").clone(),
        "idempotency_token" => list(&["carls-token", "staff-token"]),
        "check_in_date" | "check_out_date" => OTHERS_DAYS.iter().map(|days| json!(day(*days))).collect(),
        "guest_first_name" | "guest_last_name" => list(&["Carl", "Smith"]),
        "guest_phone" => list(&["+15550100002"]),
        "reason" | "special_requests" | "description" => {
            list(&["The guest of BK-0002 in 101", "Two extra bath towels, please."])
        }
        "payment_method_id" => list(&["pm_card_chargeDeclined", "pm_1"]),
        "status_filter" => list(&["All", "Past", "Open"]),
        "filter" => list(&["all", "historical"]),
        "type" | "case_type_filter" => list(&["Concierge", "Maintenance", "Housekeeping"]),
        "room_type" => list(&["Standard", "Suite"]),
        "priority" => list(&["High"]),
        "case_number" => list(&["00001001", "00001002", "00001003", "1", "99999999", "%"]),
        "additional_to" => vec![json!(["BK-0002", "BK-0007"]), json!(["00001001", "00001002"])],
        "amount_cents" => vec![json!(1), json!(29_998)],
        "number_of_guests" | "limit" => vec![json!(1), json!(4), json!(50)],
        other => panic!("a new field of a guest's tool: say here what to try in {other}"),
    }
}

/// What makes a call of a tool complete; it touches nothing of Beth's own.
fn base(tool: &str) -> Value {
    match tool {
        "cancel_booking" | "manage_booking" => {
            json!({"booking_number": "BK-9999", "special_requests": "Quiet."})
        }
        "create_booking" => {
            json!({"room_number": "110", "check_in_date": day(50), "check_out_date": day(51)})
        }
        "process_guest_checkout" => json!({"payment_method_id": "pm_card_chargeDeclined"}),
        "search_available_rooms" => json!({"check_in_date": day(50), "check_out_date": day(51)}),
        "submit_guest_service_request" => json!({"description": "Ice."}),
        _ => json!({}),
    }
}

/// What others own, as the hotel's file holds it.
fn belongings(world: &World) -> Vec<String> {
    let books = Books::open(world);
    let beth = "(SELECT id FROM contacts WHERE email = 'beth.gibbs@email.com')";
    let queries = [
        "SELECT * FROM contacts".to_owned(),
        // Not `own_key`: where the hotel is an org's, each reading of its rows draws these anew.
        format!(
            "SELECT number, guest_id, opportunity_id, room_id, check_in, check_out, planned_check_out, guests,
                    special_requests, status, prices
             FROM bookings WHERE guest_id <> {beth}"
        ),
        format!("SELECT * FROM cases WHERE contact_id <> {beth}"),
        format!("SELECT * FROM opportunities WHERE contact_id <> {beth}"),
        format!("SELECT * FROM rooms WHERE current_guest IS NOT {beth}"),
    ];
    queries.iter().flat_map(|query| books.rows(query)).collect()
}

/// Others use the hotel first: their tokens and cursors are what Beth then tries.
async fn others_were_here(world: &World) -> Value {
    let staff = world.staff();
    let carl = world.guest(CARL);
    let wish = json!({"description": "A secret wish of Carl.", "idempotency_token": "carls-token"});
    assert!(carl.call("submit_guest_service_request", wish).await.succeeded());
    let room = json!({"room_number": "106", "status": "Vacant", "idempotency_token": "staff-token"});
    assert!(staff.call("update_room_status", room).await.succeeded());
    let mut cursors = vec![json!("32"), json!("39"), json!("3130")];
    for tool in ["search_bookings_on_behalf_of_staff", "search_cases_on_behalf_of_staff", "search_contacts"] {
        let told = staff.call(tool, json!({"limit": 1})).await;
        cursors.push(told.data()["next_cursor"].clone());
    }
    let told =
        carl.call("search_cases_on_behalf_of_guest", json!({"limit": 1, "status_filter": "All"})).await;
    cursors.extend(told.data().get("next_cursor").cloned());
    json!({"cursors": cursors})
}

fn leaks(told: &Told, arguments: &Value) -> Vec<String> {
    let mut told = told.0.clone();
    for case in told["data"]["cases"].as_array_mut().into_iter().flatten() {
        case["opened_at"] = Value::Null; // a day of the guest's own
    }
    let (text, given) = (told.to_string(), arguments.to_string().to_lowercase());
    let days = OTHERS_DAYS.iter().map(|days| day(*days));
    let secrets =
        SECRETS.iter().map(|secret| (*secret).to_owned()).chain(["secret wish".to_owned()]).chain(days);
    secrets.filter(|secret| text.contains(secret) && !given.contains(&secret.to_lowercase())).collect()
}

#[tokio::test]
async fn a_guest_who_tries_every_field_of_every_tool_reaches_nobody_else() {
    let world = World::new();
    let others = others_were_here(&world).await;
    let before = belongings(&world);
    let beth = world.guest(BETH);
    let tools = beth.request("tools/list", json!({})).await.unwrap()["result"]["tools"].clone();
    let mut tried = 0;
    for tool in tools.as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        for field in tool["inputSchema"]["properties"].as_object().unwrap().keys() {
            for candidate in candidates(field, &others) {
                let mut arguments = base(name);
                if name == "create_booking" && field.ends_with("_date") {
                    arguments["room_number"] = "203".into(); // refused: the others' days do not become Beth's own
                }
                arguments[field] = candidate;
                let told = beth.call(name, arguments.clone()).await;
                let leaked = leaks(&told, &arguments);
                assert!(leaked.is_empty(), "{name} {arguments} shows {leaked:?}: {}", told.0);
                if field == "guest_email" {
                    assert_eq!(told.code(), "NOT_YOURS", "{name} {arguments}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 250, "only {tried} calls were tried");
    assert_eq!(belongings(&world), before, "nothing of anybody else's was changed");
}

/// Tells whether two answers are the same but for the words that were asked for.
async fn same_answer(beth: &Server, tool: &str, arguments: &Value, field: &str, others: &str, nobodys: &str) {
    let ask = |value: &str| {
        let mut arguments = arguments.clone();
        arguments[field] = value.into();
        arguments
    };
    let theirs =
        beth.request("tools/call", json!({"name": tool, "arguments": ask(others)})).await.expect("an answer");
    let none = beth
        .request("tools/call", json!({"name": tool, "arguments": ask(nobodys)}))
        .await
        .expect("an answer");
    let theirs = theirs["result"].to_string().replace(others, nobodys);
    assert_eq!(theirs, none["result"].to_string(), "{tool} {field} {others}");
}

#[tokio::test]
async fn somebody_elses_booking_or_room_answers_like_one_that_does_not_exist() {
    let world = World::new();
    let beth = world.guest(BETH);
    let calls = [
        ("cancel_booking", json!({})),
        ("manage_booking", json!({"special_requests": "Quiet."})),
        ("manage_booking", json!({"check_in_date": day(1), "check_out_date": day(2), "number_of_guests": 4})),
        ("check_in_guest", json!({})),
        ("check_in_guest", json!({"check_in_date": day(0)})),
        ("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})),
        (
            "process_guest_checkout",
            json!({"payment_method_id": "pm_card_visa", "amount_cents": 1, "room_number": "101"}),
        ),
    ];
    for (tool, arguments) in &calls {
        for number in 2..=10 {
            same_answer(&beth, tool, arguments, "booking_number", &format!("BK-{number:04}"), "BK-9999")
                .await;
        }
    }
    let with_room = [
        ("submit_guest_service_request", json!({"description": "Ice."})),
        ("check_in_guest", json!({})),
        ("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})),
    ];
    for (tool, arguments) in &with_room {
        for room in ["101", "102", "107", "203", "205", "206"] {
            same_answer(&beth, tool, arguments, "room_number", room, "999").await;
        }
    }
}

#[tokio::test]
async fn equal_tokens_of_two_guests_never_meet() {
    let world = World::new();
    let (beth, carl) = (world.guest(BETH), world.guest(CARL));
    let wish = json!({"description": "Ice.", "idempotency_token": "same"});
    let theirs = carl.call("submit_guest_service_request", wish.clone()).await;
    let mine = beth.call("submit_guest_service_request", wish.clone()).await;
    assert_eq!(mine.data()["replayed"], false);
    assert_eq!((&mine.data()["room_number"], &theirs.data()["room_number"]), (&json!("201"), &json!("101")));
    let other = beth
        .call("submit_guest_service_request", json!({"description": "Tea.", "idempotency_token": "same"}))
        .await;
    assert_eq!(other.code(), "IDEMPOTENCY_TOKEN_REUSED");
}

#[tokio::test]
async fn a_guest_cannot_give_what_only_staff_may() {
    let world = World::new();
    let beth = world.guest(BETH);
    let calls = [
        ("manage_booking", json!({"booking_number": "BK-0001", "guest_email": CARL}), "guest_email"),
        ("manage_booking", json!({"booking_number": "BK-0001", "guest_email": BETH}), "guest_email"),
        ("manage_booking", json!({"booking_number": "BK-0001", "room_number": "102"}), "room_number"),
        ("cancel_booking", json!({"booking_number": "BK-0001", "no_show": true}), "no_show"),
    ];
    for (tool, arguments, field) in calls {
        let told = beth.call(tool, arguments).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{told:?}");
        assert_eq!(told.details()["field"], field);
    }
    let unknown =
        beth.request("tools/call", json!({"name": "search_contacts", "arguments": {}})).await.unwrap();
    assert!(unknown["error"].is_object(), "a tool of staff-server does not exist here: {unknown}");
}

#[tokio::test]
async fn a_kiosk_is_told_who_asks_and_acts_for_the_bookings_guest() {
    let world = World::new();
    let mut kiosk = world.kiosk();
    for (tool, arguments) in [
        ("search_bookings_on_behalf_of_guest", json!({})),
        ("check_in_guest", json!({})),
        ("submit_guest_service_request", json!({"description": "Ice."})),
        ("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})),
    ] {
        let told = kiosk.call(tool, arguments).await;
        assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("guest_email")));
    }
    let mine = kiosk.call("search_bookings_on_behalf_of_guest", json!({"guest_email": BETH})).await;
    assert_eq!(mine.data()["count"], 1);
    // The call is bound to the guest it names: another guest's booking does not exist in it.
    let others =
        json!({"guest_email": BETH, "booking_number": "BK-0002", "payment_method_id": "pm_card_visa"});
    assert_eq!(kiosk.call("process_guest_checkout", others).await.code(), "BOOKING_NOT_FOUND");
    let change = json!({"booking_number": "BK-0008", "special_requests": "A cot."});
    assert!(kiosk.call("manage_booking", change).await.succeeded());
    assert!(kiosk.call("cancel_booking", json!({"booking_number": "BK-0007"})).await.succeeded());
    assert!(kiosk.last_words().await.contains("GUEST_EMAIL"), "a kiosk says so on stderr");
}

#[tokio::test]
async fn a_kiosk_on_a_real_system_refuses_to_start_and_says_why() {
    let world = World::new();
    let mut kiosk = world.start("guest-server", &[], &[("STRIPE_SECRET_KEY", "rk_test_123")]);
    assert_eq!(kiosk.wait().await.code(), Some(2));
    assert!(kiosk.stderr().contains("GUEST_EMAIL"), "{}", kiosk.stderr());
}
