//! What an org has already of what a project names.
//!
//! A describe leaves out what our user may not see, administrators included. So the Tooling API tells which fields there are
//! besides: those stay as they are, because nobody here knows what they hold.

use super::super::client::{Client, query_path};
use super::component::Components;
use super::lists::List;
use super::pages::Pages;
use super::rights::Rights;
use crate::error::SkillError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What an org has.
#[derive(Debug, Default)]
pub struct Present {
    /// The objects that our user sees, each with its fields as describe has them.
    pub(super) objects: BTreeMap<String, BTreeMap<String, Value>>,
    /// What an object calls the records that lead to it by a field (`Object.Field`) of theirs: `Bookings`.
    children: BTreeMap<String, String>,
    /// The custom fields (`Object.Field`) of these objects, also those that our user does not see.
    fields: BTreeSet<String>,
    /// Whether the org tells of those that our user does not see.
    tells_of_fields: bool,
    /// The lists of values (`CaseType`, `Booking__c.Status__c`) of which the org tells more than describe.
    pub(super) lists: BTreeMap<String, List>,
    /// How many values of a key (`Object.Field`) are there more than once, if the org tells.
    pub(super) copies: BTreeMap<String, usize>,
    /// The list views, layouts, tabs and apps.
    pub(super) pages: Pages,
    /// The permission sets.
    pub(super) rights: Rights,
    /// The stages of sales and the statuses of cases, with what they mean; none if the org does not tell.
    pub(super) stages: Option<Vec<Value>>,
    pub(super) statuses: Option<Vec<Value>>,
    /// The priorities that count as high; none if the org does not tell.
    pub(super) high: Option<BTreeSet<String>>,
}

const STAGES: &str = "SELECT ApiName, MasterLabel, Description, IsActive, IsClosed, IsWon, DefaultProbability, ForecastCategory \
                      FROM OpportunityStage ORDER BY SortOrder";
const STATUSES: &str = "SELECT ApiName, MasterLabel, IsClosed, IsDefault FROM CaseStatus ORDER BY SortOrder";
const PRIORITIES: &str = "SELECT Metadata FROM StandardValueSet WHERE MasterLabel = 'CasePriority'";

impl Present {
    pub(super) async fn read(client: &Client, components: &Components) -> Result<Self, SkillError> {
        let mut present = Self::default();
        let mut listed = BTreeSet::new();
        for name in named(components) {
            let path = format!("sobjects/{name}/describe");
            let reply = client.reach("describe", &path).await?;
            if reply.status.as_u16() == 404 {
                continue;
            }
            let body = client.answered(reply)?.body;
            present.children.extend(children(&body));
            let fields = body["fields"].as_array().into_iter().flatten();
            let fields = fields.filter_map(|field| Some((field["name"].as_str()?.to_owned(), field.clone())));
            listed.insert(format!("'{name}'"));
            present.objects.insert(name, fields.collect());
        }
        let listed = listed.into_iter().collect::<Vec<_>>().join(", ");
        if let Some(all) = fields(client, &listed).await? {
            (present.fields, present.tells_of_fields) = (all, true);
        }
        for (object, fields) in &present.objects {
            let seen = fields.keys().filter(|name| name.ends_with("__c"));
            present.fields.extend(seen.map(|name| format!("{object}.{name}")));
        }
        present.read_lists(client, components).await?;
        present.count_copies(client, components).await?;
        present.pages = Pages::read(client, &listed).await?;
        present.rights = Rights::read(client, components).await?;
        if components.has("StandardValueSet", "OpportunityStage") {
            present.stages = rows(client, "query", STAGES).await?;
        }
        if components.has("StandardValueSet", "CaseStatus") {
            present.statuses = rows(client, "query", STATUSES).await?;
        }
        if components.has("StandardValueSet", "CasePriority") {
            present.high = rows(client, "tooling/query", PRIORITIES).await?.map(|rows| high(&rows));
        }
        Ok(present)
    }

    /// Whether the org tells which fields it has, those that our user does not see among them.
    pub fn tells_of_fields(&self) -> bool {
        self.tells_of_fields
    }

    /// Whether an org has a custom field (`Object.Field`); none if it does not tell.
    pub(super) fn has_field(&self, name: &str) -> Option<bool> {
        let is_new = || name.split_once('.').is_some_and(|(object, _)| !self.objects.contains_key(object));
        if self.fields.contains(name) {
            return Some(true);
        }
        (self.tells_of_fields || is_new()).then_some(false)
    }

    /// What the other side of a lookup (`Object.Field`) calls the records that lead to it.
    pub(super) fn children(&self, field: &str) -> Option<&str> {
        self.children.get(field).map(String::as_str)
    }

    /// A field that our user sees.
    pub(super) fn field(&self, object: &str, field: &str) -> Option<&Value> {
        self.objects.get(object)?.get(field)
    }
}

/// The objects that components belong to or lead to.
fn named(components: &Components) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for component in &components.all {
        names.extend(component.object().map(str::to_owned));
        names.extend(component.body.says("referenceTo").map(str::to_owned));
        let allowed = component.body.all("objectPermissions");
        names.extend(allowed.filter_map(|it| it.says("object")).map(str::to_owned));
    }
    names.extend(super::value_sets::FIELDS.iter().map(|(_, object, _)| (*object).to_owned()));
    names
}

/// The lists of records that lead to an object, by the fields that do; as an administrator has named them.
fn children(described: &Value) -> impl Iterator<Item = (String, String)> {
    let lists = described["childRelationships"].as_array().into_iter().flatten();
    lists.filter_map(|list| {
        let (child, field) = (list["childSObject"].as_str()?, list["field"].as_str()?);
        let name = list["relationshipName"].as_str()?.strip_suffix("__r")?;
        Some((format!("{child}.{field}"), name.to_owned()))
    })
}

async fn fields(client: &Client, objects: &str) -> Result<Option<BTreeSet<String>>, SkillError> {
    let query = format!(
        "SELECT DeveloperName, NamespacePrefix, EntityDefinition.QualifiedApiName FROM CustomField WHERE \
         EntityDefinition.QualifiedApiName IN ({objects})"
    );
    let Some(rows) = rows(client, "tooling/query", &query).await? else { return Ok(None) };
    let ours = rows.iter().filter(|row| row["NamespacePrefix"].is_null());
    let named = |row: &Value| {
        let (object, name) =
            (row["EntityDefinition"]["QualifiedApiName"].as_str()?, row["DeveloperName"].as_str()?);
        Some(format!("{object}.{name}__c"))
    };
    Ok(Some(ours.filter_map(named).collect()))
}

/// The names of the values that count as high, of a set of values as the Tooling API has it.
fn high(sets: &[Value]) -> BTreeSet<String> {
    let values =
        sets.iter().flat_map(|set| set["Metadata"]["standardValue"].as_array().into_iter().flatten());
    let high = values.filter(|value| value["highPriority"] == true);
    high.filter_map(|value| value["valueName"].as_str().map(str::to_owned)).collect()
}

/// The rows of a query; none if the org refuses to tell: it does not know the object, or does not show it to our user.
pub(super) async fn rows(client: &Client, by: &str, soql: &str) -> Result<Option<Vec<Value>>, SkillError> {
    let reply = client.reach("query", &query_path(by, soql)).await?;
    if reply.status.as_u16() == 404 {
        return Ok(None);
    }
    match client.answered(reply) {
        Ok(reply) => client.rows(reply.body).await.map(Some),
        Err(SkillError::Outage(outage)) => Err(outage.into()),
        Err(_) => Ok(None),
    }
}
