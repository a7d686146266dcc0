//! What a deployment takes away again: everything that is not taken along by an object of our own.

use super::by_hand::named;
use super::objects::is_ours;
use super::xml::{Element, document, of, text};
use skills::systems::crm::salesforce::fields::OBJECTS;
use std::collections::BTreeMap;

/// The list of it, and the manifest beside it, which brings nothing.
pub(super) fn files() -> BTreeMap<String, String> {
    let version = || text("version", super::version());
    let mut all: Vec<_> = lists().into_iter().map(|(kind, members)| listed(kind, &members)).collect();
    all.push(version());
    BTreeMap::from([
        ("uninstall/destructiveChanges.xml".to_owned(), document("Package", &all)),
        ("uninstall/package.xml".to_owned(), document("Package", &[version()])),
    ])
}

fn listed(kind: &str, members: &[String]) -> Element {
    let members = members.iter().map(|member| text("members", member));
    of("types", members.chain([text("name", kind)]))
}

fn lists() -> [(&'static str, Vec<String>); 7] {
    let names = |folder: &str, kind: &str| -> Vec<_> {
        named(folder, kind).into_iter().map(|(name, _)| name).collect()
    };
    let (ours, others): (Vec<_>, Vec<_>) = OBJECTS.into_iter().partition(|object| is_ours(object));
    let is_of_another = |name: &String| others.iter().any(|it| name.starts_with(&format!("{}-", it.name)));
    let fields = others.iter().flat_map(|object| {
        let own = object.fields.iter().filter(|field| field.is_custom());
        own.map(|field| format!("{}.{}", object.name, field.name))
    });
    let views = others.iter().flat_map(|object| {
        let names = names(&format!("objects/{}/listViews", object.name), "listView").into_iter();
        names.map(|name| format!("{}.{name}", object.name))
    });
    [
        ("CustomApplication", names("applications", "app")),
        ("CustomField", fields.collect()),
        ("CustomObject", ours.iter().map(|object| object.name.to_owned()).collect()),
        ("CustomTab", names("tabs", "tab")),
        ("Layout", names("layouts", "layout").into_iter().filter(is_of_another).collect()),
        ("ListView", views.collect()),
        ("PermissionSet", super::rights::files().keys().map(|path| super::called(path)).collect()),
    ]
}
