//! WHERE conditions, checked against the schema: each value must have its field's type, as on the platform.

use super::paths::{self, Bound};
use super::{Hidden, Plan};
use crate::fakes::salesforce::ids;
use crate::fakes::salesforce::refusal::{Refusal, Result};
use crate::fakes::salesforce::schema::{Field, Kind, Object};
use crate::fakes::salesforce::soql::{Expr, Glyph, Literal, Op, Query, span};
use crate::fakes::salesforce::tables::{Row, View};
use crate::fakes::salesforce::values::{moment, read_moment};
use jiff::civil::Date;
use serde_json::Value;
use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::HashSet;

pub(super) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Compare(Bound, Op, Operand),
    Like(Bound, Vec<Glyph>),
    In {
        bound: Bound,
        negated: bool,
        values: Vec<Operand>,
    },
    /// The ids of the inner query, read once for each query.
    Join {
        bound: Bound,
        negated: bool,
        inner: Box<Plan>,
        column: Bound,
        ids: OnceCell<HashSet<String>>,
    },
}

/// A value to compare with, as rows store it.
pub(super) enum Operand {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    /// From the first up to, but not including, the second.
    Span(String, String),
}

/// Checks a condition. Semi-joins are allowed at the top level only, joined by AND.
pub(super) fn bind(from: &'static Object, expr: &Expr, hidden: &Hidden, top: bool) -> Result<Filter> {
    let each = |terms: &[Expr], top| {
        terms.iter().map(|term| bind(from, term, hidden, top)).collect::<Result<Vec<_>>>()
    };
    Ok(match expr {
        Expr::And(terms) => Filter::And(each(terms, top)?),
        Expr::Or(terms) => Filter::Or(each(terms, false)?),
        Expr::Not(term) => Filter::Not(Box::new(bind(from, term, hidden, false)?)),
        Expr::Compare { path, op, value } => {
            let bound = filterable(from, path, hidden)?;
            let equality = matches!(op, Op::Equal | Op::NotEqual);
            // Ids have an order: long lists continue after the last row's id.
            if !equality && (bound.field.kind == Kind::Reference || bound.field.kind == Kind::Boolean) {
                return Err(wrong_operator(bound.field));
            }
            let value = operand(bound.field, value)?;
            Filter::Compare(bound, *op, value)
        }
        Expr::Like { path, pattern } => {
            let bound = filterable(from, path, hidden)?;
            if !bound.field.kind.is_text() {
                return Err(wrong_operator(bound.field));
            }
            Filter::Like(bound, pattern.clone())
        }
        Expr::In { path, negated, values } => {
            let bound = filterable(from, path, hidden)?;
            let values = values.iter().map(|value| operand(bound.field, value)).collect::<Result<_>>()?;
            Filter::In { bound, negated: *negated, values }
        }
        Expr::Join { path, negated, query } => join(from, path, *negated, query, hidden, top)?,
    })
}

fn filterable(from: &'static Object, path: &[String], hidden: &Hidden) -> Result<Bound> {
    let bound = paths::bind(from, path, hidden)?;
    if bound.field.filterable() {
        return Ok(bound);
    }
    let message = format!("field '{}' can not be filtered in a query call", bound.field.name);
    Err(Refusal::bad("INVALID_FIELD", message))
}

fn wrong_operator(field: &Field) -> Refusal {
    Refusal::bad("INVALID_QUERY_FILTER_OPERATOR", format!("invalid operator on {} field", field.kind.name()))
}

fn join(
    from: &'static Object,
    path: &[String],
    negated: bool,
    query: &Query,
    hidden: &Hidden,
    top: bool,
) -> Result<Filter> {
    let refuse = |message: &str| Err(Refusal::malformed(message));
    if !top {
        return refuse(
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.",
        );
    }
    let bound = filterable(from, path, hidden)?;
    let inner_object = super::seen(&query.from, hidden)?;
    let inner = super::bind(inner_object, query, hidden, 1)?;
    let [super::Column::Field(column)] = &inner.columns[..] else {
        return refuse("semi join sub-selects can only query one field");
    };
    let column =
        paths::bind(inner_object, &column.name.split('.').map(str::to_owned).collect::<Vec<_>>(), hidden)?;
    if !bound.hops.is_empty() || !column.hops.is_empty() {
        return refuse("Semi join sub-selects cannot use relationship fields as operand or selected field");
    }
    if !bound.field.kind.is_id() || !column.field.kind.is_id() {
        return refuse("Semi join sub-selects can only be on Id or reference fields");
    }
    let target = |field: &'static Field, of: &'static Object| field.to.as_deref().unwrap_or(&of.name);
    if target(bound.field, from) != target(column.field, inner_object) {
        return Err(Refusal::malformed(format!(
            "The selected field '{}' in the subquery and the left operand field in the where expression in the outer \
             query '{}' should point to the same object type",
            column.field.name, bound.field.name
        )));
    }
    if inner_object.name == from.name {
        return refuse("The inner and outer selects should not be on the same object type");
    }
    if query.filter.as_ref().is_some_and(has_join) {
        return refuse("Nesting of semi join sub-selects is not supported");
    }
    Ok(Filter::Join { bound, negated, inner: Box::new(inner), column, ids: OnceCell::new() })
}

fn has_join(expr: &Expr) -> bool {
    match expr {
        Expr::And(terms) | Expr::Or(terms) => terms.iter().any(has_join),
        Expr::Not(term) => has_join(term),
        Expr::Join { .. } => true,
        _ => false,
    }
}

/// A literal as a value of the field's type.
fn operand(field: &Field, literal: &Literal) -> Result<Operand> {
    let mismatch = |quotes: &str| {
        let wanted = if field.kind.is_text() { "string" } else { field.kind.name() };
        let message = format!(
            "value of filter criterion for field '{}' must be of type {wanted} and should {quotes}be enclosed in quotes",
            field.name
        );
        Err(Refusal::bad("INVALID_FIELD", message))
    };
    match (field.kind, literal) {
        (_, Literal::Null) => Ok(Operand::Null),
        (kind, Literal::Text(text)) if kind.is_id() => match ids::parse(text) {
            Some(id) => Ok(Operand::Text(id)),
            None if text.is_empty() => Ok(Operand::Null),
            None => Err(Refusal::bad("INVALID_QUERY_FILTER_OPERATOR", format!("invalid ID field: {text}"))),
        },
        (kind, Literal::Text(text)) if kind.is_text() => {
            Ok(if text.is_empty() { Operand::Null } else { Operand::Text(field.folded(text)) })
        }
        (Kind::Double | Kind::Currency, Literal::Number(number)) => Ok(Operand::Number(*number)),
        (Kind::Boolean, Literal::Boolean(value)) => Ok(Operand::Boolean(*value)),
        (Kind::Date, Literal::Date(day)) => Ok(Operand::Text(day.clone())),
        (Kind::DateTime, Literal::DateTime(at)) => {
            Ok(read_moment(at).map_or(Operand::Null, |at| Operand::Text(moment(at))))
        }
        (kind, Literal::Relative(name, count)) => {
            let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
            let (from, to) = span(name, *count, today)
                .ok_or_else(|| Refusal::malformed(format!("unexpected token: '{name}'")))?;
            match kind {
                Kind::Date => Ok(Operand::Span(from.to_string(), to.to_string())),
                Kind::DateTime => Ok(Operand::Span(midnight(from), midnight(to))),
                _ => mismatch(if kind.is_text() || kind.is_id() { "" } else { "not " }),
            }
        }
        (kind, _) => mismatch(if kind.is_text() || kind.is_id() { "" } else { "not " }),
    }
}

fn midnight(day: Date) -> String {
    format!("{day}T00:00:00.000+0000")
}

impl Filter {
    pub(super) fn holds<'a>(&self, view: View<'a>, row: &'a Row) -> bool {
        match self {
            Self::And(terms) => terms.iter().all(|term| term.holds(view, row)),
            Self::Or(terms) => terms.iter().any(|term| term.holds(view, row)),
            Self::Not(term) => !term.holds(view, row),
            Self::Compare(bound, op, operand) => operand.compare(*op, bound.field, &bound.value(view, row)),
            Self::Like(bound, pattern) => {
                bound.value(view, row).as_str().is_some_and(|text| like(pattern, &text.to_lowercase()))
            }
            Self::In { bound, negated, values } => {
                let value = bound.value(view, row);
                values.iter().any(|operand| operand.compare(Op::Equal, bound.field, &value)) != *negated
            }
            Self::Join { bound, negated, inner, column, ids } => {
                let matches = |row: &&Row| inner.filter.as_ref().is_none_or(|filter| filter.holds(view, row));
                let ids = ids.get_or_init(|| {
                    let rows = view.rows(&inner.object.name).filter(matches);
                    rows.filter_map(|row| column.value(view, row).as_str().map(str::to_owned)).collect()
                });
                bound.value(view, row).as_str().is_some_and(|id| ids.contains(id)) != *negated
            }
        }
    }
}

impl Operand {
    /// A null row differs from every value, and is neither above nor below any.
    fn compare(&self, op: Op, field: &Field, value: &Value) -> bool {
        let order = match (self, value) {
            (Self::Null, Value::Null) => Some(Ordering::Equal),
            (Self::Boolean(wanted), Value::Bool(value)) => Some(value.cmp(wanted)),
            (Self::Number(wanted), Value::Number(value)) => {
                value.as_f64().and_then(|value| value.partial_cmp(wanted))
            }
            (Self::Text(wanted), Value::String(value)) => Some(field.compare(value, wanted)),
            (Self::Span(from, to), Value::String(value)) => Some(if value < from {
                Ordering::Less
            } else if value < to {
                Ordering::Equal
            } else {
                Ordering::Greater
            }),
            _ => None,
        };
        match op {
            Op::Equal => order == Some(Ordering::Equal),
            Op::NotEqual => order != Some(Ordering::Equal),
            Op::Less => order == Some(Ordering::Less),
            Op::AtMost => order.is_some_and(Ordering::is_le),
            Op::More => order == Some(Ordering::Greater),
            Op::AtLeast => order.is_some_and(Ordering::is_ge),
        }
    }
}

fn like(pattern: &[Glyph], text: &str) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((Glyph::Many, rest)) => {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| like(rest, &text[at..]))
        }
        Some((glyph, rest)) => {
            let mut chars = text.chars();
            let Some(c) = chars.next() else { return false };
            let fits = match glyph {
                Glyph::This(wanted) => wanted.to_lowercase().eq(c.to_lowercase()),
                Glyph::One | Glyph::Many => true,
            };
            fits && like(rest, chars.as_str())
        }
    }
}
