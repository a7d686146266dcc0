//! What the adapter's tables say of the org. The fields of our own package come from there. For any other field they are
//! held against `schema.json`, which tells what the hotel's objects are like in a real org.

use serde_json::{Value, json};
use skills::systems::crm::salesforce::fields::{Field, Key, Kind, OBJECTS};

/// The fields of our own package, as `schema.json` would have them.
pub(super) fn of(object: &str) -> impl Iterator<Item = (String, Value)> {
    let fields = OBJECTS.iter().filter(move |it| it.name == object).flat_map(|it| it.fields);
    fields.filter(|field| is_packaged(field)).map(|field| (field.name.to_owned(), written(field)))
}

/// The fields of our own package, each behind its object. An org is without them until it is told otherwise.
pub(crate) fn package() -> impl Iterator<Item = String> {
    OBJECTS.iter().flat_map(|object| {
        let fields = object.fields.iter().filter(|field| is_packaged(field));
        fields.map(|field| format!("{}.{}", object.name, field.name))
    })
}

fn is_packaged(field: &Field) -> bool {
    field.is_custom() && field.only_for.is_some()
}

/// A field as `schema.json` would have it.
fn written(field: &Field) -> Value {
    let suffix = if field.is_custom() { "__r" } else { "" };
    let mut written = match field.kind {
        Kind::Id => json!({"type": "id"}),
        Kind::Text(length) => json!({"type": "string", "length": length}),
        Kind::LongText(length) => json!({"type": "longtextarea", "length": length}),
        Kind::AutoNumber(format) => json!({"type": "string", "format": format, "read_only": true}),
        Kind::Email => json!({"type": "email", "length": 80}),
        Kind::Phone => json!({"type": "phone", "length": 40}),
        Kind::Number(digits) => json!({"type": "double", "precision": digits, "scale": 0}),
        Kind::Currency(digits) => json!({"type": "currency", "precision": digits, "scale": 2}),
        Kind::Date => json!({"type": "date"}),
        Kind::DateTime => json!({"type": "datetime"}),
        Kind::Picklist(choices) => {
            let all = (choices.all)();
            json!({"type": "picklist", "length": 255, "values": all, "restricted": choices.restricted,
                "default": choices.default})
        }
        Kind::CurrencyCode => json!({"type": "picklist", "length": 3}),
        Kind::Lookup(link) | Kind::MasterDetail(link) => {
            let relationship = field.name.trim_end_matches("__c").trim_end_matches("Id");
            let is_master = matches!(field.kind, Kind::MasterDetail(_));
            let on_delete = match (is_master, link.restricts) {
                (true, _) => "Cascade",
                (false, true) => "Restrict",
                (false, false) => "SetNull",
            };
            let mut reference = json!({"type": "reference", "to": link.to, "master": is_master,
                "relationship": format!("{relationship}{suffix}")});
            if !link.children.is_empty() {
                reference["children"] = format!("{}{suffix}", link.children).into();
                reference["on_delete"] = on_delete.into();
            }
            reference
        }
    };
    written["required"] = (field.required || matches!(field.kind, Kind::MasterDetail(_))).into();
    written["external_id"] = (field.key != Key::None).into();
    written["unique"] = (field.key == Key::Unique).into();
    written
}

#[cfg(test)]
mod tests {
    use super::super::{self as schema, Field as There};
    use super::*;

    /// What the tables and the schema both say of a field.
    fn told(field: &There, is_ours: bool) -> impl PartialEq + std::fmt::Debug {
        let is_key = (field.unique, field.external_id);
        let leads = (field.to.clone(), field.relationship.clone(), field.children.clone());
        let stays = (field.on_delete, field.master);
        // The platform's own picklists begin with other values, and its numbers have lengths of their own.
        let values = (field.values.clone(), field.restricted, field.default.clone());
        let number = (field.precision, field.scale, field.format.clone());
        let length = field.length.filter(|_| field.format.is_none());
        let values = is_ours.then_some(values);
        (field.kind, length, number, field.required, is_key, leads, stays, values)
    }

    #[test]
    fn the_tables_say_what_the_schema_says() {
        for object in OBJECTS {
            let there = schema::object(object.name).expect(object.name);
            for field in object.fields {
                let about = format!("{}.{}", object.name, field.name);
                let found = there.field(field.name).unwrap_or_else(|| panic!("there is no {about}"));
                assert_eq!(found.name, field.name, "{about} is spelled otherwise");
                let ours: There = serde_json::from_value(written(field)).expect(&about);
                let is_choice = field.is_custom() && matches!(field.kind, Kind::Picklist(_));
                assert_eq!(told(&ours, is_choice), told(found, is_choice), "{about}");
                assert!(!field.made || found.createable(), "{about} cannot be filled in");
                assert!(!field.changed || found.updateable(), "{about} cannot be changed");
                assert!(
                    found.length.is_none_or(|length| length >= field.holds as usize),
                    "{about} is too short"
                );
            }
        }
    }
}
