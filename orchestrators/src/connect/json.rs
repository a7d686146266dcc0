//! JSON, also with comments: an entry is put among the others, and every other character stays.

use super::Unkept;
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde_json::{Map, Value, json};

pub(super) fn snippet(key: &str, name: &str, entry: &Map<String, Value>) -> String {
    format!("{:#}\n", json!({key: {name: entry}}))
}

/// The file with the entry in it. Of an entry that is there, the fields that differ are set; what else it has stays.
pub(super) fn merged(
    text: &str,
    key: &str,
    name: &str,
    entry: &Map<String, Value>,
) -> Result<String, Unkept> {
    if text.trim().is_empty() {
        return Ok(snippet(key, name, entry));
    }
    let root = CstRootNode::parse(text, &ParseOptions::default())
        .map_err(|error| Unkept::Unreadable(format!("{} at line {}", error.kind(), error.line_display())))?;
    let other = Unkept::Unusual("where its servers should be, it has something else");
    let servers = root.object_value_or_create().and_then(|file| file.object_value_or_create(key));
    let Some(servers) = servers else { return Err(other) };
    match servers.get(name).map(|known| known.object_value()) {
        None => {
            servers.append(name, input(&Value::Object(entry.clone())));
        }
        Some(Some(known)) => set(&known, entry),
        Some(None) => return Err(other),
    }
    Ok(root.to_string())
}

fn set(known: &CstObject, fields: &Map<String, Value>) {
    for (name, value) in fields {
        match (known.get(name), value) {
            (None, value) => {
                known.append(name, input(value));
            }
            // The user's other variables stay.
            (Some(there), Value::Object(inner)) if there.object_value().is_some() => {
                there.object_value().iter().for_each(|there| set(there, inner));
            }
            (Some(there), value) => {
                if there.to_serde_value().as_ref() != Some(value) {
                    there.set_value(input(value));
                }
            }
        }
    }
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(fields) => {
            CstInputValue::Object(fields.iter().map(|(name, value)| (name.clone(), input(value))).collect())
        }
    }
}
