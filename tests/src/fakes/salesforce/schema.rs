//! The org's schema: its objects and fields, and the values each field accepts. It is that of an org to which the project in
//! `salesforce/` was deployed (`project.rs` reads its files). What no project holds is in `platform.json`: the platform's own
//! objects and fields. What other programs brought is in `others.json`.

mod joined;
mod ours;
mod project;
mod xml;

pub(crate) use ours::package;
pub(crate) use project::{is_marked, permission_set, value_sets};

use serde::Deserialize;
use serde_json::Value;
use std::cmp::Ordering;
use std::sync::LazyLock;

/// The type of a field, in the platform's words where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Id,
    String,
    LongTextArea,
    Email,
    Phone,
    Url,
    Picklist,
    Boolean,
    Double,
    Currency,
    Date,
    DateTime,
    Reference,
}

impl Kind {
    /// Whether its values compare as texts.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Self::String | Self::LongTextArea | Self::Email | Self::Phone | Self::Url | Self::Picklist
        )
    }

    /// Whether values are record ids.
    pub(crate) fn is_id(self) -> bool {
        matches!(self, Self::Id | Self::Reference)
    }

    /// The platform's name of the type, as in describe and in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::String => "string",
            Self::LongTextArea => "textarea",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Picklist => "picklist",
            Self::Boolean => "boolean",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Reference => "reference",
        }
    }
}

/// How a computed field is calculated when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Computed {
    FullName,
    StageClosed,
    StageWon,
    CaseClosed,
    ContactEmail,
    ContactPhone,
    Nights,
    SumOfNights,
}

/// What happens to a row when the row it points at is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum OnDelete {
    Cascade,
    Restrict,
    SetNull,
}

/// A field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    #[serde(skip)]
    pub(crate) name: String,
    /// What people read; made of the name if nothing says it.
    #[serde(skip)]
    pub(crate) label: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    pub(crate) length: Option<usize>,
    pub(crate) precision: Option<i32>,
    #[serde(default)]
    pub(crate) scale: i32,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) unique: bool,
    #[serde(default)]
    pub(crate) external_id: bool,
    #[serde(default)]
    pub(crate) case_sensitive: bool,
    #[serde(default)]
    pub(crate) read_only: bool,
    #[serde(default)]
    pub(crate) create_only: bool,
    /// Picklist values; any other is refused where `restricted`.
    pub(crate) values: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) restricted: bool,
    pub(crate) default: Option<Value>,
    /// The object that a reference points at, and the relationship names to the parent and to the children.
    pub(crate) to: Option<String>,
    pub(crate) relationship: Option<String>,
    pub(crate) children: Option<String>,
    pub(crate) on_delete: Option<OnDelete>,
    #[serde(default)]
    pub(crate) master: bool,
    /// An auto number's format and its first number.
    pub(crate) format: Option<String>,
    pub(crate) starts_at: Option<u64>,
    pub(crate) computed: Option<Computed>,
}

impl Field {
    /// A field of this kind about which nothing else is said.
    fn of(name: &str, kind: Kind) -> Self {
        let length = match kind {
            Kind::Email => Some(80),
            Kind::Phone => Some(40),
            Kind::Url | Kind::Picklist => Some(255),
            _ => None,
        };
        Self {
            name: name.to_owned(),
            label: None,
            kind,
            length,
            precision: None,
            scale: 0,
            required: false,
            unique: false,
            external_id: false,
            case_sensitive: false,
            read_only: false,
            create_only: false,
            values: None,
            restricted: false,
            default: None,
            to: None,
            relationship: None,
            children: None,
            on_delete: None,
            master: false,
            format: None,
            starts_at: None,
            computed: None,
        }
    }

    pub(crate) fn createable(&self) -> bool {
        !self.read_only && self.computed.is_none() && self.kind != Kind::Id
    }

    /// A master cannot be changed: the org's master-detail fields are not reparentable.
    pub(crate) fn updateable(&self) -> bool {
        self.createable() && !self.create_only && !self.master
    }

    pub(crate) fn filterable(&self) -> bool {
        self.kind != Kind::LongTextArea
    }

    /// Its name in error messages.
    pub(crate) fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.name.trim_end_matches("__c").replace('_', " "))
    }

    /// Compares a stored text with one that is case-folded already.
    pub(crate) fn compare(&self, text: &str, folded: &str) -> Ordering {
        if text.is_ascii() && !self.case_sensitive && !self.kind.is_id() {
            return text.bytes().map(|c| c.to_ascii_lowercase()).cmp(folded.bytes());
        }
        self.folded(text).as_str().cmp(folded)
    }

    /// Texts compare without regard to case, except in unique case-sensitive fields.
    pub(crate) fn folded(&self, text: &str) -> String {
        if self.case_sensitive || self.kind.is_id() { text.to_owned() } else { text.to_lowercase() }
    }
}

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
