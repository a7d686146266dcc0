//! Describes the org's objects.

use super::deploys::{Metadata, plain};
use super::org::Org;
use super::schema::{Field, Kind, Object, OnDelete};
use serde_json::{Value, json};

/// An object in the list of all.
pub(crate) fn brief(object: &Object, version: &str) -> Value {
    let url = format!("/services/data/{version}/sobjects/{}", object.name);
    let writable = object.fields.iter().any(Field::createable);
    json!({
        "name": object.name, "label": object.label, "keyPrefix": object.prefix, "custom": object.name.ends_with("__c"),
        "createable": writable, "updateable": writable, "deletable": writable, "queryable": true, "retrieveable": true,
        "urls": {"sobject": url, "describe": format!("{url}/describe"), "rowTemplate": format!("{url}/{{ID}}")},
    })
}

/// An object with its fields and the child relationships that point at it.
pub(crate) fn whole(org: &Org, object: &Object, version: &str) -> Value {
    let mut whole = brief(object, version);
    let (may_create, may_edit) = org.allows(&object.name);
    for (what, may) in [("createable", may_create), ("updateable", may_edit)] {
        whole[what] = (may && whole[what] == true).into();
    }
    let shown = |field: &&Field| !org.is_hidden(&format!("{}.{}", object.name, field.name));
    whole["fields"] = object
        .fields
        .iter()
        .filter(shown)
        .map(|field| self::field(org, object, field))
        .chain(required(org, object))
        .collect();
    whole["childRelationships"] = object
        .children()
        .filter(|(_, field)| field.children.is_some())
        .map(|(child, field)| {
            json!({"childSObject": child.name, "field": field.name, "relationshipName": children(org, child, field),
                "cascadeDelete": field.on_delete == Some(OnDelete::Cascade),
                "restrictedDelete": field.on_delete == Some(OnDelete::Restrict)})
        })
        .collect();
    whole
}

/// Under which name a test or a deployment says what the other side calls the records that lead to it.
const CHILDREN: &str = "children";

/// What describe does not say of a field itself.
const UNTOLD: [&str; 3] = [CHILDREN, "sorted", "valueSetName"];

/// What the other side calls the records that lead to it by a field.
fn children(org: &Org, child: &Object, field: &Field) -> Value {
    let metadata = org.metadata();
    let said = metadata.described.get(&format!("{}.{}", child.name, field.name));
    said.and_then(|says| says.get(CHILDREN)).cloned().unwrap_or_else(|| json!(field.children))
}

/// Required custom fields of the org's own.
fn required(org: &Org, object: &Object) -> Vec<Value> {
    let field = |name: String| {
        json!({"name": name, "label": name, "type": "string", "custom": true, "length": 255, "createable": true,
            "updateable": true, "nillable": false, "defaultedOnCreate": false, "picklistValues": []})
    };
    org.required_of(&object.name).into_iter().map(field).collect()
}

/// What describe says of a field of ours, or the schema does.
pub(crate) fn described(metadata: &Metadata, field: &str, property: &str, otherwise: bool) -> bool {
    let said = metadata.described.get(field).and_then(|says| says.get(property));
    said.and_then(Value::as_bool).unwrap_or(otherwise)
}

/// A field.
pub(crate) fn field(org: &Org, object: &Object, field: &Field) -> Value {
    let shown = |value: &&String| !org.is_hidden(&format!("{}.{}={value}", object.name, field.name));
    let values = field.values.iter().flatten().filter(shown).map(|value| plain(field, value));
    let may_edit = !org.is_read_only(&object.name, &field.name);
    let mut described = json!({
        "name": field.name, "label": field.label(), "type": field.kind.name(), "custom": field.name.ends_with("__c"),
        "length": field.length.unwrap_or(if field.kind.is_id() { 18 } else { 0 }),
        "precision": field.precision.unwrap_or(0), "scale": field.scale,
        "createable": field.createable() && may_edit, "updateable": field.updateable() && may_edit,
        "nillable": !field.required && !field.master && !matches!(field.kind, Kind::Id | Kind::Boolean),
        "defaultedOnCreate": field.default.is_some() || field.kind == Kind::Boolean || !field.createable(),
        "unique": field.unique, "externalId": field.external_id, "idLookup": field.external_id || field.kind == Kind::Id,
        "caseSensitive": field.case_sensitive, "autoNumber": field.format.is_some(),
        "calculated": field.computed.is_some(), "nameField": field.name == object.name_field,
        "filterable": field.filterable(), "sortable": field.filterable(), "defaultValue": field.default,
        "restrictedPicklist": field.restricted, "picklistValues": values.collect::<Vec<_>>(),
        "referenceTo": field.to.iter().collect::<Vec<_>>(), "relationshipName": field.relationship,
        "writeRequiresMasterRead": false, "inlineHelpText": null, "filteredLookupInfo": null, "controllerName": null, "defaultValueFormula": null,
        "cascadeDelete": field.on_delete == Some(OnDelete::Cascade),
        "restrictedDelete": field.on_delete == Some(OnDelete::Restrict),
    });
    if let Some(says) = org.metadata().described.get(&format!("{}.{}", object.name, field.name)) {
        says.iter()
            .filter(|(name, _)| !UNTOLD.contains(&name.as_str()))
            .for_each(|(name, value)| described[name] = value.clone());
    }
    described
}
