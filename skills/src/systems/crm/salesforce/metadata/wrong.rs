//! What an org would refuse of a project that was edited by hand: names of what is neither in the project nor in the org.

mod measures;

use super::component::{Component, Components};
use super::present::Present;
use super::xml::Element;

impl Components {
    /// What is wrong with which component, before anything is sent.
    pub fn wrong(&self, present: &Present) -> Vec<String> {
        let known = Known { components: self, present };
        let mut wrong = vec![];
        for component in &self.all {
            let mut problems = vec![];
            if component.kind.name != "CustomObject"
                && let Some(object) = component.object()
                && !known.has_object(object)
            {
                problems.push(format!("there is no object {object}"));
            }
            if ["CustomObject", "CustomField"].contains(&component.kind.name) {
                measures::names(component, present, &mut problems);
            }
            match component.kind.name {
                "CustomObject" => object(component, &mut problems),
                "CustomField" => field(component, &known, &mut problems),
                "ListView" => list_view(component, &known, &mut problems),
                "Layout" => layout(component, &known, &mut problems),
                "CustomApplication" => application(component, &known, &mut problems),
                "PermissionSet" => permission_set(component, &known, &mut problems),
                _ => {}
            }
            problems.dedup();
            wrong.extend(
                problems.iter().map(|why| format!("{} ({}): {why}", component.called(), component.path)),
            );
        }
        wrong
    }
}

/// What there is: in the project, or in the org. Of the platform's own objects, fields and tabs the org knows more than we do.
struct Known<'a> {
    components: &'a Components,
    present: &'a Present,
}

impl Known<'_> {
    fn has_object(&self, name: &str) -> bool {
        !name.ends_with("__c")
            || self.components.has("CustomObject", name)
            || self.present.objects.contains_key(name)
    }

    /// The org may have a tab for an object that it has.
    fn has_tab(&self, object: &str) -> bool {
        self.components.has("CustomTab", object) || self.present.objects.contains_key(object)
    }

    fn has_field(&self, object: &str, name: &str) -> bool {
        let full = format!("{object}.{name}");
        !name.ends_with("__c")
            || self.components.has("CustomField", &full)
            || self.present.has_field(&full) == Some(true)
    }
}

/// The types of custom fields.
const TYPES: [&str; 27] = [
    "Address",
    "AutoNumber",
    "Checkbox",
    "Currency",
    "Date",
    "DateTime",
    "Email",
    "EncryptedText",
    "ExternalLookup",
    "Hierarchy",
    "Html",
    "IndirectLookup",
    "Location",
    "LongTextArea",
    "Lookup",
    "MasterDetail",
    "MetadataRelationship",
    "MultiselectPicklist",
    "Number",
    "Percent",
    "Phone",
    "Picklist",
    "Summary",
    "Text",
    "TextArea",
    "Time",
    "Url",
];

fn object(component: &Component, problems: &mut Vec<String>) {
    if component.name.ends_with("__c") {
        let needs = ["label", "pluralLabel", "nameField", "sharingModel", "deploymentStatus"];
        let missing = needs.iter().filter(|name| component.body.get(name).is_none());
        problems.extend(missing.map(|name| format!("has no {name}")));
    }
    let holds = |name: &&&str| component.body.get(name).is_some();
    let parts = ["fields", "listViews", "recordTypes", "validationRules"];
    problems
        .extend(parts.iter().filter(holds).map(|name| format!("holds {name}: give each a file of its own")));
}

fn field(component: &Component, known: &Known<'_>, problems: &mut Vec<String>) {
    let body = &component.body;
    if let Some(kind) = body.says("type").filter(|kind| !TYPES.contains(kind)) {
        problems.push(format!("has the type {kind}; there are {}", TYPES.join(", ")));
    }
    let needs: &[&str] = match body.says("type") {
        None => &["type", "label"],
        Some("Text" | "LongTextArea") => &["label", "length"],
        Some("Number" | "Currency") => &["label", "precision", "scale"],
        Some("Lookup" | "MasterDetail") => &["label", "referenceTo"],
        Some("Picklist") => &["label", "valueSet"],
        Some(_) => &["label"],
    };
    problems
        .extend(needs.iter().filter(|name| body.get(name).is_none()).map(|name| format!("has no {name}")));
    measures::field(body, problems);
    if let Some(to) = body.says("referenceTo")
        && !known.has_object(to)
    {
        problems.push(format!("leads to {to}, and there is no such object"));
    }
    let values: Vec<_> =
        body.get("valueSet").and_then(|set| set.get("valueSetDefinition")).into_iter().collect();
    let names: Vec<_> =
        values.iter().flat_map(|list| list.all("value")).filter_map(|it| it.says("fullName")).collect();
    let twice = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|it| it == *name));
    problems.extend(twice.map(|(_, name)| format!("has the value {name} twice")));
    let defaults = values.iter().flat_map(|list| list.all("value"));
    if defaults.filter(|value| value.says("default") == Some("true")).count() > 1 {
        problems.push("has more than one default value".to_owned());
    }
}

fn list_view(component: &Component, known: &Known<'_>, problems: &mut Vec<String>) {
    let Some(object) = component.object() else { return };
    let filters = component.body.all("filters").filter_map(|filter| filter.says("field"));
    let columns = component.body.all("columns").map(|column| column.text.as_str()).chain(filters);
    let unknown = columns.filter(|column| !known.has_field(object, column));
    problems.extend(unknown.map(|column| format!("there is no field {object}.{column}")));
}

fn layout(component: &Component, known: &Known<'_>, problems: &mut Vec<String>) {
    let Some(object) = component.object() else { return };
    let columns = component.body.all("layoutSections").flat_map(|section| section.all("layoutColumns"));
    let items = columns.flat_map(|column| column.all("layoutItems")).filter_map(|item| item.says("field"));
    let unknown = items.filter(|name| !known.has_field(object, name));
    problems.extend(unknown.map(|name| format!("there is no field {object}.{name}")));
    for list in component.body.all("relatedLists") {
        let Some((child, link)) = list.says("relatedList").and_then(|list| list.split_once('.')) else {
            continue;
        };
        let fields = list.all("fields").map(|field| field.text.as_str());
        let unknown = fields.chain([link]).filter(|name| !known.has_field(child, name));
        problems.extend(unknown.map(|name| format!("there is no field {child}.{name}")));
    }
}

fn application(component: &Component, known: &Known<'_>, problems: &mut Vec<String>) {
    let tabs = component.body.all("tabs").map(|tab| tab.text.as_str()).filter(|tab| tab.ends_with("__c"));
    let unknown = tabs.filter(|tab| !known.has_tab(tab));
    problems.extend(unknown.map(|tab| format!("there is no tab {tab}")));
}

fn permission_set(component: &Component, known: &Known<'_>, problems: &mut Vec<String>) {
    let body = &component.body;
    measures::permission_set(body, problems);
    for object in body.all("objectPermissions").filter_map(|it| it.says("object")) {
        if !known.has_object(object) {
            problems.push(format!("there is no object {object}"));
        }
    }
    for field in body.all("fieldPermissions").filter_map(|it| it.says("field")) {
        let Some((object, name)) = field.split_once('.') else { continue };
        if !known.has_field(object, name) {
            problems.push(format!("there is no field {field}"));
        }
        let ours = known.components.of_kind("CustomField").find(|it| it.name == field);
        let is_everybodys = |body: &Element| {
            body.says("required") == Some("true") || body.says("type") == Some("MasterDetail")
        };
        if ours.is_some_and(|ours| is_everybodys(&ours.body)) {
            problems
                .push(format!("{field} is required, so everybody who sees the record sees it: leave it out"));
        }
    }
    for tab in body.all("tabSettings").filter_map(|it| it.says("tab")) {
        if tab.ends_with("__c") && !known.has_tab(tab) {
            problems.push(format!("there is no tab {tab}"));
        }
    }
    for app in body.all("applicationVisibilities").filter_map(|it| it.says("application")) {
        if !app.starts_with("standard__") && !known.components.has("CustomApplication", app) {
            problems.push(format!("there is no app {app}"));
        }
    }
}
