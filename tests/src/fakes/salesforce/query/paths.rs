//! Dotted names, checked against the schema.

use super::Hidden;
use crate::fakes::salesforce::refusal::{Refusal, Result};
use crate::fakes::salesforce::schema::{Field, Object, object};
use crate::fakes::salesforce::tables::{NULL, Row, View};
use serde_json::Value;
use std::borrow::Cow;

const HIGHEST: usize = 5;

/// A field, possibly of a parent.
pub(super) struct Bound {
    /// The references to the parent, each with the name of its relationship.
    pub(super) hops: Vec<(&'static Field, String)>,
    pub(super) field: &'static Field,
    /// The whole path as the schema writes it.
    pub(super) name: String,
}

pub(super) fn bind(from: &'static Object, path: &[String], hidden: &Hidden) -> Result<Bound> {
    let mut object_here = from;
    let mut hops: Vec<(&'static Field, String)> = vec![];
    let (last, up) = path.split_last().ok_or_else(|| Refusal::malformed("unexpected token: '.'"))?;
    if up.len() > HIGHEST {
        return Err(Refusal::malformed("SOQL relationships cannot be more than 5 levels of child-to-parent"));
    }
    for relationship in up {
        let shown = |field: &&Field| !hidden.contains(&format!("{}.{}", object_here.name, field.name));
        let field = object_here.parent(relationship).filter(shown).ok_or_else(|| {
            let message = format!(
                "Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. Please reference your \
                 WSDL or the describe call for the appropriate names."
            );
            Refusal::bad("INVALID_FIELD", message)
        })?;
        hops.push((field, field.relationship.clone().unwrap_or_default()));
        let to = field.to.as_deref().and_then(object);
        object_here =
            to.ok_or_else(|| Refusal::bad("INVALID_TYPE", format!("no object behind {relationship}")))?;
    }
    let shown = |field: &&Field| !hidden.contains(&format!("{}.{}", object_here.name, field.name));
    let field = object_here.field(last).filter(shown).ok_or_else(|| {
        let message = format!(
            "No such column '{last}' on entity '{}'. If you are attempting to use a custom field, be sure to append \
             the '__c' after the custom field name. Please reference your WSDL or the describe call for the \
             appropriate names.",
            object_here.name
        );
        Refusal::bad("INVALID_FIELD", message)
    })?;
    let names = hops.iter().map(|(_, name)| name.as_str()).chain([field.name.as_str()]);
    let name = names.collect::<Vec<_>>().join(".");
    Ok(Bound { hops, field, name })
}

impl Bound {
    /// The value, null where there is no parent.
    pub(super) fn value<'a>(&self, view: View<'a>, row: &'a Row) -> Cow<'a, Value> {
        let mut row = row;
        for (reference, _) in &self.hops {
            let Some(parent) = parent(view, reference, row) else { return Cow::Borrowed(&NULL) };
            row = parent;
        }
        view.value(self.field, row)
    }
}

/// The row that a reference points at.
pub(super) fn parent<'a>(view: View<'a>, reference: &Field, row: &Row) -> Option<&'a Row> {
    view.get(reference.to.as_deref()?, row.get(&reference.name)?.as_str()?)
}
