//! Answers a query: binds its names to the schema, strictly, and reads the rows.

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

const DEEPEST: usize = 5;

/// A query whose every name is known.
pub(crate) struct Plan {
    pub(crate) count: bool,
    object: &'static Object,
    columns: Vec<Column>,
    filter: Option<Filter>,
    order: Vec<(Bound, bool, bool)>,
    limit: Option<usize>,
    offset: usize,
}

enum Column {
    Field(Bound),
    Children { name: String, by: &'static Field, plan: Box<Plan> },
}

/// Reads a query and binds it.
pub(crate) fn plan(soql: &str) -> Result<Plan> {
    let query = super::soql::parse(soql)?;
    let from = object(&query.from).ok_or_else(|| unknown_type(&query.from))?;
    bind(from, &query, 1)
}

/// The answer's records, in order.
pub(crate) fn run(plan: &Plan, view: View<'_>, version: &str) -> Vec<Value> {
    rows::read(plan, view, version)
}

fn unknown_type(name: &str) -> Refusal {
    let message = format!(
        "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the \
         '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
    );
    Refusal::bad("INVALID_TYPE", message)
}

fn bind(from: &'static Object, query: &Query, depth: usize) -> Result<Plan> {
    let mut columns: Vec<Column> = vec![];
    for selected in &query.fields {
        let column = match selected {
            Selected::Field(path) => Column::Field(paths::bind(from, path)?),
            Selected::Children(children) => bind_children(from, children, depth)?,
        };
        if let Some(name) = columns.iter().map(Column::name).find(|name| *name == column.name()) {
            return Err(Refusal::malformed(format!("duplicate field selected: {name}")));
        }
        columns.push(column);
    }
    let order = query.order.iter().map(|order| bind_order(from, order)).collect::<Result<_>>()?;
    let filter = query.filter.as_ref().map(|filter| filter::bind(from, filter, true)).transpose()?;
    let (limit, offset) = (query.limit, query.offset.unwrap_or(0));
    Ok(Plan { count: query.count, object: from, columns, filter, order, limit, offset })
}

fn bind_children(from: &'static Object, children: &Query, depth: usize) -> Result<Column> {
    let (child, by) = from.child(&children.from).ok_or_else(|| {
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
    Ok(Column::Children { name, by, plan: Box::new(bind(child, children, depth + 1)?) })
}

fn bind_order(from: &'static Object, order: &Order) -> Result<(Bound, bool, bool)> {
    let bound = paths::bind(from, &order.path)?;
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
