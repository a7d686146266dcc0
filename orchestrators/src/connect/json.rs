//! JSON, also with comments: an entry is put among the others, and every other character stays.

use super::{Difference, Entry, Merged, Unkept};
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstObjectProp, CstRootNode};
use serde_json::{Map, Value, json};

pub(super) fn snippet(key: &str, name: &str, fields: &Map<String, Value>) -> String {
    format!("{:#}\n", json!({key: {name: fields}}))
}

/// The file with the entry in it. Of an entry that is there, the fields that differ are set; what else it has stays.
pub(super) fn merged(
    text: &str,
    key: &str,
    entry: &Entry,
    fields: &Map<String, Value>,
) -> Result<Merged, Unkept> {
    let name = entry.name.as_str();
    let mut new = Difference::at(format!("in {key}"));
    new.comes(&format!("\"{name}\": {:#}", Value::Object(fields.clone())));
    if text.trim().is_empty() {
        return Ok(Merged { text: snippet(key, name, fields), difference: new });
    }
    let root = CstRootNode::parse(text, &ParseOptions::default())
        .map_err(|error| Unkept::Unreadable(format!("{} at line {}", error.kind(), error.line_display())))?;
    let other = Unkept::Unusual("where its servers should be, it has something else");
    let Some(servers) = root.object_value_or_create().and_then(|file| servers(&file, key)) else {
        return Err(other);
    };
    let difference = match servers.get(name).map(|known| known.object_value()) {
        None => {
            servers.append(name, input(&Value::Object(fields.clone())));
            new
        }
        Some(Some(known)) => {
            keeps_what_narrows_it(&known, entry)?;
            let mut changed = Difference::at(format!("in {key}, {name}"));
            without_former_person(&known, entry, &mut changed);
            set(&known, fields, "", &mut changed);
            changed
        }
        Some(None) => return Err(other),
    };
    Ok(Merged { text: root.to_string(), difference })
}

/// The object with the servers; null counts as empty. Of two, nobody knows which the client reads.
fn servers(file: &CstObject, key: &str) -> Option<CstObject> {
    let is_it = |there: &CstObjectProp| there.decoded_name().as_deref() == Some(key);
    if file.properties().iter().filter(|there| is_it(there)).count() > 1 {
        return None;
    }
    if let Some(there) = file.get(key)
        && there.value().is_some_and(|value| value.as_null_keyword().is_some())
    {
        there.set_value(CstInputValue::Object(vec![]));
    }
    file.object_value_or_create(key)
}

/// Refuses an entry with options that leave tools out, unless the new one has the same: a server that could only read
/// would write.
fn keeps_what_narrows_it(known: &CstObject, entry: &Entry) -> Result<(), Unkept> {
    let arguments = known.get("args").and_then(|arguments| arguments.to_serde_value());
    let words = arguments.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let lost = entry.lost_of(words);
    if lost.is_empty() {
        return Ok(());
    }
    Err(Unkept::Narrower { name: entry.name.clone(), options: lost.join(" ") })
}

/// An entry for nobody in particular is not to act for whom the former one acted.
fn without_former_person(known: &CstObject, entry: &Entry, told: &mut Difference) {
    let is_given = entry.environment.iter().any(|(name, _)| *name == entry.acts_for);
    let Some(variables) = known.object_value("env").filter(|_| !is_given) else { return };
    while let Some(former) = variables.get(entry.acts_for) {
        told.goes(&field("env.", entry.acts_for, former.to_serde_value().as_ref()));
        former.remove();
    }
}

fn set(known: &CstObject, fields: &Map<String, Value>, within: &str, told: &mut Difference) {
    for (name, value) in fields {
        let Some(there) = known.get(name) else {
            told.comes(&field(within, name, Some(value)));
            known.append(name, input(value));
            continue;
        };
        if let (Some(there), Value::Object(inner)) = (there.object_value(), value) {
            // The user's other variables stay.
            set(&there, inner, &format!("{within}{name}."), told);
            continue;
        }
        let former = there.to_serde_value();
        if former.as_ref() != Some(value) {
            told.goes(&field(within, name, former.as_ref()));
            told.comes(&field(within, name, Some(value)));
            there.set_value(input(value));
        }
    }
}

/// A field as a difference tells it.
fn field(within: &str, name: &str, value: Option<&Value>) -> String {
    format!("{within}{name}: {}", value.map(Value::to_string).unwrap_or_default())
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
