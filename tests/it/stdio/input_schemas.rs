//! Input schemas that every client takes: plain, closed, without references or null arms.

use super::listed;
use serde_json::{Map, Value};
use tests::World;

/// Formats every client knows.
const FORMATS: [&str; 4] = ["email", "date", "date-time", "uri"];

fn check(path: &str, schema: &Map<String, Value>) {
    for word in ["$schema", "$ref", "$defs", "definitions", "anyOf", "oneOf", "allOf", "nullable"] {
        assert!(!schema.contains_key(word), "{path} uses {word}");
    }
    assert!(schema["type"].is_string(), "{path} has one type, not {}", schema["type"]);
    if let Some(format) = schema.get("format") {
        assert!(FORMATS.contains(&format.as_str().unwrap()), "{path}: {format}");
    }
    assert!(schema.get("default").is_none_or(|default| !default.is_null()), "{path} has null as its default");
    for value in schema.get("enum").and_then(Value::as_array).into_iter().flatten() {
        assert!(value.is_string(), "{path} lists {value}");
    }
    if schema["type"] == "object" {
        assert_eq!(schema["additionalProperties"], false, "{path} is open");
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
async fn input_schemas_are_plain_and_closed() {
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
