//! Permission sets that an org has already. A deployment replaces a whole set: so what the org's set allows besides ours is
//! deployed too.

use super::super::client::Client;
use super::component::{Component, Components};
use super::present::rows;
use super::xml::Element;
use crate::error::SkillError;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the org does not say.
const UNTOLD: &str = "the org does not say what it allows";
/// What cannot be deployed with ours.
const OTHERS: &str = "allows apps, classes or pages of this org's own, which a deployment would take away: add by hand what it \
                      lacks of ours, or move yours to a set of your own and run this again";

/// A list in a permission set: the element that names what an entry is about, and what it allows.
struct List {
    name: &'static str,
    about: &'static str,
    allows: &'static [(&'static str, &'static str)],
}

const FIELDS: List = List {
    name: "fieldPermissions",
    about: "field",
    allows: &[("editable", "PermissionsEdit"), ("readable", "PermissionsRead")],
};
const OBJECTS: List = List {
    name: "objectPermissions",
    about: "object",
    allows: &[
        ("allowCreate", "PermissionsCreate"),
        ("allowDelete", "PermissionsDelete"),
        ("allowEdit", "PermissionsEdit"),
        ("allowRead", "PermissionsRead"),
        ("modifyAllRecords", "PermissionsModifyAllRecords"),
        ("viewAllRecords", "PermissionsViewAllRecords"),
    ],
};
const SYSTEM: List = List { name: "userPermissions", about: "name", allows: &[("enabled", "")] };
const TABS: List = List { name: "tabSettings", about: "tab", allows: &[] };

/// The permission sets of ours that an org has: what each allows, or why that is not known.
#[derive(Debug, Default)]
pub(super) struct Rights(BTreeMap<String, Result<Allowed, String>>);

/// What a permission set of an org allows.
#[derive(Debug, Default)]
struct Allowed {
    entries: Vec<Element>,
    /// How many apps it shows, and whether it gives access to anything else of the org's setup.
    apps: usize,
    has_others: bool,
}

impl Rights {
    pub(super) async fn read(client: &Client, components: &Components) -> Result<Self, SkillError> {
        let names: Vec<&str> = components
            .of_kind("PermissionSet")
            .map(|set| set.name.as_str())
            .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
            .collect();
        let untold = || names.iter().map(|name| ((*name).to_owned(), Err(UNTOLD.to_owned()))).collect();
        if names.is_empty() {
            return Ok(Self::default());
        }
        let listed = names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        let soql = format!("SELECT Id, Name, NamespacePrefix FROM PermissionSet WHERE Name IN ({listed})");
        let Some(sets) = rows(client, "query", &soql).await? else { return Ok(Self(untold())) };
        let mut rights = Self::default();
        for set in sets.iter().filter(|set| set["NamespacePrefix"].is_null()) {
            if let (Some(id), Some(name)) = (set["Id"].as_str(), set["Name"].as_str()) {
                let allowed = allowed(client, id).await?;
                rights.0.insert(name.to_owned(), allowed.ok_or_else(|| UNTOLD.to_owned()));
            }
        }
        Ok(rights)
    }

    /// A permission set with what the org's allows besides; else why it stays as it is.
    pub(super) fn joined(&self, ours: &Component) -> Result<(Component, Vec<String>), String> {
        let mut joined = ours.clone();
        let Some(allowed) = self.0.get(&ours.name) else { return Ok((joined, vec![])) };
        let allowed = allowed.as_ref().map_err(Clone::clone)?;
        if allowed.has_others || allowed.apps > ours.body.all("applicationVisibilities").count() {
            return Err(OTHERS.to_owned());
        }
        let mut added = vec![];
        for entry in &allowed.entries {
            let list = [FIELDS, OBJECTS, SYSTEM, TABS].into_iter().find(|list| list.name == entry.name);
            let Some(list) = list else { continue };
            let about = entry.says(list.about).unwrap_or_default();
            if add(&mut joined.body, &list, about, entry) {
                added.push(about.to_owned());
            }
        }
        let note =
            (!added.is_empty()).then(|| format!("keeps what this org allows besides: {}", added.join(", ")));
        Ok((joined, note.into_iter().collect()))
    }
}

/// Adds what an entry allows; answers whether that was missing.
fn add(set: &mut Element, list: &List, about: &str, entry: &Element) -> bool {
    let is_same = |it: &Element| it.name == list.name && it.says(list.about) == Some(about);
    let Some(ours) = set.children.iter_mut().find(|it| is_same(it)) else {
        // Entries of one list stand together.
        let last = set.children.iter().rposition(|it| it.name == list.name);
        set.children.insert(last.map_or(set.children.len(), |last| last + 1), entry.clone());
        return true;
    };
    let wider = list
        .allows
        .iter()
        .filter(|(name, _)| entry.says(name) == Some("true") && ours.says(name) != Some("true"));
    let wider: Vec<_> = wider.map(|(name, _)| *name).collect();
    wider.iter().for_each(|name| ours.set(name, true));
    !wider.is_empty()
}

/// What the set of this id allows; none if the org does not tell all of it.
async fn allowed(client: &Client, id: &str) -> Result<Option<Allowed>, SkillError> {
    let record = format!("sobjects/PermissionSet/{id}");
    let asked = [
        (
            "query",
            format!(
                "SELECT Field, PermissionsEdit, PermissionsRead FROM FieldPermissions WHERE ParentId = '{id}'"
            ),
        ),
        (
            "query",
            format!(
                "SELECT SobjectType, PermissionsCreate, PermissionsDelete, PermissionsEdit, PermissionsRead, \
                 PermissionsModifyAllRecords, PermissionsViewAllRecords FROM ObjectPermissions WHERE ParentId = '{id}'"
            ),
        ),
        (
            "tooling/query",
            format!("SELECT Name, Visibility FROM PermissionSetTabSetting WHERE ParentId = '{id}'"),
        ),
        ("query", format!("SELECT SetupEntityType FROM SetupEntityAccess WHERE ParentId = '{id}'")),
    ];
    let mut told = vec![];
    for (by, soql) in asked {
        let Some(rows) = rows(client, by, &soql).await? else { return Ok(None) };
        told.push(rows);
    }
    let reply = client.reach("permission set", &record).await?;
    if !reply.is_success() {
        return Ok(None);
    }
    let [fields, objects, tabs, access] = told.as_slice() else { return Ok(None) };
    let mut allowed = Allowed::default();
    allowed.entries.extend(fields.iter().filter_map(|row| entry(&FIELDS, &row["Field"], row)));
    allowed.entries.extend(objects.iter().filter_map(|row| entry(&OBJECTS, &row["SobjectType"], row)));
    allowed.entries.extend(tabs.iter().filter_map(tab));
    allowed.entries.extend(system(&reply.body));
    let is_app = |row: &&Value| row["SetupEntityType"] == "TabSet";
    allowed.apps = access.iter().filter(is_app).count();
    allowed.has_others = allowed.apps < access.len();
    Ok(Some(allowed))
}

fn entry(list: &List, about: &Value, row: &Value) -> Option<Element> {
    let mut children: Vec<_> =
        list.allows.iter().map(|(name, column)| Element::text(name, row[*column] == true)).collect();
    children.push(Element::text(list.about, about.as_str()?));
    Some(Element::of(list.name, children))
}

fn tab(row: &Value) -> Option<Element> {
    let visibility = if row["Visibility"] == "DefaultOn" { "Visible" } else { "Available" };
    let tab = Element::text(TABS.about, row["Name"].as_str()?);
    Some(Element::of(TABS.name, vec![tab, Element::text("visibility", visibility)]))
}

/// The permissions on the system: columns of the set itself.
fn system(set: &Value) -> Vec<Element> {
    let columns = set.as_object().into_iter().flatten();
    let granted = columns.filter(|(_, value)| **value == Value::Bool(true));
    let named = granted.filter_map(|(column, _)| column.strip_prefix("Permissions"));
    named
        .map(|name| {
            Element::of(SYSTEM.name, vec![Element::text("enabled", true), Element::text("name", name)])
        })
        .collect()
}
