//! The objects of our own, and the fields.

use super::MAIN;
use super::xml::{Element, document, of, text};
use skills::systems::crm::salesforce::fields::{Field, Key, Kind, OBJECTS, Object};
use std::collections::BTreeMap;

/// What the tables do not say of our own objects: how the org calls the name of a record, and how it numbers those whose
/// number nobody here reads.
const NAMES: [(&str, &str, &str); 4] = [
    ("Hotel_Room__c", "Room Name", ""),
    ("Booking__c", "Booking Number", ""),
    ("Payment_Transaction__c", "Transaction Number", "PT-{00000}"),
    ("SMS_Notification__c", "Notification Number", "SMS-{00000}"),
];

/// What people find filled in. (The servers fill it in themselves.)
const FILLED_IN: [(&str, &str); 1] = [("Number_of_Guests__c", "1")];

/// Each object and field as a file.
pub(super) fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for object in OBJECTS {
        let folder = format!("{MAIN}/objects/{}", object.name);
        if is_ours(object) {
            let file = document("CustomObject", &written(object));
            files.insert(format!("{folder}/{}.object-meta.xml", object.name), file);
        }
        for field in object.fields.iter().filter(|field| field.is_custom()) {
            let file = document("CustomField", &definition(field));
            files.insert(format!("{folder}/fields/{}.field-meta.xml", field.name), file);
        }
    }
    files
}

/// Whether the platform has it only because we bring it.
pub(super) fn is_ours(object: &Object) -> bool {
    object.name.ends_with("__c")
}

/// A name as people read it.
pub(super) fn label(name: &str) -> String {
    let words = name.trim_end_matches("__c").replace('_', " ");
    words.replace("Check In", "Check-In").replace("Check Out", "Check-Out")
}

fn written(object: &Object) -> Vec<Element> {
    let (_, called, format) = NAMES.iter().find(|(name, ..)| *name == object.name).expect(object.name);
    let name = object.fields.iter().find(|field| field.name == "Name").map(|field| field.kind);
    let name = match name.unwrap_or(Kind::AutoNumber(format)) {
        Kind::AutoNumber(format) => {
            vec![text("displayFormat", format), text("label", called), text("type", "AutoNumber")]
        }
        _ => vec![text("label", called), text("type", "Text")],
    };
    let is_part = object.fields.iter().any(|field| matches!(field.kind, Kind::MasterDetail(_)));
    vec![
        text("deploymentStatus", "Deployed"),
        text("description", object.help),
        text("enableActivities", true),
        text("enableBulkApi", true),
        text("enableReports", true),
        text("enableSearch", true),
        text("enableSharing", true),
        text("enableStreamingApi", true),
        text("label", label(object.name)),
        of("nameField", name),
        text("pluralLabel", label(object.name) + "s"),
        text("sharingModel", if is_part { "ControlledByParent" } else { "ReadWrite" }),
    ]
}

fn definition(field: &Field) -> Vec<Element> {
    let mut all = vec![
        text("fullName", field.name),
        text("inlineHelpText", field.help),
        text("label", label(field.name)),
        text("type", kind(field.kind)),
    ];
    all.extend(details(field.kind));
    if !matches!(field.kind, Kind::MasterDetail(_) | Kind::LongText(_)) {
        all.push(text("required", field.required));
    }
    let value = FILLED_IN.iter().find(|(name, _)| *name == field.name);
    all.extend(value.map(|(_, value)| text("defaultValue", value)));
    if matches!(field.kind, Kind::Text(_) | Kind::Email) {
        all.push(text("externalId", field.key != Key::None));
        all.push(text("unique", field.key == Key::Unique));
        if field.key == Key::Unique {
            all.push(text("caseSensitive", field.kind == Kind::Email));
        }
    }
    all
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Id | Kind::CurrencyCode => panic!("the platform has them everywhere"),
        Kind::Text(_) => "Text",
        Kind::LongText(_) => "LongTextArea",
        Kind::AutoNumber(_) => "AutoNumber",
        Kind::Email => "Email",
        Kind::Phone => "Phone",
        Kind::Number(_) => "Number",
        Kind::Currency(_) => "Currency",
        Kind::Date => "Date",
        Kind::DateTime => "DateTime",
        Kind::Picklist(_) => "Picklist",
        Kind::Lookup(_) => "Lookup",
        Kind::MasterDetail(_) => "MasterDetail",
    }
}

/// What only fields of its kind have.
fn details(kind: Kind) -> Vec<Element> {
    match kind {
        Kind::Text(length) => vec![text("length", length)],
        Kind::LongText(length) => vec![text("length", length), text("visibleLines", 3)],
        Kind::AutoNumber(format) => vec![text("displayFormat", format)],
        Kind::Number(digits) => vec![text("precision", digits), text("scale", 0)],
        Kind::Currency(digits) => vec![text("precision", digits), text("scale", 2)],
        Kind::Picklist(choices) => {
            let value = |value: &'static str| {
                let is_default = choices.default == Some(value);
                of("value", [text("fullName", value), text("default", is_default), text("label", value)])
            };
            let values = (choices.all)().into_iter().map(value);
            let listed = of("valueSetDefinition", std::iter::once(text("sorted", false)).chain(values));
            vec![of("valueSet", [text("restricted", choices.restricted), listed])]
        }
        Kind::Lookup(link) => {
            let deleted = if link.restricts { "Restrict" } else { "SetNull" };
            let mut all = reference(link.to, link.children);
            all.push(text("deleteConstraint", deleted));
            all
        }
        Kind::MasterDetail(link) => {
            let mut all = reference(link.to, link.children);
            all.push(text("relationshipOrder", 0));
            all.push(text("reparentableMasterDetail", false));
            all.push(text("writeRequiresMasterRead", false));
            all
        }
        _ => vec![],
    }
}

fn reference(to: &str, children: &str) -> Vec<Element> {
    vec![
        text("referenceTo", to),
        text("relationshipLabel", label(children)),
        text("relationshipName", children),
    ]
}
