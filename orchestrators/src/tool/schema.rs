//! JSON Schemas as clients want them. Input schemas are made plain and closed, since some clients refuse references,
//! null arms and unknown formats. Output schemas are left as open as they are: a client that validates must never
//! reject an answer after its effect happened.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// Formats every client knows.
const FORMATS: [&str; 4] = ["email", "date", "date-time", "uri"];

/// Keywords that bound a value.
const BOUNDS: [&str; 6] = ["minLength", "maxLength", "minimum", "maximum", "pattern", "format"];

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Generates a type's schema, not yet made plain.
pub(crate) type Written = fn(SchemaGenerator) -> Schema;

/// The generator of a type's schema. Only this is compiled for each type; all that is done with the schema is compiled once.
pub(crate) fn of<T: JsonSchema>() -> Written {
    SchemaGenerator::into_root_schema_for::<T>
}

fn inlined(written: Written) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    written(settings.into_generator()).to_value()
}

/// The input schema of a request, and its description.
pub(crate) fn input(request: Written) -> (Object, String) {
    let mut root = inlined(request);
    simplify(&mut root, true);
    let Value::Object(mut schema) = root else { return Default::default() };
    schema.remove("title");
    let description =
        schema.remove("description").and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
    for required in ["properties", "required"] {
        let empty = if required == "properties" { json!({}) } else { json!([]) };
        schema.entry(required).or_insert(empty);
    }
    schema.insert("additionalProperties".into(), false.into());
    (schema, description)
}

/// The schema of a tool's answers, success and failure alike: an object of which only `success` is required.
pub(crate) fn output(answer: Written, writes: bool) -> Object {
    let mut data = inlined(answer);
    simplify(&mut data, false);
    if let Some(data) = data.as_object_mut() {
        data.remove("title");
        data.remove("required"); // `data` is there on success only, and replays may come from an older version
        if writes {
            let properties = data.entry("properties").or_insert(json!({}));
            properties["idempotency_token"] = json!({"type": "string", "description": "Send the call again with it to get this answer again."});
            properties["warnings"] = json!({"type": "array", "items": {"type": "string"}, "description": "What was said and not done, or is not as it should be: sentences to pass on."});
            properties["replayed"] = json!({"type": "boolean", "description": "Whether this is the answer of an earlier call with this token."});
        }
    }
    let schema = json!({
        "type": "object",
        "properties": {
            "success": {"type": "boolean", "description": "Whether it was done."},
            "data": data,
            "error_code": {"type": "string"},
            "http_status": {"type": "integer"},
            "error_message": {"type": "string", "description": "What went wrong, and what was not done."},
            "retry_safe": {"type": "boolean", "description": "Whether the same call may be sent again as it is."},
            "next_step": {"type": "string", "description": "What to do about it."},
            "details": {"type": "object"}
        },
        "required": ["success"]
    });
    schema.as_object().cloned().unwrap_or_default()
}

/// Removes properties from a schema, at every depth.
pub(crate) fn leave_out(schema: &mut Object, properties: &[&str]) {
    if let Some(Value::Object(known)) = schema.get_mut("properties") {
        known.retain(|name, _| !properties.contains(&name.as_str()));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name.as_str().is_none_or(|name| !properties.contains(&name)));
    }
    for value in schema.values_mut() {
        match value {
            Value::Object(inner) => leave_out(inner, properties),
            Value::Array(arms) => {
                arms.iter_mut().filter_map(Value::as_object_mut).for_each(|arm| leave_out(arm, properties));
            }
            _ => {}
        }
    }
}

/// Drops unknown formats and null arms, and joins description lines; removes the bounds of outputs.
fn simplify(schema: &mut Value, is_input: bool) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| simplify(item, is_input)),
        Value::Object(map) => {
            if map.get("format").and_then(Value::as_str).is_some_and(|format| !FORMATS.contains(&format)) {
                map.remove("format");
            }
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            // Safe for outputs too: an absent field is left out, never null (a test walks real answers for nulls).
            drop_null_arms(map);
            if !is_input {
                // A record may hold any value: an answer is never refused for its bounds.
                map.retain(|keyword, value| !BOUNDS.contains(&keyword.as_str()) || value.is_object());
            }
            map.values_mut().for_each(|value| simplify(value, is_input));
        }
        _ => {}
    }
}

/// Why a value is not of its schema's type. The value is not repeated: it may be anything, even a card number.
pub(crate) fn misfit(schema: &Value, value: &Value) -> Option<String> {
    let kind = match schema["type"].as_str() {
        Some("string") if !value.is_string() => Some("must be a string"),
        Some("integer") if !(value.is_i64() || value.is_u64()) => Some("must be a whole number"),
        Some("boolean") if !value.is_boolean() => Some("must be true or false"),
        _ => None,
    };
    if let Some(kind) = kind {
        return Some(kind.to_owned());
    }
    if let Some(allowed) = schema["enum"].as_array().filter(|allowed| !allowed.contains(value)) {
        let allowed: Vec<_> = allowed.iter().filter_map(Value::as_str).collect();
        return Some(format!("must be one of {}", allowed.join(", ")));
    }
    let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
    let number = value.as_f64()?;
    let fits = least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
    (!fits).then(|| match (least, most) {
        (Some(least), Some(most)) => format!("must be from {least} to {most}"),
        _ => "is out of range".to_owned(),
    })
}

/// Whether a value of a refused call may be stored: it has its schema's type and length, and its schema has no pattern,
/// since patterns have not been checked.
pub(crate) fn is_plain(schema: &Value, value: &Value) -> bool {
    let longest = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
    misfit(schema, value).is_none()
        && schema["pattern"].is_null()
        && value.as_str().is_none_or(|text| text.chars().count() as u64 <= longest)
}

fn drop_null_arms(map: &mut Object) {
    if let Some(Value::Array(types)) = map.get("type") {
        let other: Vec<_> = types.iter().filter(|kind| *kind != "null").cloned().collect();
        if let [one] = other.as_slice() {
            map.insert("type".into(), one.clone());
        }
    }
    if let Some(Value::Array(values)) = map.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(arms)) = map.get("anyOf") {
        let arm = arms.iter().find(|arm| arm["type"] != "null").and_then(Value::as_object).cloned();
        if arms.len() == 2
            && let Some(arm) = arm
        {
            map.remove("anyOf");
            for (key, value) in arm {
                map.entry(key).or_insert(value);
            }
        }
    }
    if map.get("default").is_some_and(Value::is_null) {
        map.remove("default");
    }
}
