//! Joins the three sources of the schema. A field has one source: two that have the same field are refused.

use super::project::Project;
use super::{Field, Kind, Object};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Key prefixes of custom objects: the platform gives them out in the order in which the objects are made.
const PREFIXES: [&str; 8] = ["a00", "a01", "a02", "a03", "a04", "a05", "a06", "a07"];

/// An object of the platform's, as `platform.json` has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    prefix: String,
    label: String,
    name_field: String,
    fields: BTreeMap<String, Value>,
}

/// The entries of a file, without what it says of itself.
fn entries<T: DeserializeOwned>(file: &str) -> Result<BTreeMap<String, T>, String> {
    let mut all: Map<String, Value> = serde_json::from_str(file).map_err(|error| error.to_string())?;
    all.remove("about");
    let entry = |(name, value): (String, Value)| {
        let read = serde_json::from_value(value).map_err(|error| format!("{name}: {error}"))?;
        Ok((name, read))
    };
    all.into_iter().map(entry).collect()
}

fn written(object: &str, fields: BTreeMap<String, Value>) -> Result<Vec<Field>, String> {
    let field = |(name, value): (String, Value)| {
        let read = serde_json::from_value(value).map_err(|error| format!("{object}.{name}: {error}"))?;
        Ok(Field { name, ..read })
    };
    fields.into_iter().map(field).collect()
}

/// The objects of an org: the platform's own part, the project, and the fields of other programs.
pub(super) fn all(platform: &str, project: Project, others: &str) -> Result<Vec<Object>, String> {
    let mut platform: BTreeMap<String, Value> = entries(platform)?;
    let everywhere: BTreeMap<String, Value> =
        serde_json::from_value(platform.remove("*").unwrap_or_default())
            .map_err(|error| error.to_string())?;
    let mut objects = vec![];
    for (name, own) in platform {
        let Own { prefix, label, name_field, fields } =
            serde_json::from_value(own).map_err(|error| format!("{name}: {error}"))?;
        let fields = written(&name, fields)?;
        objects.push(Object { name, prefix, label, name_field, fields });
    }
    let mut prefixes = PREFIXES.into_iter();
    for (name, definition) in project.objects {
        let prefix = prefixes.next().ok_or("more custom objects than prefixes")?.to_owned();
        let owner = (!definition.is_part).then(owner);
        let fields = owner.into_iter().chain([definition.name]).collect();
        objects.push(Object { name, prefix, label: definition.label, name_field: "Name".to_owned(), fields });
    }
    for object in &mut objects {
        object.fields.extend(written(&object.name, everywhere.clone())?);
    }
    for (of, fields) in project.fields {
        give(&mut objects, &of, fields)?;
    }
    for (of, fields) in entries::<BTreeMap<String, Value>>(others)? {
        let fields = written(&of, fields)?;
        give(&mut objects, &of, fields)?;
    }
    for object in &mut objects {
        object.fields.sort_by(|one, other| one.name.cmp(&other.name));
    }
    Ok(objects)
}

/// The owner of a record that is not part of another.
fn owner() -> Field {
    let (to, relationship) = (Some("User".to_owned()), Some("Owner".to_owned()));
    Field { to, relationship, ..Field::of("OwnerId", Kind::Reference) }
}

fn give(objects: &mut [Object], to: &str, fields: Vec<Field>) -> Result<(), String> {
    let object = objects.iter_mut().find(|object| object.name == to);
    let object = object.ok_or_else(|| format!("there is no object {to} to give fields to"))?;
    for field in fields {
        if object.field(&field.name).is_some() {
            return Err(format!("{to}.{} has two sources", field.name));
        }
        object.fields.push(field);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{OTHERS, PLATFORM, project};
    use super::*;

    #[test]
    fn a_field_has_one_source() {
        let project = || project::read().unwrap();
        let twice = r#"{"Booking__c": {"status__c": {"type": "string", "length": 20}}}"#;
        assert_eq!(all(PLATFORM, project(), twice).unwrap_err(), "Booking__c.status__c has two sources");
        let platform = PLATFORM.replace("\"FirstName\"", "\"Contact_Type__c\"");
        assert_eq!(all(&platform, project(), OTHERS).unwrap_err(), "Contact.Contact_Type__c has two sources");
        let nowhere = r#"{"Suite__c": {}}"#;
        assert!(all(PLATFORM, project(), nowhere).unwrap_err().contains("no object Suite__c"));
    }
}
