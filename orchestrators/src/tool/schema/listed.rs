//! An input schema as clients see it. Only keywords that every vendor's converter takes are listed: some refuse or warn
//! of `additionalProperties`, formats and bounds of length. The server checks them all the same, with the whole schema.

use super::Object;
use serde_json::{Map, Value};

/// The keywords of a property that are listed.
const KEYWORDS: [&str; 9] =
    ["type", "description", "enum", "default", "minimum", "maximum", "pattern", "items", "properties"];

/// Says of a date what `format: date` would say to a client that knows formats.
const DATE: &str = r"^\d{4}-\d{2}-\d{2}$";

/// The schema of a tool's arguments as clients see it.
pub(crate) fn listed(input: &Object) -> Object {
    let mut schema = property(input);
    schema.extend(input.get_key_value("required").map(|(name, required)| (name.clone(), required.clone())));
    schema
}

fn property(checked: &Object) -> Object {
    let mut listed: Object = checked
        .iter()
        .filter(|(keyword, _)| KEYWORDS.contains(&keyword.as_str()))
        .map(|(keyword, value)| (keyword.clone(), value.clone()))
        .collect();
    if checked.get("format").is_some_and(|format| format == "date") {
        listed.insert("pattern".to_owned(), DATE.into());
    }
    if let Some(Value::Object(items)) = checked.get("items") {
        listed.insert("items".to_owned(), property(items).into());
    }
    if let Some(Value::Object(properties)) = checked.get("properties") {
        let listed_properties: Map<String, Value> = properties
            .iter()
            .filter_map(|(name, about)| Some((name.clone(), property(about.as_object()?).into())))
            .collect();
        listed.insert("properties".to_owned(), listed_properties.into());
    }
    listed
}
