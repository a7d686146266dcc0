//! Input schemas that every client and every vendor's converter takes: plain, with a short list of keywords. What they do
//! not say is checked all the same.

use super::listed;
use serde_json::{Map, Value, json};
use tests::World;

/// The keywords that all converters take (`tests/clients/converters.py`, `converters.mjs`).
const KEYWORDS: [&str; 10] = [
    "type",
    "description",
    "enum",
    "default",
    "minimum",
    "maximum",
    "pattern",
    "items",
    "properties",
    "required",
];

fn check(path: &str, schema: &Map<String, Value>) {
    for keyword in schema.keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{path} uses {keyword}");
    }
    assert!(schema["type"].is_string(), "{path} has one type, not {}", schema["type"]);
    assert!(schema.get("default").is_none_or(|default| !default.is_null()), "{path} has null as its default");
    for value in schema.get("enum").and_then(Value::as_array).into_iter().flatten() {
        assert!(value.is_string(), "{path} lists {value}");
    }
    if schema["type"] == "object" {
        assert!(schema["required"].is_array(), "{path} does not say what it needs");
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{path}.{name} has no description");
            check(&format!("{path}.{name}"), property.as_object().unwrap());
        }
    }
    if let Some(items) = schema.get("items") {
        check(&format!("{path}[]"), items.as_object().unwrap());
    }
}

#[tokio::test]
async fn input_schemas_are_plain() {
    let world = World::new();
    for server in [world.staff(), world.kiosk()] {
        for tool in listed(&server).await {
            let schema = tool["inputSchema"].as_object().unwrap();
            assert_eq!(schema["type"], "object");
            check(tool["name"].as_str().unwrap(), schema);
            jsonschema::meta::validate(&tool["inputSchema"]).unwrap();
        }
    }
}

#[tokio::test]
async fn a_default_is_what_a_call_without_it_does() {
    let world = World::new();
    let staff = world.staff();
    let defaults = [
        ("search_cases_on_behalf_of_staff", json!({"status_filter": "All", "limit": 10})),
        ("search_bookings_on_behalf_of_staff", json!({"limit": 10})),
    ];
    for (tool, stated) in defaults {
        let left_out = staff.call(tool, json!({})).await;
        assert_eq!(left_out.data(), staff.call(tool, stated).await.data(), "{tool}");
    }
    let beth = world.guest("beth.gibbs@email.com");
    let left_out = beth.call("search_rooms_on_behalf_of_guest", json!({})).await;
    let stated = beth.call("search_rooms_on_behalf_of_guest", json!({"filter": "current"})).await;
    assert_eq!(left_out.data(), stated.data());
}

/// No schema says `additionalProperties: false`: the server itself refuses what no schema names.
#[tokio::test]
async fn an_unknown_argument_is_refused_with_the_name_that_was_meant() {
    let world = World::new();
    for (server, persona) in [(world.staff(), "staff"), (world.kiosk(), "guest")] {
        for tool in listed(&server).await {
            let name = tool["name"].as_str().unwrap();
            let told = server.call(name, json!({"colour": "blue"})).await;
            assert_eq!(told.code(), "VALIDATION_ERROR", "{persona}: {name}");
            assert_eq!(told.details()["field"], "colour", "{persona}: {name}");
            let known = tool["inputSchema"]["properties"].as_object().unwrap();
            assert_eq!(told.details()["allowed"].as_array().unwrap().len(), known.len(), "{persona}: {name}");
        }
    }
    let ask = json!({"rom_number": "201"});
    let told = world.staff().call("search_rooms_on_behalf_of_staff", ask).await;
    let said = "rom_number: there is no such argument; did you mean room_number?";
    assert_eq!(told.0["error_message"], said);
}
