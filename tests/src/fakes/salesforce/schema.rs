//! The org's schema: its objects and fields, and the values each field accepts. It is that of an org to which the project in
//! `salesforce/` was deployed (`project.rs` reads its files). What no project holds is in `platform.json`: the platform's own
//! objects and fields. What other programs brought is in `others.json`.

mod field;
mod joined;
mod ours;
mod project;
mod xml;

pub(crate) use field::{Computed, Field, Kind, OnDelete};
pub(crate) use ours::package;
pub(crate) use project::{is_marked, permission_set, value_sets};

use std::sync::LazyLock;

/// An object.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) label: String,
    pub(crate) name_field: String,
    pub(crate) fields: Vec<Field>,
}

impl Object {
    /// A field by its name, in any case.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The reference field of a parent relationship (`Room__r`).
    pub(crate) fn parent(&self, relationship: &str) -> Option<&Field> {
        self.fields.iter().find(|field| {
            field.relationship.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(relationship))
        })
    }

    /// The objects and fields that reference this one.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&'static Object, &'static Field)> {
        objects().flat_map(|object| {
            object
                .fields
                .iter()
                .filter(|f| f.to.as_ref() == Some(&self.name))
                .map(move |field| (object, field))
        })
    }

    /// The child object and field of a child relationship (`Bookings__r`).
    pub(crate) fn child(&self, relationship: &str) -> Option<(&'static Object, &'static Field)> {
        self.children().find(|(_, field)| {
            field.children.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(relationship))
        })
    }
}

/// What no project holds: the platform's own objects and fields.
const PLATFORM: &str = include_str!("schema/platform.json");
/// Fields that orgs have of other programs.
const OTHERS: &str = include_str!("schema/others.json");

static OBJECTS: LazyLock<Vec<Object>> = LazyLock::new(|| {
    let built = project::read().and_then(|project| joined::all(PLATFORM, project, OTHERS));
    built.unwrap_or_else(|why| panic!("the schema cannot be built: {why}"))
});

/// Every object of the org.
pub(crate) fn objects() -> impl Iterator<Item = &'static Object> {
    OBJECTS.iter()
}

/// An object by its name, in any case.
pub(crate) fn object(name: &str) -> Option<&'static Object> {
    objects().find(|object| object.name.eq_ignore_ascii_case(name))
}

/// The object of a record id.
pub(crate) fn of_id(id: &str) -> Option<&'static Object> {
    objects().find(|object| id.starts_with(&object.prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_points_at_an_object_and_every_prefix_is_its_own() {
        for object in objects() {
            assert!(objects().filter(|other| other.prefix == object.prefix).count() == 1, "{}", object.name);
            assert!(object.field(&object.name_field).is_some(), "{}", object.name);
            for field in object.fields.iter().filter(|field| field.kind == Kind::Reference) {
                let to = field.to.as_deref().unwrap();
                assert!(super::object(to).is_some(), "{}.{} points at {to}", object.name, field.name);
            }
        }
    }

    #[test]
    fn the_facts_that_traps_are_made_of() {
        let field = |object: &str, field: &str| super::object(object).unwrap().field(field).unwrap();
        assert!(
            field("Booking__c", "External_ID__c").external_id
                && !field("Booking__c", "External_ID__c").unique
        );
        assert!(field("Case", "External_ID__c").unique);
        assert!(field("Contact", "Unique_Email__c").case_sensitive);
        assert!(!field("Booking__c", "Opportunity__c").updateable());
        assert!(!field("Case", "Type").restricted && field("Booking__c", "Status__c").restricted);
        assert_eq!(
            super::object("Contact").unwrap().child("Bookings__r").unwrap().1.name,
            "Primary_Guest__c"
        );
    }
}
