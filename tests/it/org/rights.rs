//! The permission sets: what the servers use, what `setup --seed` needs besides, and what people see.

use super::MAIN;
use super::objects::is_ours;
use super::xml::{Element, document, of, text};
use skills::systems::crm::salesforce::fields::{Field, Kind, OBJECTS, Object};
use std::collections::{BTreeMap, BTreeSet};
use tests::fakes::is_protected;

/// The app, and its tabs of the platform's own objects.
const APP: &str = "Hotel";
const TABS: [&str; 3] = ["standard-Case", "standard-Contact", "standard-Opportunity"];

/// Each permission set as a file.
pub(super) fn files() -> BTreeMap<String, String> {
    let file = |name: &str, all: Vec<Element>| {
        let path = format!("{MAIN}/permissionsets/{name}.permissionset-meta.xml");
        (path, document("PermissionSet", &all))
    };
    BTreeMap::from([
        file("Hotel_MCP_Run", run()),
        file("Hotel_MCP_Setup", setup()),
        file("Hotel_Front_Desk", front_desk()),
    ])
}

fn run() -> Vec<Element> {
    let mut all =
        head("Hotel MCP: run", "What guest-server and staff-server use, for their integration user.");
    for object in OBJECTS {
        all.extend(fields(object, |field| Some(field.made || field.changed)));
    }
    for object in OBJECTS {
        // What nobody asks for need not be seen.
        let is_read = object.fields.iter().any(|field| field.selected);
        all.push(allow(object.name, object.is_made(), object.is_changed(), is_read));
    }
    all.extend(beside());
    all
}

fn setup() -> Vec<Element> {
    let help = "What the sample hotel (setup --seed) needs besides Hotel MCP: run. Take it away afterwards.";
    let mut all = head("Hotel MCP: setup", help);
    let sampled = |field: &Field| (field.sampled && !field.made && !field.changed).then_some(true);
    for object in OBJECTS {
        all.extend(fields(object, sampled));
    }
    for object in OBJECTS.into_iter().filter(|object| !object.is_made() && object.is_changed()) {
        all.push(allow(object.name, true, true, true));
    }
    all
}

fn front_desk() -> Vec<Element> {
    let help = "Who has it sees the hotel's app with rooms, bookings, payments, texts and requests, and changes nothing.";
    let visible = [text("application", APP), text("visible", true)];
    let mut all = head("Hotel: front desk", help);
    all.push(of("applicationVisibilities", visible));
    for object in OBJECTS {
        all.extend(fields(object, |_| Some(false)));
    }
    all.extend(OBJECTS.map(|object| allow(object.name, false, false, false)));
    all.extend(beside());
    let tabs = OBJECTS.into_iter().filter(|object| is_ours(object)).map(|object| object.name);
    let tab = |name: &str| of("tabSettings", [text("tab", name), text("visibility", "Visible")]);
    all.extend(tabs.chain(TABS).map(tab));
    all
}

fn head(label: &str, help: &str) -> Vec<Element> {
    vec![text("description", help), text("hasActivationRequired", false), text("label", label)]
}

/// Reading what fields lead to that have no table.
fn beside() -> impl Iterator<Item = Element> {
    let links = OBJECTS.into_iter().flat_map(|object| object.fields).filter_map(|field| field.kind.link());
    let others: BTreeSet<_> = links.map(|link| link.to).collect();
    let is_known = |name: &str| OBJECTS.iter().any(|object| object.name == name);
    others.into_iter().filter(move |name| !is_known(name)).map(|name| allow(name, false, false, false))
}

fn allow(object: &str, create: bool, edit: bool, view_all: bool) -> Element {
    of(
        "objectPermissions",
        [
            text("allowCreate", create),
            text("allowDelete", false),
            text("allowEdit", edit),
            text("allowRead", true),
            text("modifyAllRecords", false),
            text("object", object),
            text("viewAllRecords", view_all),
        ],
    )
}

/// The fields that are allowed: not at all, to read, to edit.
fn fields(object: &Object, edit: impl Fn(&Field) -> Option<bool>) -> Vec<Element> {
    let fields = object.fields.iter().filter(|field| can_be_allowed(object, field));
    let allowed = fields.filter_map(|field| Some((field.name, edit(field)?)));
    let written = allowed.map(|(name, edit)| {
        let name = format!("{}.{name}", object.name);
        of("fieldPermissions", [text("editable", edit), text("field", name), text("readable", true)])
    });
    written.collect()
}

/// Whether an org lets a permission set say who sees a field. A deployment that names one it does not is refused.
fn can_be_allowed(object: &Object, field: &Field) -> bool {
    if field.is_custom() {
        return !field.required && !matches!(field.kind, Kind::MasterDetail(_));
    }
    is_protected(object.name, field.name)
}
