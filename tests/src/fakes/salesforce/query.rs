//! Answers a query: checks its names against the schema, strictly, and reads the rows.

mod filter;
mod paths;
mod rows;

use super::refusal::{Refusal, Result};
use super::schema::{Field, Object, object};
use super::soql::{Order, Query, Selected};
use super::tables::View;
use filter::Filter;
use paths::Bound;
use serde_json::Value;
use std::collections::BTreeSet;

const DEEPEST: usize = 5;

/// A query whose every name is known.
pub(crate) struct Plan {
    pub(crate) count: bool,
    object: &'static Object,
    columns: Vec<Column>,
    filter: Option<Filter>,
    group: Option<(Bound, usize)>,
    order: Vec<(Bound, bool, bool)>,
    limit: Option<usize>,
    offset: usize,
}

enum Column {
    Field(Bound),
    Children { name: String, by: &'static Field, plan: Box<Plan> },
}

/// What is hidden from our user: objects, and fields as `Object.Field`.
pub(crate) type Hidden = BTreeSet<String>;

/// Parses a query and checks its names.
pub(crate) fn plan(soql: &str, hidden: &Hidden) -> Result<Plan> {
    let query = super::soql::parse(soql)?;
    let from = seen(&query.from, hidden)?;
    bind(from, &query, hidden, 1)
}

/// The object, if it is visible to our user.
fn seen(name: &str, hidden: &Hidden) -> Result<&'static Object> {
    object(name).filter(|object| !hidden.contains(&object.name)).ok_or_else(|| unknown_type(name))
}

/// The answer's records, in order.
pub(crate) fn run(plan: &Plan, view: View<'_>, version: &str) -> Vec<Value> {
    rows::read(plan, view, version)
}

pub(super) fn unknown_type(name: &str) -> Refusal {
    let message = format!(
        "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the \
         '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
    );
    Refusal::bad("INVALID_TYPE", message)
}

fn bind(from: &'static Object, query: &Query, hidden: &Hidden, depth: usize) -> Result<Plan> {
    let mut columns: Vec<Column> = vec![];
    for selected in &query.fields {
        let column = match selected {
            Selected::Field(path) => Column::Field(paths::bind(from, path, hidden)?),
            Selected::Children(children) => bind_children(from, children, hidden, depth)?,
        };
        if let Some(name) = columns.iter().map(Column::name).find(|name| *name == column.name()) {
            return Err(Refusal::malformed(format!("duplicate field selected: {name}")));
        }
        columns.push(column);
    }
    let order = query.order.iter().map(|order| bind_order(from, order, hidden)).collect::<Result<_>>()?;
    let filter = query.filter.as_ref().map(|filter| filter::bind(from, filter, hidden, true)).transpose()?;
    let group = match &query.group {
        None => None,
        Some((path, more_than)) => Some((bind_group(from, path, &columns, hidden)?, *more_than)),
    };
    let (limit, offset) = (query.limit, query.offset.unwrap_or(0));
    Ok(Plan { count: query.count, object: from, columns, filter, group, order, limit, offset })
}

/// Only the grouped field may be selected.
fn bind_group(from: &'static Object, path: &[String], columns: &[Column], hidden: &Hidden) -> Result<Bound> {
    let bound = paths::bind(from, path, hidden)?;
    if let Some(other) = columns.iter().map(Column::name).find(|name| *name != bound.name) {
        return Err(Refusal::malformed(format!("Field must be grouped or aggregated: {other}")));
    }
    Ok(bound)
}

fn bind_children(from: &'static Object, children: &Query, hidden: &Hidden, depth: usize) -> Result<Column> {
    let (child, by) = from.child(&children.from).filter(|(child, _)| !hidden.contains(&child.name)).ok_or_else(|| {
        let message = format!(
            "Didn't understand relationship '{}' in FROM part of query call. If you are attempting to use a custom \
             relationship, be sure to append the '__r' after the custom relationship name.",
            children.from
        );
        Refusal::bad("INVALID_TYPE", message)
    })?;
    if depth >= DEEPEST {
        return Err(Refusal::malformed(
            "SOQL statements cannot query aggregate relationships more than 5 levels away",
        ));
    }
    let name = by.children.clone().unwrap_or_default();
    Ok(Column::Children { name, by, plan: Box::new(bind(child, children, hidden, depth + 1)?) })
}

fn bind_order(from: &'static Object, order: &Order, hidden: &Hidden) -> Result<(Bound, bool, bool)> {
    let bound = paths::bind(from, &order.path, hidden)?;
    if !bound.field.filterable() {
        let message = format!("field '{}' can not be sorted in a query call", bound.field.name);
        return Err(Refusal::bad("INVALID_FIELD", message));
    }
    Ok((bound, order.descending, order.nulls_last))
}

impl Column {
    fn name(&self) -> &str {
        match self {
            Self::Field(bound) => &bound.name,
            Self::Children { name, .. } => name,
        }
    }
}
