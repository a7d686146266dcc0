//! What the platform refuses: what builds on something that neither the org nor the deployment has, and definitions that it
//! does not take.

use super::package::{Component, Components, Problem};
use super::{Metadata, effects, is_there, says};
use crate::fakes::salesforce::allowed::held;
use crate::fakes::salesforce::describe::described;
use crate::fakes::salesforce::org::Org;
use crate::fakes::salesforce::schema;
use std::sync::PoisonError;

/// How the types of fields are called in the schema.
const TYPES: [(&str, &str); 11] = [
    ("Text", "string"),
    ("LongTextArea", "textarea"),
    ("Email", "email"),
    ("Phone", "phone"),
    ("Number", "double"),
    ("Currency", "currency"),
    ("Date", "date"),
    ("DateTime", "datetime"),
    ("Picklist", "picklist"),
    ("Lookup", "reference"),
    ("MasterDetail", "reference"),
];

/// Looks until the first problem of each component, as the platform does.
pub(super) fn all(org: &Org, metadata: &Metadata, components: &Components) -> Vec<Problem> {
    let around = Around { org, metadata, components };
    let mut problems = vec![];
    for ((kind, name), component) in components {
        let words = match kind.as_str() {
            "CustomObject" => object(component),
            "CustomField" => field(&around, name, component),
            "ListView" => list_view(&around, name, component),
            "Layout" => layout(&around, name, component),
            "CustomTab" => tab(&around, name),
            "CustomApplication" => application(&around, component),
            "PermissionSet" => permission_set(&around, component),
            "StandardValueSet" => value_set(name, component),
            _ => None,
        };
        let (file, line) = (component.file.clone(), component.line);
        problems.extend(words.map(|words| Problem {
            file,
            line,
            kind: kind.clone(),
            name: name.clone(),
            words,
        }));
    }
    problems
}

struct Around<'a> {
    org: &'a Org,
    metadata: &'a Metadata,
    components: &'a Components,
}

impl Around<'_> {
    fn has(&self, kind: &str, name: &str) -> bool {
        self.components.contains_key(&(kind.to_owned(), name.to_owned()))
            || is_there(self.metadata, kind, name)
    }

    /// Objects that the fake does not know at all belong to the platform, but for custom ones.
    fn has_object(&self, name: &str) -> bool {
        if name.ends_with("__c") {
            return self.has("CustomObject", name);
        }
        !self.org.hidden.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    /// Of the platform's own fields only the custom ones can be missing.
    fn has_field(&self, object: &str, field: &str) -> bool {
        !field.ends_with("__c") || self.has("CustomField", &format!("{object}.{field}"))
    }
}

fn object(component: &Component) -> Option<String> {
    ["label", "pluralLabel", "nameField", "sharingModel", "deploymentStatus"]
        .iter()
        .find(|name| says(&component.text, name).is_none())
        .map(|name| format!("Required field is missing: {name}"))
}

fn field(around: &Around<'_>, name: &str, component: &Component) -> Option<String> {
    let (object, field) = name.split_once('.')?;
    if !around.has_object(object) {
        return Some(format!("Entity Enumeration Or ID: bad value for restricted picklist field: {object}"));
    }
    let text = component.text.as_str();
    let Some(kind) = says(text, "type") else { return Some("Required field is missing: type".to_owned()) };
    let needed: &[&str] = match kind {
        "Text" | "LongTextArea" => &["length"],
        "Number" | "Currency" => &["precision", "scale"],
        "Lookup" | "MasterDetail" => &["referenceTo"],
        "Picklist" => &["valueSet"],
        _ => &[],
    };
    if let Some(missing) = needed.iter().find(|name| held(text, name).is_empty()) {
        return Some(format!("Must specify '{missing}' for a CustomField of type {kind}"));
    }
    if let Some(to) = says(text, "referenceTo").filter(|to| !around.has_object(to)) {
        return Some(format!("referenceTo value of '{to}' does not resolve to a valid sObject type"));
    }
    if says(text, "deleteConstraint") == Some("SetNull") && says(text, "required") == Some("true") {
        return Some(
            "Must specify either cascade delete or restrict delete for required lookup foreign key."
                .to_owned(),
        );
    }
    let there = schema::object(object)
        .and_then(|it| it.field(field))
        .filter(|_| is_there(around.metadata, "CustomField", name));
    let wanted = TYPES.iter().find(|(of, _)| *of == kind).map(|(_, of)| *of);
    if let (Some(there), Some(wanted)) = (there, wanted)
        && there.kind.name() != wanted
    {
        return Some(format!("Cannot update a field to a {kind} from something else"));
    }
    let is_unique = there.is_some_and(|there| described(around.metadata, name, "unique", there.unique));
    let becomes_unique = !is_unique && says(text, "unique") == Some("true");
    if let Some(there) = there.filter(|_| becomes_unique)
        && has_copies(around.org, object, there)
    {
        return Some("Cannot enforce uniqueness: the field contains values that are there twice".to_owned());
    }
    None
}

/// Whether two records have the same in a field.
fn has_copies(org: &Org, object: &str, field: &schema::Field) -> bool {
    let tables = org.tables();
    let values = tables.rows(object).filter_map(|row| row.get(&field.name)?.as_str());
    let mut seen = std::collections::BTreeSet::new();
    values.map(|value| field.folded(value)).any(|value| !seen.insert(value))
}

fn list_view(around: &Around<'_>, name: &str, component: &Component) -> Option<String> {
    let (object, _) = name.split_once('.')?;
    if !around.has_object(object) {
        return Some(format!("Entity Enumeration Or ID: bad value for restricted picklist field: {object}"));
    }
    let text = component.text.as_str();
    let columns = held(text, "columns").into_iter().chain(held(text, "field"));
    let unknown = columns.map(str::trim).find(|column| !around.has_field(object, column));
    unknown.map(|column| format!("Could not resolve list view column: {column}"))
}

fn layout(around: &Around<'_>, name: &str, component: &Component) -> Option<String> {
    let (object, _) = name.split_once('-')?;
    if !around.has_object(object) {
        return Some(format!("Parent entity failed to deploy: {object}"));
    }
    for item in held(&component.text, "layoutItems") {
        let field = says(item, "field").unwrap_or_default();
        if !around.has_field(object, field) {
            return Some(format!("Invalid field:{field} in section"));
        }
    }
    for list in held(&component.text, "relatedLists") {
        let Some((child, link)) = says(list, "relatedList").and_then(|list| list.split_once('.')) else {
            continue;
        };
        if child.ends_with("__c") && !around.has_field(child, link) {
            return Some(format!("Cannot find related list:{child}.{link}"));
        }
    }
    None
}

fn tab(around: &Around<'_>, name: &str) -> Option<String> {
    (!around.has_object(name)).then(|| format!("In field: sobjectName - no CustomObject named {name} found"))
}

fn application(around: &Around<'_>, component: &Component) -> Option<String> {
    let tabs = held(&component.text, "tabs").into_iter().map(str::trim);
    let unknown = tabs.filter(|tab| tab.ends_with("__c")).find(|tab| !around.has("CustomTab", tab));
    unknown.map(|tab| format!("In field: tabs - no CustomTab named {tab} found"))
}

fn permission_set(around: &Around<'_>, component: &Component) -> Option<String> {
    let text = component.text.as_str();
    for permissions in held(text, "objectPermissions") {
        let object = says(permissions, "object").unwrap_or_default();
        if !around.has_object(object) {
            return Some(format!("In field: field - no CustomObject named {object} found"));
        }
    }
    for permissions in held(text, "fieldPermissions") {
        let name = says(permissions, "field").unwrap_or_default();
        let (object, field) = name.split_once('.').unwrap_or_default();
        if !around.has_field(object, field) {
            return Some(format!("In field: field - no CustomField named {name} found"));
        }
        let with_it = around.components.get(&("CustomField".to_owned(), name.to_owned()));
        let is_required = with_it.is_some_and(|it| {
            says(&it.text, "required") == Some("true") || says(&it.text, "type") == Some("MasterDetail")
        });
        let known = schema::object(object).and_then(|it| it.field(field)).filter(|_| field.ends_with("__c"));
        let stays_required = with_it.is_none()
            && known
                .is_some_and(|it| !described(around.metadata, name, "nillable", !it.required && !it.master));
        if is_required || stays_required {
            return Some(format!("You cannot deploy to a required field: {name}"));
        }
    }
    let tabs = held(text, "tabSettings").into_iter().filter_map(|tab| says(tab, "tab"));
    let mut unknown = tabs.filter(|tab| tab.ends_with("__c") && !around.has("CustomTab", tab));
    unknown.next().map(|tab| format!("In field: tab - no CustomTab named {tab} found"))
}

fn value_set(name: &str, component: &Component) -> Option<String> {
    if !effects::SETS.iter().any(|(set, _)| *set == name) {
        return Some(format!("In field: masterLabel - no StandardValueSet named {name} found"));
    }
    let needed: &[&str] = match name {
        "OpportunityStage" => &["fullName", "default", "closed", "won", "forecastCategory", "probability"],
        "CaseStatus" => &["fullName", "default", "closed"],
        _ => &["fullName", "default"],
    };
    let values = held(&component.text, "standardValue");
    let missing = values.iter().find_map(|value| needed.iter().find(|name| says(value, name).is_none()));
    missing.map(|name| format!("Required field is missing: {name}"))
}
