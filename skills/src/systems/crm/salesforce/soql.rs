//! The one way a value becomes SOQL
//! (<https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm>).
//! Fields, objects and operators are literals of this program; whatever comes from outside is a [`Literal`].

use super::fields::{Extras, Object, Select};
use crate::words::{Cents, Date};
use jiff::Timestamp;
use std::fmt::{self, Display};

/// A value as SOQL writes it.
#[derive(Debug, Clone)]
pub(super) struct Literal(String);

impl Literal {
    pub(super) fn null() -> Self {
        Self("null".to_owned())
    }

    /// A day without quotes, or null.
    pub(super) fn date(day: Option<Date>) -> Self {
        day.map_or_else(Self::null, Self::from)
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c.is_control() => out.push(' '), // none of ours holds one, and SOQL has no way to write it
            c => out.push(c),
        }
    }
    out
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self(format!("'{}'", escaped(text)))
    }
}

impl From<Option<&str>> for Literal {
    fn from(text: Option<&str>) -> Self {
        text.map_or_else(Self::null, Self::from)
    }
}

impl From<Date> for Literal {
    fn from(day: Date) -> Self {
        Self(day.to_string())
    }
}

impl From<Timestamp> for Literal {
    fn from(moment: Timestamp) -> Self {
        Self(format!("{moment:.3}"))
    }
}

impl From<i32> for Literal {
    fn from(number: i32) -> Self {
        Self(number.to_string())
    }
}

/// A number as the org itself wrote it.
impl From<Option<f64>> for Literal {
    fn from(number: Option<f64>) -> Self {
        number.map_or_else(Self::null, |number| Self(number.to_string()))
    }
}

impl From<Cents> for Literal {
    fn from(amount: Cents) -> Self {
        Self(amount.to_string())
    }
}

/// A condition.
#[derive(Debug, Clone)]
pub(super) struct Condition(String);

/// `field = value`.
pub(super) fn eq(field: &'static str, value: impl Into<Literal>) -> Condition {
    is(field, "=", value)
}

/// `field = true`.
pub(super) fn is_true(field: &'static str) -> Condition {
    Condition(format!("{field} = true"))
}

/// The same, of a value that is one already.
pub(super) fn equals(field: &'static str, value: &Literal) -> Condition {
    Condition(format!("{field} = {}", value.0))
}

/// `relation.field = value`: of the row that a row names.
pub(super) fn through(relation: &'static str, field: &'static str, value: &Literal) -> Condition {
    Condition(format!("{relation}.{field} = {}", value.0))
}

/// `field operator value`.
pub(super) fn is(field: &'static str, operator: &'static str, value: impl Into<Literal>) -> Condition {
    Condition(format!("{field} {operator} {}", value.into().0))
}

/// `field IN (values)`; nothing is in an empty list.
pub(super) fn one_of<'a>(field: &'static str, values: impl IntoIterator<Item = &'a str>) -> Condition {
    let values: Vec<_> = values.into_iter().map(|value| Literal::from(value).0).collect();
    if values.is_empty() {
        return eq("Id", Literal::null());
    }
    Condition(format!("{field} IN ({})", values.join(", ")))
}

/// The field is empty, or holds none of these.
pub(super) fn none_of<'a>(field: &'static str, values: impl IntoIterator<Item = &'a str>) -> Condition {
    let others = values.into_iter().map(|value| is(field, "!=", value)).collect();
    any(vec![eq(field, Literal::null()), all(others)])
}

/// Part of what LIKE compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glyph {
    /// This character; what LIKE would read as a wildcard is only itself.
    This(char),
    /// Any one character.
    One,
    /// Any characters, or none.
    Many,
}

/// The field holds this somewhere.
pub(super) fn like(field: &'static str, pattern: &[Glyph]) -> Condition {
    let glyph = |glyph: &Glyph| match glyph {
        Glyph::This(c @ ('%' | '_')) => format!("\\{c}"),
        Glyph::This(c) => escaped(c.encode_utf8(&mut [0; 4])),
        Glyph::One => "_".to_owned(),
        Glyph::Many => "%".to_owned(),
    };
    Condition(format!("{field} LIKE '%{}%'", pattern.iter().map(glyph).collect::<String>()))
}

/// The field holds this text somewhere.
pub(super) fn contains(field: &'static str, fragment: &str) -> Condition {
    like(field, &fragment.chars().map(Glyph::This).collect::<Vec<_>>())
}

/// The field begins with this text, in upper or lower case.
pub(super) fn begins(field: &'static str, text: &str) -> Condition {
    let pattern = escaped(text).replace('%', "\\%").replace('_', "\\_");
    Condition(format!("{field} LIKE '{pattern}%'"))
}

/// `field = value` without regard to case, also where the field has one: what LIKE would read as a wildcard is only itself.
pub(super) fn eq_in_any_case(field: &'static str, value: &str) -> Condition {
    let pattern = escaped(value).replace('%', "\\%").replace('_', "\\_");
    Condition(format!("{field} LIKE '{pattern}'"))
}

/// `field IN (SELECT selected FROM object WHERE …)`.
pub(super) fn among(
    field: &'static str,
    selected: &'static str,
    object: &'static str,
    filter: &Condition,
) -> Condition {
    Condition(format!("{field} IN (SELECT {selected} FROM {object} WHERE {})", filter.0))
}

/// The opposite of [`among`].
pub(super) fn not_among(
    field: &'static str,
    selected: &'static str,
    object: &'static str,
    filter: &Condition,
) -> Condition {
    Condition(format!("{field} NOT IN (SELECT {selected} FROM {object} WHERE {})", filter.0))
}

fn joined(conditions: Vec<Condition>, word: &str) -> Condition {
    let several = conditions.len() > 1;
    let text = conditions.into_iter().map(|condition| condition.0).collect::<Vec<_>>().join(word);
    Condition(if several { format!("({text})") } else { text })
}

/// One of them holds.
pub(super) fn any(conditions: Vec<Condition>) -> Condition {
    joined(conditions, " OR ")
}

/// All of them hold.
pub(super) fn all(conditions: Vec<Condition>) -> Condition {
    joined(conditions, " AND ")
}

/// A query.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) select: Select,
    pub(super) from: &'static str,
    /// Each holds. Semi-joins are allowed nowhere but here, at the top.
    pub(super) filter: Vec<Condition>,
    pub(super) order: &'static str,
    pub(super) limit: Option<usize>,
    /// Only values that more than one row has.
    pub(super) twice: Option<&'static str>,
    /// What the org has beside what every org has.
    pub(super) extras: Extras,
}

impl Query {
    /// Only these fields.
    pub(super) fn new(select: &'static str, from: &'static str, filter: Vec<Condition>) -> Self {
        Self::of(Select::Only(select), from, filter)
    }

    /// Whole rows of an object, with what belongs to them.
    pub(super) fn rows(of: &'static Object, filter: Vec<Condition>) -> Self {
        Self::of(Select::Rows(of), of.name, filter)
    }

    fn of(select: Select, from: &'static str, filter: Vec<Condition>) -> Self {
        Self { select, from, filter, order: "", limit: None, twice: None, extras: Extras::default() }
    }

    pub(super) fn order(mut self, order: &'static str) -> Self {
        self.order = order;
        self
    }

    pub(super) fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The values of a field that more than one row has.
    pub(super) fn twice(mut self, field: &'static str) -> Self {
        self.twice = Some(field);
        self
    }

    /// The same, in an org that has more.
    pub(super) fn with(mut self, extras: Extras) -> Self {
        self.extras = extras;
        self
    }

    /// How many rows it finds, counted up to a limit.
    pub(super) fn counted(&self, up_to: usize) -> Self {
        Self { select: Select::Only("COUNT()"), order: "", limit: Some(up_to), ..self.clone() }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        self.select.write(f, self.extras)?;
        write!(f, " FROM {}", self.from)?;
        for (at, condition) in self.filter.iter().enumerate() {
            write!(f, " {} {}", if at == 0 { "WHERE" } else { "AND" }, condition.0)?;
        }
        if let Some(field) = self.twice {
            write!(f, " GROUP BY {field} HAVING COUNT(Id) > 1")?;
        }
        if !self.order.is_empty() {
            write!(f, " ORDER BY {}", self.order)?;
        }
        self.limit.map_or(Ok(()), |limit| write!(f, " LIMIT {limit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        let hostile = "x' OR Name != '\\' \n\"\0";
        assert_eq!(eq("Name", hostile).0, r#"Name = 'x\' OR Name != \'\\\' \n\" '"#);
        assert_eq!(contains("Name", "50%_'").0, r"Name LIKE '%50\%\_\'%'");
        assert_eq!(begins("Name", "BK_'%").0, r"Name LIKE 'BK\_\'\%%'");
        assert_eq!(eq_in_any_case("Name", "o'x_%@y").0, r"Name LIKE 'o\'x\_\%@y'");
    }

    #[test]
    fn a_query_reads_as_soql() {
        let day = Date::new("2026-11-21").unwrap();
        let filter = vec![
            any(vec![eq("A", day), eq("B", Cents(29_998))]),
            not_among(
                "Id",
                "Room__c",
                "Booking__c",
                &all(vec![eq("C", None::<&str>), one_of("D", ["x", "y"])]),
            ),
        ];
        let query = Query::new("Id", "Hotel_Room__c", filter).order("Id DESC").limit(3);
        assert_eq!(
            query.to_string(),
            "SELECT Id FROM Hotel_Room__c WHERE (A = 2026-11-21 OR B = 299.98) AND Id NOT IN (SELECT Room__c FROM \
             Booking__c WHERE (C = null AND D IN ('x', 'y'))) ORDER BY Id DESC LIMIT 3"
        );
        assert_eq!(one_of("D", []).0, "Id = null");
        assert_eq!(none_of("D", ["x", "y"]).0, "(D = null OR (D != 'x' AND D != 'y'))");
    }
}
