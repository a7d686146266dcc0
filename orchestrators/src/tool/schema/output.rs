//! The schema of a tool's answers. It says what is there, not more: of `data` the first level, of rows their keys, of a
//! failure its code and message. Nothing is closed and only `success` is required, so every answer fits it, a success, a
//! failure and one that an older version stored.

use super::{Object, Written, inlined};
use serde_json::{Map, Value, json};

/// What a record says about itself rather than about the hotel: not named in schemas.
const ASIDES: [&str; 5] = ["cancelled_at", "done_when_cancelled", "guest_wrote", "incomplete", "truncated"];

/// The schema of a tool's answers, successes and failures alike.
pub(crate) fn output(answer: Written, writes: bool) -> Object {
    let data = inlined(answer);
    let name = data["title"].as_str().unwrap_or("Data").to_owned();
    let mut properties: Map<String, Value> =
        fields(&data).map(|(name, about)| (name.clone(), shown(name, about))).collect();
    if writes {
        properties.insert("idempotency_token".to_owned(), json!({"type": "string"}));
        properties.insert("replayed".to_owned(), json!({"type": "boolean"}));
        properties.insert("warnings".to_owned(), json!({"type": "array", "items": {"type": "string"}}));
    }
    // Clients that make types of schemas name them by their titles.
    Map::from_iter([
        ("type".to_owned(), "object".into()),
        ("title".to_owned(), format!("{name}Answer").into()),
        (
            "properties".to_owned(),
            json!({
                "success": {"type": "boolean"},
                "data": {"type": "object", "title": name, "properties": properties},
                "error_code": {"type": "string"},
                "error_message": {"type": "string"},
            }),
        ),
        ("required".to_owned(), json!(["success"])),
    ])
}

fn fields(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let all = object["properties"].as_object().into_iter().flatten();
    all.filter(|(name, _)| !ASIDES.contains(&name.as_str()))
}

/// A field of `data`: of a list of records, the keys of its rows.
fn shown(name: &str, about: &Value) -> Value {
    let items =
        about.get("items").filter(|items| kind(items)["type"] == "object" && fields(items).count() > 0);
    let Some(items) = items else { return kind(about) };
    let row: Map<String, Value> = fields(items).map(|(name, about)| (name.clone(), kind(about))).collect();
    json!({"type": "array", "items": {"type": "object", "title": row_name(name), "properties": row}})
}

/// The type of a value and nothing else; of a list, that of its items too.
fn kind(about: &Value) -> Value {
    let Some(kind) = about["type"].as_str() else { return json!({}) };
    match about.get("items") {
        Some(items) if kind == "array" => json!({"type": kind, "items": self::kind(items)}),
        _ => json!({"type": kind}),
    }
}

/// What one row of a list is called: `tool_calls` has rows of `ToolCall`.
fn row_name(list: &str) -> String {
    let words = list.trim_end_matches('s').split('_');
    words
        .map(|word| {
            let mut chars = word.chars();
            chars
                .next()
                .map(|first| first.to_uppercase().chain(chars).collect::<String>())
                .unwrap_or_default()
        })
        .collect()
}
