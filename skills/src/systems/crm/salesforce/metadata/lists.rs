//! How an org keeps the values of a picklist, which describe does not say: whether they are sorted by their names, and whether
//! other fields share them.

use super::super::client::Client;
use super::component::{Component, Components};
use super::present::{Present, rows};
use crate::error::SkillError;
use serde_json::Value;

/// The values of a field, or a set of values.
#[derive(Debug)]
pub(super) struct List {
    pub(super) is_sorted: bool,
    /// What the values are called if other fields share them.
    pub(super) shared: Option<String>,
}

impl Present {
    /// Asks for the lists that both the project and the org have.
    pub(super) async fn read_lists(
        &mut self,
        client: &Client,
        components: &Components,
    ) -> Result<(), SkillError> {
        for component in &components.all {
            let Some(query) = self.asks_for(component) else { continue };
            let Some(found) = rows(client, "tooling/query", &query).await? else { continue };
            let Some(said) = found.first().map(|row| &row["Metadata"]) else { continue };
            let values = &said["valueSet"];
            let sorted = [&said["sorted"], &values["valueSetDefinition"]["sorted"]];
            let is_sorted = sorted.into_iter().any(|sorted| *sorted == Value::Bool(true));
            let shared = values["valueSetName"].as_str().map(str::to_owned);
            self.lists.insert(component.name.clone(), List { is_sorted, shared });
        }
        Ok(())
    }

    /// What tells of the values of a component. An org tells the whole of one row at a time.
    fn asks_for(&self, component: &Component) -> Option<String> {
        let name = component.name.as_str();
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
        match component.kind.name {
            _ if !is_plain => None,
            "StandardValueSet" => {
                Some(format!("SELECT Metadata FROM StandardValueSet WHERE MasterLabel = '{name}'"))
            }
            "CustomField" if component.body.says("type") == Some("Picklist") => {
                let (object, field) = name.split_once('.')?;
                self.field(object, field)?;
                let field = field.strip_suffix("__c")?;
                Some(format!(
                    "SELECT Metadata FROM CustomField WHERE DeveloperName = '{field}' AND NamespacePrefix = null AND \
                     EntityDefinition.QualifiedApiName = '{object}'"
                ))
            }
            _ => None,
        }
    }
}
