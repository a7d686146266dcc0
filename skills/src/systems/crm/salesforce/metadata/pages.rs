//! Pages that an org has already: list views, layouts, tabs and apps. Somebody may have changed one, and an org does not say
//! whether it is as an earlier deployment made it. So they stay as they are, unless ours are asked for.

use super::super::client::Client;
use super::component::Component;
use super::present::rows;
use crate::error::SkillError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of pages.
const KINDS: [&str; 4] = ["ListView", "Layout", "CustomTab", "CustomApplication"];

/// The full names of the pages that an org has, by their kind; none of a kind that the org does not tell of.
#[derive(Debug, Default)]
pub(super) struct Pages(BTreeMap<&'static str, BTreeSet<String>>);

impl Pages {
    /// Asks for the pages of these objects, which are quoted and separated by commas, and for the org's tabs and apps.
    pub(super) async fn read(client: &Client, objects: &str) -> Result<Self, SkillError> {
        let views =
            format!("SELECT SobjectType, DeveloperName FROM ListView WHERE SobjectType IN ({objects})");
        let layouts = format!(
            "SELECT Name, EntityDefinition.QualifiedApiName FROM Layout WHERE EntityDefinition.QualifiedApiName IN ({objects})"
        );
        let tabs = "SELECT SobjectName FROM TabDefinition";
        let apps = "SELECT DeveloperName FROM CustomApplication";
        let mut pages = Self::default();
        for (kind, by, soql) in [
            ("ListView", "query", views.as_str()),
            ("Layout", "tooling/query", &layouts),
            ("CustomTab", "tooling/query", tabs),
            ("CustomApplication", "tooling/query", apps),
        ] {
            if let Some(rows) = rows(client, by, soql).await? {
                pages.0.insert(kind, rows.iter().filter_map(|row| named(kind, row)).collect());
            }
        }
        Ok(pages)
    }

    /// Why a page stays as it is, if it is one that the org has or may have.
    pub(super) fn keep(&self, page: &Component) -> Option<String> {
        match self.0.get(page.kind.name) {
            Some(there) if there.contains(&page.name) => Some("is there, and stays as it is".to_owned()),
            Some(_) => None,
            None => Some("the org does not say whether it has it".to_owned()),
        }
    }
}

/// Whether people look at a component of this kind, and may arrange it their own way.
pub(super) fn is_page(component: &Component) -> bool {
    KINDS.contains(&component.kind.name)
}

/// The full name of the page in a row.
fn named(kind: &str, row: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let object = &row["EntityDefinition"]["QualifiedApiName"];
    match kind {
        "ListView" => Some(format!("{}.{}", text(&row["SobjectType"])?, text(&row["DeveloperName"])?)),
        "Layout" => Some(format!("{}-{}", text(object)?, text(&row["Name"])?)),
        "CustomTab" => text(&row["SobjectName"]),
        _ => text(&row["DeveloperName"]),
    }
}
