//! JSON Schemas of tools, all made here. `input` is what arguments are checked against: plain, since some clients refuse
//! references and null arms; `listed` is as much of it as clients see; `output` is what they see of answers.

mod listed;
mod output;

pub(crate) use listed::listed;
pub(crate) use output::output;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// Formats every client knows.
const FORMATS: [&str; 4] = ["email", "date", "date-time", "uri"];

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
    let mut schema = written(settings.into_generator()).to_value();
    simplify(&mut schema);
    schema
}

/// What a request says of itself.
#[derive(Default)]
pub(crate) struct Input {
    /// The schema its arguments are checked against.
    pub(crate) schema: Object,
    /// What people call it: the title written beside its description, if one is.
    pub(crate) title: Option<String>,
    /// Its description.
    pub(crate) description: String,
}

/// The input schema of a request, its title and its description.
pub(crate) fn input(request: Written) -> Input {
    let Value::Object(mut schema) = inlined(request) else { return Input::default() };
    let mut text = |keyword| match schema.remove(keyword) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    // A request without a title of its own is titled by the name of its type.
    let title = text("title").filter(|title| title.contains(' '));
    let description = text("description").unwrap_or_default();
    for required in ["properties", "required"] {
        let empty = if required == "properties" { json!({}) } else { json!([]) };
        schema.entry(required).or_insert(empty);
    }
    Input { schema, title, description }
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

/// Drops unknown formats and null arms, and joins description lines.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(simplify),
        Value::Object(map) => {
            if map.get("format").and_then(Value::as_str).is_some_and(|format| !FORMATS.contains(&format)) {
                map.remove("format");
            }
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            // Safe for outputs too: an absent field is left out, never null (a test walks real answers for nulls).
            drop_null_arms(map);
            map.values_mut().for_each(simplify);
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
    if let (Some(most), Some(items)) = (schema["maxItems"].as_u64(), value.as_array())
        && items.len() as u64 > most
    {
        return Some(format!("must have at most {most} values; this has {}", items.len()));
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
