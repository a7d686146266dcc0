//! Hostile input for every field of every tool of both servers, generated from what `tools/list` says.

use serde_json::{Value, json};
use tests::{Books, Server, Told, World, day};

/// Texts that break what is careless. None is an e-mail, a date, a value of a list or the number of anything there is.
fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\t\r\n",
        "\0",
        "a\0b",
        "'",
        "\"",
        "\\",
        "'; DROP TABLE bookings; --",
        "' OR '1'='1",
        "\" OR 1=1 --",
        "1' UNION SELECT email FROM contacts --",
        "BK-0001' OR Name LIKE '%",
        "\\' OR Name != \\'",
        "%",
        "_",
        "*",
        "NEAR(",
        "\"unclosed",
        "a AND",
        "-- ",
        "/* */",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%s%s%n%x",
        "{0}{}",
        "$(reboot)",
        "`id`",
        "; rm -rf /",
        "| cat /etc/passwd",
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "file:///etc/passwd",
        "<script>alert(1)</script>",
        "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
        "\u{202e}gnp.exe",
        "\u{feff}\u{200b}\u{200d}",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "مرحبا بالعالم",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
        "\u{1b}[31mred\u{7}\u{8}",
        "\u{85}\u{2028}\u{2029}",
        "\u{ffff}\u{fffe}",
        "null",
        "undefined",
        "NaN",
        "-1",
        "0",
        "1e309",
        "0x7fffffff",
        "2026-02-30",
        "9999-99-99",
        "0000-00-00",
        "-9999-01-01",
        "99999-01-01",
        "2026-11-21T00:00:00Z",
        "@",
        "a@",
        "@b.c",
        "a@b",
        "a@b..c",
        "a b@c.d",
        "ａ＠ｂ．ｃ",
        "pm_",
        "pm_card_visa'",
        "pi_",
        "pi_x",
        "true",
        "[]",
        "{}",
    ]
    .map(str::to_owned)
    .into();
    texts.push("9".repeat(400));
    texts.push("-".to_owned() + &"9".repeat(4_000));
    texts.push("a".repeat(32_001));
    texts.push("x".repeat(1_000_000));
    texts
}

/// Values of the wrong type for a text.
fn wrong_types() -> Vec<Value> {
    let deep = (0..90).fold(json!("deep"), |inner, _| json!([inner]));
    let wide = (0..90).fold(json!({}), |inner, _| json!({"a": inner}));
    vec![
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(1e308),
        json!(true),
        json!(false),
        json!([]),
        json!(["BK-0001"]),
        json!({}),
        json!({"$ne": null}),
        json!([null]),
        deep,
        wide,
    ]
}

/// Arguments that can be read, about things that do not exist: a call that changes nothing.
fn harmless(field: &str) -> Option<Value> {
    Some(match field {
        "booking_number" => json!("BK-9999"),
        "room_number" => json!("999"),
        "case_number" => json!("99999999"),
        "guest_email" | "email" => json!("beth.gibbs@email.com"),
        "staff_email" => json!("manager@dewyhotel.com"),
        "payment_intent_id" => json!("pi_unknown"),
        "payment_method_id" => json!("pm_card_visa"),
        "first_name" | "last_name" | "guest_first_name" | "guest_last_name" => json!("Beth"),
        "phone" | "guest_phone" => json!("+15550100001"),
        "check_in_date" | "arriving_on" => json!(day(60)),
        "check_out_date" | "departing_on" => json!(day(61)),
        "description" | "reason" | "special_requests" => json!("A text."),
        _ => return None,
    })
}

fn arguments_of(tool: &Value) -> Value {
    let schema = &tool["inputSchema"];
    let mut arguments = json!({});
    for (field, about) in schema["properties"].as_object().expect("properties") {
        let required = schema["required"].as_array().is_some_and(|list| list.contains(&json!(field)));
        if let Some(value) = harmless(field) {
            arguments[field] = value;
        } else if required {
            arguments[field] = about["enum"][0].clone();
        }
    }
    if tool["name"] == "check_in_guest" {
        arguments["check_in_date"] = json!(day(0));
    }
    arguments
}

fn check(tool: &str, field: &str, value: &Value, told: &Told) {
    let shown: String = value.to_string().chars().take(80).collect();
    let status = told.0["http_status"].as_u64().unwrap_or(200);
    assert!(status < 500, "{tool} {field}={shown}: {}", told.0);
    if told.0["error_code"] == "VALIDATION_ERROR" {
        assert_eq!(told.details()["field"], field, "{tool} {field}={shown}: {}", told.0);
        let message = told.0["error_message"].as_str().expect("a message");
        assert!(message.starts_with(field) && message.len() < 1_000, "{tool} {field}={shown}: {message}");
    }
}

/// Tries every value in every field of every tool, many at a time.
async fn torment(server: &Server, values: impl Fn(&str, &Value) -> Vec<Value>) -> usize {
    let tools = server.request("tools/list", json!({})).await.expect("tools")["result"]["tools"].clone();
    let mut tried = 0;
    for tool in tools.as_array().expect("a list") {
        let name = tool["name"].as_str().expect("a name");
        for (field, about) in tool["inputSchema"]["properties"].as_object().expect("properties") {
            let mut pending = vec![];
            for value in values(field, about) {
                let mut arguments = arguments_of(tool);
                arguments[field] = value.clone();
                pending.push((server.send(name, arguments).await, value));
            }
            tried += pending.len();
            for (answer, value) in pending {
                check(name, field, &value, &answer.await.expect("an answer"));
            }
        }
    }
    tried
}

#[tokio::test]
async fn no_text_in_any_field_of_any_tool_does_harm() {
    for name in ["staff", "guest"] {
        let world = World::new();
        let server = if name == "staff" { world.staff() } else { world.guest("beth.gibbs@email.com") };
        server.request("tools/list", json!({})).await.expect("up");
        let before = Books::open(&world).dump();
        let texts = hostile_texts();
        let tried = torment(&server, |_, about| {
            let texts = texts.iter().filter(|text| about["type"] == "string" || text.len() < 100);
            texts.map(|text| json!(text)).collect()
        })
        .await;
        assert!(tried > 2_000, "{tried}");
        let books = Books::open(&world);
        assert_eq!(books.dump(), before, "nothing was changed");
        books.are_in_order();
        let file = std::fs::metadata(world.data().join("journal.db")).expect("a journal").len();
        assert!(file < 64 << 20, "what could not be read is not kept: the journal has {file} bytes");
        assert!(
            server
                .call("search_available_rooms", json!({"check_in_date": day(1), "check_out_date": day(2)}))
                .await
                .succeeded()
        );
        assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_by_the_name_of_its_field() {
    for name in ["staff", "guest"] {
        let world = World::new();
        let server = if name == "staff" { world.staff() } else { world.guest("beth.gibbs@email.com") };
        server.request("tools/list", json!({})).await.expect("up");
        let before = Books::open(&world).dump();
        let tools = server.request("tools/list", json!({})).await.expect("tools")["result"]["tools"].clone();
        for tool in tools.as_array().expect("a list") {
            for (field, about) in tool["inputSchema"]["properties"].as_object().expect("properties") {
                for value in wrong_types() {
                    let fits = match about["type"].as_str() {
                        Some("integer") => value.is_number(),
                        Some("boolean") => value.is_boolean(),
                        _ => false,
                    };
                    let mut arguments = arguments_of(tool);
                    arguments[field] = value.clone();
                    let name = tool["name"].as_str().expect("a name");
                    let told = server.call(name, arguments).await;
                    check(name, field, &value, &told);
                    assert!(fits || told.code() == "VALIDATION_ERROR", "{name} {field}={value}: {}", told.0);
                }
            }
        }
        let books = Books::open(&world);
        assert_eq!(books.dump(), before);
        books.are_in_order();
    }
}

#[tokio::test]
async fn a_required_field_left_out_or_an_unknown_one_added_is_named() {
    let world = World::new();
    for server in [world.staff(), world.guest("beth.gibbs@email.com")] {
        let tools = server.request("tools/list", json!({})).await.expect("tools")["result"]["tools"].clone();
        for tool in tools.as_array().expect("a list") {
            let name = tool["name"].as_str().expect("a name");
            for field in
                tool["inputSchema"]["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
            {
                for left_out in [None, Some(Value::Null)] {
                    let mut arguments = arguments_of(tool);
                    arguments.as_object_mut().expect("an object").remove(field);
                    left_out.into_iter().for_each(|null| arguments[field] = null);
                    let told = server.call(name, arguments).await;
                    assert_eq!(
                        (told.code(), told.details()["field"].as_str()),
                        ("VALIDATION_ERROR", Some(field)),
                        "{name}"
                    );
                }
            }
            for unknown in
                ["__proto__", "constructor", "Guest_Email", "guest_emai", "_meta", "1", "ünïcode", "a b"]
            {
                let mut arguments = arguments_of(tool);
                arguments[unknown] = json!({"$where": "1"});
                let told = server.call(name, arguments).await;
                assert_eq!(
                    (told.code(), &told.details()["field"]),
                    ("VALIDATION_ERROR", &json!(unknown)),
                    "{name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_hostile_text_where_texts_are_welcome_comes_back_as_it_was() {
    let world = World::new();
    let (staff, beth) = (world.staff(), world.guest("beth.gibbs@email.com"));
    staff.request("tools/list", json!({})).await.expect("up");
    let before = Books::open(&world).dump();
    let mut welcome = 0;
    for (i, text) in hostile_texts().into_iter().enumerate() {
        let wish = json!({"description": text, "idempotency_token": format!("t{i}")});
        let told = beth.call("submit_guest_service_request", wish).await;
        if !told.succeeded() {
            check("submit_guest_service_request", "description", &json!(text), &told);
            continue;
        }
        welcome += 1;
        let number = &told.data()["case_number"];
        let found = staff.call("search_cases_on_behalf_of_staff", json!({"case_number": number})).await;
        assert_eq!(found.data()["cases"][0]["description"], text, "{}", found.0);
    }
    assert!(welcome > 50, "{welcome}");
    let books = Books::open(&world);
    let after = books.dump();
    let cases = |row: &&String| !row.starts_with("[Text(\"cases\")");
    assert!(before.iter().filter(cases).eq(after.iter().filter(cases)), "only cases were added");
    books.are_in_order();
}

#[tokio::test]
async fn a_search_takes_a_text_by_its_letters_and_not_as_a_pattern() {
    let world = World::new();
    let staff = world.staff();
    for query in [
        "%",
        "_",
        "*",
        "\"",
        "' OR 1=1",
        "NEAR(a b)",
        "a OR b",
        "name:Beth",
        "Beth*",
        "^Beth",
        "-Beth",
        "Be%s",
    ] {
        let told = staff.call("search_contacts", json!({"query": query})).await;
        assert_eq!(told.data()["count"], 0, "{query}: {}", told.0);
    }
    let told = staff.call("search_contacts", json!({"query": "O'Brien"})).await;
    assert_eq!(told.data()["count"], 1);
}

/// Says on the wire what a client can say and this crate's JSON cannot: the id is 900.
async fn raw(server: &Server, description: &str) -> Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let line = format!(
        r#"{{"jsonrpc":"2.0","id":900,"method":"tools/call","params":{{"name":"submit_guest_service_request","arguments":{{"description":{description}}},"_meta":{meta}}}}}"#
    );
    server.raw(900, &line).await.expect("an answer")
}

#[tokio::test]
async fn half_a_surrogate_pair_is_read_as_the_replacement_character() {
    let world = World::new();
    let beth = world.guest("beth.gibbs@email.com");
    for (hostile, read) in [
        (r#""\ud800""#, "\u{fffd}"),
        (r#""a\udc00b""#, "a\u{fffd}b"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\ude00""#, "😀"),
    ] {
        let answer = raw(&beth, hostile).await;
        assert_eq!(answer["result"]["structuredContent"]["data"]["description"], read, "{answer}");
    }
    Books::open(&world).are_in_order();
}

/// Whether a file under `folder` holds the digits, however they are parted.
fn kept_somewhere(folder: &std::path::Path) -> Option<String> {
    let needles = ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "4.242424242424242"];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        if let Some(needle) = needles.iter().find(|needle| text.contains(**needle)) {
            return Some(format!("{needle} in {}", path.display()));
        }
    }
    None
}

#[tokio::test]
async fn a_card_number_given_as_a_payment_method_is_kept_nowhere() {
    let world = World::new().with_env("RUST_LOG", "trace");
    let numbers = [
        json!("4242424242424242"),
        json!("4242 4242 4242 4242"),
        json!("4242-4242-4242-4242"),
        json!(4_242_424_242_424_242_u64),
        json!(4_242_424_242_424_242.0),
        json!(["4242424242424242"]),
        json!({"number": "4242424242424242"}),
        json!("pm_4242424242424242"),
        json!("card_4242424242424242"),
        json!(" 4242424242424242 "),
        json!("tok_4242424242424242"),
    ];
    let beside = [
        json!({}),
        json!({"guest_email": "not an e-mail"}),
        json!({"guest_email": 7}),
        json!({"guest_email": "carl.smith@example.com"}),
        json!({"booking_number": ""}),
        json!({"amount_cents": "much"}),
        json!({"unknown": 1}),
        json!({"idempotency_token": "not visible"}),
        json!({"booking_number": "BK-9999"}),
        json!({"room_number": "999"}),
    ];
    let servers = [world.staff(), world.guest("beth.gibbs@email.com"), world.kiosk()];
    for server in &servers {
        for number in &numbers {
            for more in &beside {
                let mut arguments = more.clone();
                arguments["payment_method_id"] = number.clone();
                let told = server.call("process_guest_checkout", arguments.clone()).await;
                assert!(!told.succeeded(), "{told:?}");
                let text = told.0.to_string();
                assert!(!text.contains("4242"), "{arguments}: {text}");
            }
        }
        assert!(!server.stderr().contains("42424242"), "{}", server.stderr());
        assert!(!server.stderr().contains("4242 4242"), "{}", server.stderr());
    }
    assert_eq!(kept_somewhere(&world.data()), None);
    for server in servers {
        server.close().await;
    }
    assert_eq!(kept_somewhere(&world.data()), None);
}
