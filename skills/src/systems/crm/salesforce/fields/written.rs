//! Whether a write names only fields that the tables say are written that way.

use super::OBJECTS;
use serde_json::Value;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    Makes,
    Changes,
}

/// Nothing, if every field of a body is one that is written so; else which is not.
pub(crate) fn check(object: &str, how: Writes, body: &Value) -> Result<(), String> {
    let table =
        OBJECTS.iter().find(|it| it.name == object).ok_or_else(|| format!("{object} has no table"))?;
    for name in
        body.as_object().into_iter().flatten().map(|(name, _)| name).filter(|name| *name != "attributes")
    {
        let field = table.fields.iter().find(|field| field.name == name);
        let is_written = field.is_some_and(|field| match how {
            Writes::Makes => field.made || field.sampled,
            Writes::Changes => field.changed,
        });
        if !is_written {
            return Err(format!("the table of {object} does not say that {name} is written ({how:?})"));
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
        assert!(check("Lead", Writes::Makes, &json!({})).is_err(), "no table");
    }
}
