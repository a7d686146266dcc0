//! Whether a write names only fields that the tables say are written that way.

use super::OBJECTS;
use serde_json::Value;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    Makes,
    Changes,
}

/// Nothing, if a body has only fields that are written so, with values that picklists must list; else what is otherwise.
pub(crate) fn check(object: &str, how: Writes, body: &Value) -> Result<(), String> {
    let table =
        OBJECTS.iter().find(|it| it.name == object).ok_or_else(|| format!("{object} has no table"))?;
    for (name, value) in body.as_object().into_iter().flatten().filter(|(name, _)| *name != "attributes") {
        let field = table.fields.iter().find(|field| field.name == name);
        let field = field.filter(|field| match how {
            Writes::Makes => field.made || field.sampled,
            Writes::Changes => field.changed,
        });
        let Some(field) = field else {
            return Err(format!("the table of {object} does not say that {name} is written ({how:?})"));
        };
        if let (Some(values), Some(text)) = (field.writes, value.as_str())
            && !values().contains(&text)
        {
            return Err(format!("the table of {object} does not say that {name} is ever {text}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_write_names_what_the_tables_say_is_written() {
        let body = |field: &str| json!({ field: "x" });
        assert_eq!(check("Contact", Writes::Makes, &body("Email")), Ok(()));
        assert!(check("Contact", Writes::Changes, &body("Email")).is_err(), "the e-mail stays");
        assert!(check("Contact", Writes::Makes, &body("MobilePhone")).is_err(), "only read");
        assert!(check("Contact", Writes::Makes, &body("Title")).is_err(), "not ours");
        assert!(
            check("Contact", Writes::Makes, &json!({"Contact_Type__c": "Pet"})).is_err(),
            "no such value"
        );
        assert!(check("Lead", Writes::Makes, &json!({})).is_err(), "no table");
    }
}
