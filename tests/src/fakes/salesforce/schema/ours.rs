//! What the adapter's tables say of the org. Their custom fields are in the project, which a test holds against them
//! (`tests/it/org.rs`); those of the platform's own are held against `platform.json` here.

use skills::systems::crm::salesforce::fields::{Field, OBJECTS};

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

#[cfg(test)]
mod tests {
    use super::super::{self as schema, Field as There, Kind};
    use super::*;
    use skills::systems::crm::salesforce::fields::Kind as Said;

    /// The kind of a field of the platform's own, and how long its text is.
    const fn told(said: Said) -> (Kind, Option<usize>) {
        match said {
            Said::Id => (Kind::Id, None),
            Said::Text(length) => (Kind::String, Some(length as usize)),
            Said::LongText(length) => (Kind::LongTextArea, Some(length as usize)),
            Said::AutoNumber(_) => (Kind::String, None),
            Said::Email => (Kind::Email, Some(80)),
            Said::Phone => (Kind::Phone, Some(40)),
            Said::Number(_) => (Kind::Double, None),
            Said::Currency(_) => (Kind::Currency, None),
            Said::Date => (Kind::Date, None),
            Said::DateTime => (Kind::DateTime, None),
            Said::Picklist(_) => (Kind::Picklist, Some(255)),
            Said::CurrencyCode => (Kind::Picklist, Some(3)),
            Said::Lookup(_) | Said::MasterDetail(_) => (Kind::Reference, None),
        }
    }

    fn agrees(field: &Field, there: &There, about: &str) {
        let (kind, length) = told(field.kind);
        assert_eq!(there.kind, kind, "{about}");
        assert!(length.is_none_or(|length| there.length == Some(length)), "{about}: {:?}", there.length);
        assert_eq!(there.required, field.required, "{about}");
        assert_eq!(there.to.as_deref(), field.kind.link().map(|link| link.to), "{about}");
        let children = field.kind.link().map(|link| link.children).filter(|children| !children.is_empty());
        assert!(children.is_none_or(|children| there.children.as_deref() == Some(children)), "{about}");
        if let Said::AutoNumber(format) = field.kind {
            assert_eq!(there.format.as_deref(), Some(format), "{about}");
        }
    }

    #[test]
    fn the_tables_say_what_the_schema_says() {
        for object in OBJECTS {
            let there = schema::object(object.name).expect(object.name);
            for field in object.fields {
                let about = format!("{}.{}", object.name, field.name);
                let found = there.field(field.name).unwrap_or_else(|| panic!("there is no {about}"));
                assert_eq!(found.name, field.name, "{about} is spelled otherwise");
                if !field.is_custom() {
                    agrees(field, found, &about);
                }
                assert!(!field.made || found.createable(), "{about} cannot be filled in");
                assert!(!field.changed || found.updateable(), "{about} cannot be changed");
                let holds = field.holds as usize;
                assert!(found.length.is_none_or(|length| length >= holds), "{about} is too short");
            }
        }
    }
}
