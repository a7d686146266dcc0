//! A field that an org has already: it gets what is missing, and loses nothing.

mod words;

use super::super::component::Component;
use super::super::keys;
use super::super::present::Present;
use super::super::value_sets::described;
use super::super::xml::Element;
use serde_json::Value;

/// How describe calls the types of the project's fields.
const TYPES: [(&str, &[&str]); 13] = [
    ("Text", &["string"]),
    ("LongTextArea", &["textarea"]),
    ("TextArea", &["textarea"]),
    ("Email", &["email"]),
    ("Phone", &["phone"]),
    ("Url", &["url"]),
    ("Number", &["double", "int"]),
    ("Currency", &["currency"]),
    ("Date", &["date"]),
    ("DateTime", &["datetime"]),
    ("Picklist", &["picklist"]),
    ("Lookup", &["reference"]),
    ("MasterDetail", &["reference"]),
];

/// The field as it is sent, and what is remarkable about it; else why it stays as it is.
pub(super) fn joined(
    ours: &Component,
    there: &Value,
    present: &Present,
) -> Result<(Component, Vec<String>), String> {
    let mut joined = ours.clone();
    let body = &mut joined.body;
    let kind = body.says("type").unwrap_or_default().to_owned();
    let is = there["type"].as_str().unwrap_or_default();
    if let Some((_, known)) = TYPES.iter().find(|(name, _)| *name == kind)
        && !known.contains(&is)
    {
        return Err(format!("is there with another type ({is}, not {kind})"));
    }
    if is == "reference" {
        leads_as_ours(body, &kind, there)?;
    }
    if there["controllerName"].is_string() {
        return Err("is there, and its values depend on another field".to_owned());
    }
    let list = present.lists.get(&ours.name);
    if let Some(shared) = list.and_then(|list| list.shared.as_ref()) {
        return Err(format!(
            "is there, and shares its values with others ({shared}); add those of the hotel in Setup"
        ));
    }
    let mut notes = vec![];
    words::keep(body, there, present.children(&ours.name), &mut notes);
    numbers(body, there);
    required(body, &kind, there, &mut notes);
    match there["restrictedDelete"].as_bool() {
        Some(restricts) if kind == "Lookup" => {
            body.set("deleteConstraint", if restricts { "Restrict" } else { "SetNull" });
        }
        _ => {}
    }
    if let Some(default) = there["defaultValueFormula"].as_str().filter(|_| kind != "Picklist") {
        body.set("defaultValue", default);
    }
    if kind == "Picklist" {
        values(body, there, list.is_some_and(|list| list.is_sorted), &mut notes);
    }
    keys::join(&mut joined, there, present, &mut notes);
    Ok((joined, notes))
}

/// A lookup that the org has arranged its own way stays as it is: what it leads to, what happens to its record when that is
/// deleted, and what may be chosen. A deployment of ours would change it.
fn leads_as_ours(body: &Element, kind: &str, there: &Value) -> Result<(), String> {
    let to = body.says("referenceTo").unwrap_or_default();
    let theirs: Vec<&str> =
        there["referenceTo"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !theirs.is_empty() && !theirs.contains(&to) {
        return Err(format!("is there, and leads to {}", theirs.join(", ")));
    }
    // A record is always part of another, or may lead to none: neither can become the other.
    match kind {
        "MasterDetail" if there["nillable"] == true => return Err("is there as a Lookup".to_owned()),
        "Lookup" if there["nillable"] == false && there["cascadeDelete"] == true => {
            return Err("is there as a MasterDetail".to_owned());
        }
        "Lookup" if there["cascadeDelete"] == true => {
            return Err("is there, and its record is deleted together with what it leads to".to_owned());
        }
        _ => {}
    }
    if !there["filteredLookupInfo"].is_null() {
        return Err("is there, and the org filters what may be chosen".to_owned());
    }
    Ok(())
}

/// Types whose fields are never empty, and of which nothing says that they are required.
const NEVER_EMPTY: [&str; 4] = ["AutoNumber", "Checkbox", "MasterDetail", "Summary"];

/// What may be empty stays so, and what must be filled in too.
fn required(body: &mut Element, kind: &str, there: &Value, notes: &mut Vec<String>) {
    let ours = body.says("required") == Some("true");
    match there["nillable"].as_bool() {
        Some(true) if ours => {
            body.set("required", false);
            notes.push("may be empty in this org, and stays so".to_owned());
        }
        Some(false) if !ours && !NEVER_EMPTY.contains(&kind) => {
            body.set("required", true);
            notes.push("is required in this org, and stays so".to_owned());
        }
        _ => {}
    }
}

/// A text is as long, and a number has as many digits, as the longer of both.
fn numbers(body: &mut Element, there: &Value) {
    let ours = |body: &Element, name: &str| body.says(name).and_then(|text| text.parse::<u64>().ok());
    let theirs = |name: &str| there[name].as_u64().unwrap_or_default();
    if let Some(length) = ours(body, "length") {
        body.set("length", length.max(theirs("length")));
    }
    if let (Some(precision), Some(scale)) = (ours(body, "precision"), ours(body, "scale")) {
        let whole = precision.saturating_sub(scale);
        let behind = scale.max(theirs("scale"));
        let before = whole.max(theirs("precision").saturating_sub(theirs("scale")));
        body.set("precision", before + behind);
        body.set("scale", behind);
    }
}

/// The values of both: theirs first, as they are, and as open as the org has the list.
fn values(body: &mut Element, there: &Value, is_sorted: bool, notes: &mut Vec<String>) {
    let Some(set) = body.children.iter_mut().find(|child| child.name == "valueSet") else { return };
    if there["restrictedPicklist"] == false {
        set.set("restricted", false);
    }
    let Some(list) = set.children.iter_mut().find(|child| child.name == "valueSetDefinition") else { return };
    if is_sorted {
        list.set("sorted", true);
    }
    let listed =
        there["picklistValues"].as_array().into_iter().flatten().filter(|value| value["active"] != false);
    let theirs: Vec<Element> = listed.filter_map(described).collect();
    let has = |all: &[Element], value: &Element| {
        let name = value.says("fullName").unwrap_or_default();
        all.iter().any(|it| it.says("fullName").is_some_and(|it| it.eq_ignore_ascii_case(name)))
    };
    let ours: Vec<Element> = list.all("value").cloned().collect();
    let foreign: Vec<_> =
        theirs.iter().filter(|value| !has(&ours, value)).filter_map(|it| it.says("fullName")).collect();
    if !foreign.is_empty() {
        notes.push(format!("keeps the values of this org: {}", foreign.join(", ")));
    }
    let has_default = theirs.iter().any(|value| value.says("default") == Some("true"));
    let missing: Vec<Element> = ours.into_iter().filter(|value| !has(&theirs, value)).collect();
    list.children.retain(|child| child.name != "value");
    list.children.extend(theirs.into_iter().map(|value| Element::of("value", value.children)));
    list.children.extend(missing.into_iter().map(|mut value| {
        if has_default {
            value.set("default", false);
        }
        value
    }));
}
