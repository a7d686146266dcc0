//! What a deployment does to the org.

use super::package::{Component, Components};
use super::{Metadata, is_there, says};
use crate::fakes::salesforce::allowed::{has_permissions, held};
use crate::fakes::salesforce::org::Org;
use crate::fakes::salesforce::schema;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// The field that shows the values of a set.
pub(super) const SETS: [(&str, &str); 5] = [
    ("OpportunityStage", "Opportunity.StageName"),
    ("CaseType", "Case.Type"),
    ("CaseStatus", "Case.Status"),
    ("CasePriority", "Case.Priority"),
    ("CaseOrigin", "Case.Origin"),
];

pub(super) fn take(org: &Org, metadata: &mut Metadata, components: Components) {
    for ((kind, name), component) in components {
        match kind.as_str() {
            "CustomObject" => drop(metadata.absent.remove(&name)),
            "CustomField" => field(org, metadata, &name, &component),
            "StandardValueSet" => {
                if let Some((_, of)) = SETS.iter().find(|(set, _)| *set == name) {
                    let values = values(&component.text, "standardValue");
                    metadata.described.entry((*of).to_owned()).or_default().extend([
                        ("picklistValues".to_owned(), values),
                        ("sorted".to_owned(), json!(says(&component.text, "sorted") == Some("true"))),
                    ]);
                }
            }
            _ => {}
        }
        metadata.components.insert((kind, name), component);
    }
}

/// What describe says of the platform's own picklists in an org of the hotel: the platform's values, and behind them those of
/// the project that are missing.
pub(super) fn value_sets() -> BTreeMap<String, Map<String, Value>> {
    let mut described = BTreeMap::new();
    for (set, file) in schema::value_sets() {
        let of = SETS.iter().find(|(name, _)| *name == set).map(|(_, of)| *of).expect("a field of this set");
        let (object, field) = of.split_once('.').expect("an object and a field");
        let field = schema::object(object).and_then(|object| object.field(field)).expect("a field");
        let mut all: Vec<Value> = field.values.iter().flatten().map(|name| plain(field, name)).collect();
        let ours = values(&file, "standardValue");
        for value in ours.as_array().into_iter().flatten() {
            if !all.iter().any(|it| it["value"] == value["value"]) {
                let mut value = value.clone();
                value["defaultValue"] = json!(false);
                all.push(value);
            }
        }
        described.insert(of.to_owned(), Map::from_iter([("picklistValues".to_owned(), json!(all))]));
    }
    described
}

/// A value of which nothing else is said.
pub(in super::super) fn plain(field: &schema::Field, value: &str) -> Value {
    let is_default = field.default.as_ref().and_then(Value::as_str) == Some(value);
    json!({"value": value, "label": value, "active": true, "defaultValue": is_default})
}

/// A new field is seen by nobody until a permission set shows it, unless everybody sees it who sees the record.
fn field(org: &Org, metadata: &mut Metadata, name: &str, component: &Component) {
    let is_new = !is_there(metadata, "CustomField", name);
    metadata.absent.remove(name);
    let (object, field) = name.split_once('.').unwrap_or((name, ""));
    let known = schema::object(object).and_then(|object| Some((object, object.field(field)?)));
    if is_new && known.is_some_and(|(object, field)| has_permissions(object, field)) {
        org.hidden.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }
    let mut described = Map::new();
    let text = &component.text;
    let mut says_whether = |element: &str, property: &str| {
        if let Some(said) = says(text, element) {
            described.insert(property.to_owned(), json!(said == "true"));
        }
    };
    says_whether("unique", "unique");
    says_whether("externalId", "externalId");
    says_whether("restricted", "restrictedPicklist");
    says_whether("sorted", "sorted");
    if let Some(said) = says(text, "deleteConstraint") {
        described.insert("restrictedDelete".to_owned(), json!(said == "Restrict"));
    }
    if says(text, "type") != Some("MasterDetail") {
        described.insert("nillable".to_owned(), json!(says(text, "required") != Some("true")));
    }
    for property in ["label", "inlineHelpText"] {
        if let Some(said) = says(text, property) {
            described.insert(property.to_owned(), json!(unescaped(said)));
        }
    }
    if let Some(said) = says(text, "relationshipName") {
        described.insert("children".to_owned(), json!(format!("{said}__r")));
    }
    for property in ["length", "precision", "scale"] {
        if let Some(number) = says(text, property).and_then(|number| number.parse::<u64>().ok()) {
            described.insert(property.to_owned(), json!(number));
        }
    }
    if text.contains("<valueSetDefinition>") {
        described.insert("picklistValues".to_owned(), values(text, "value"));
    }
    metadata.described.entry(name.to_owned()).or_default().extend(described);
}

/// The values of a list, as describe has them, with what else is said of each.
fn values(text: &str, element: &str) -> Value {
    let value = |value: &str| {
        let text = |name: &str| says(value, name).map(unescaped);
        let is = |name: &str| says(value, name) == Some("true");
        let name = text("fullName").unwrap_or_default();
        json!({"value": name, "label": text("label").unwrap_or(name.clone()), "active": true, "defaultValue": is("default"),
            "closed": is("closed"), "won": is("won"), "highPriority": is("highPriority"),
            "forecastCategory": text("forecastCategory"), "description": text("description"),
            "probability": says(value, "probability").and_then(|number| number.parse::<f64>().ok())})
    };
    held(text, element).into_iter().map(value).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
