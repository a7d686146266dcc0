//! The keys that the servers give to what they make. An org that keeps each of them once refuses a second row of the same
//! request. Records of others may repeat theirs: so a key becomes unique only where no value is there twice.

use super::super::client::Client;
use super::super::soql::{Query, is};
use super::component::{Component, Components};
use super::present::{Present, rows};
use super::xml::Element;
use crate::error::SkillError;
use serde_json::Value;

/// The objects whose `External_ID__c` is such a key.
const OBJECTS: [&str; 2] = ["Booking__c", "Case"];
const KEY: &str = "External_ID__c";
/// So many values are counted: the most that an org answers of groups.
const COUNTED: usize = 2000;

fn object_of(name: &str) -> Option<&'static str> {
    let (object, field) = name.split_once('.')?;
    OBJECTS.into_iter().find(|it| *it == object && field == KEY)
}

impl Present {
    /// Counts the values that are there twice, of each key of the project that the org has and that is not unique.
    pub(super) async fn count_copies(
        &mut self,
        client: &Client,
        components: &Components,
    ) -> Result<(), SkillError> {
        for key in components.of_kind("CustomField") {
            let Some(object) = object_of(&key.name) else { continue };
            if self.field(object, KEY).is_none_or(|there| there["unique"] == true) {
                continue;
            }
            let filled_in = vec![is(KEY, "!=", None::<&str>)];
            let query = Query::new(KEY, object, filled_in).twice(KEY).limit(COUNTED);
            if let Some(rows) = rows(client, "query", &query.to_string()).await? {
                self.copies.insert(key.name.clone(), rows.len());
            }
        }
        Ok(())
    }
}

/// A key that the org does not have yet: nothing can be there twice.
pub(super) fn new(field: &Component) -> Component {
    let mut field = field.clone();
    if object_of(&field.name).is_some() {
        say(&mut field.body, false);
    }
    field
}

/// What is unique stays unique. A field that several records may share becomes unique if it is a key and they do not.
pub(super) fn join(field: &mut Component, there: &Value, present: &Present, notes: &mut Vec<String>) {
    let is_key = object_of(&field.name).is_some();
    if field.body.get("unique").is_none() {
        return;
    }
    let wanted = is_key || field.body.says("unique") == Some("true");
    let copies = present.copies.get(&field.name);
    let body = &mut field.body;
    if there["externalId"] == true {
        body.set("externalId", true);
    }
    if there["unique"] == true {
        say(body, there["caseSensitive"] == true);
        return;
    }
    if is_key && copies == Some(&0) {
        say(body, false);
        notes.push("no value is there twice, so it is made unique".to_owned());
        return;
    }
    body.set("unique", false);
    body.children.retain(|child| child.name != "caseSensitive");
    if wanted {
        let why = match copies {
            Some(&COUNTED) => {
                format!("{COUNTED} values or more are there twice; clear the copies, then run this again")
            }
            Some(1) => "1 value is there twice; clear the copy, then run this again".to_owned(),
            Some(copies) => format!("{copies} values are there twice; clear the copies, then run this again"),
            None if is_key => "the org does not say whether values are there twice".to_owned(),
            None => "look for values that are there twice, then make it unique".to_owned(),
        };
        notes.push(format!("is not unique in this org, and stays so: {why}"));
    }
}

fn say(body: &mut Element, with_case: bool) {
    body.set("unique", true);
    body.children.retain(|child| child.name != "caseSensitive");
    body.set("caseSensitive", with_case);
}
