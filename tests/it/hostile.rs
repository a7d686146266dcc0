//! Hostile input for every field of every tool of both servers, generated from what `tools/list` says.

use crate::hostile_input::{arguments_of, hostile_texts, wrong_types};
use serde_json::{Value, json};
use tests::{Books, Server, Told, World, day};

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
                        Some("array") => value.is_array(),
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
