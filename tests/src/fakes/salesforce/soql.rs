//! A strict parser of the part of SOQL that the fake answers.
//!
//! Grammar: `SELECT fields FROM object [WHERE …] [GROUP BY field HAVING COUNT(Id) > n] [ORDER BY …] [LIMIT n] [OFFSET n] [FOR VIEW | REFERENCE | UPDATE]`. What
//! the platform has beyond this (other aggregates, TYPEOF, aliases, WITH, USING SCOPE) is refused rather than half
//! understood.

mod dates;
mod lexer;
mod parser;
mod strings;

pub(crate) use dates::span;
pub(crate) use parser::parse;
pub(crate) use strings::Glyph;

/// A dotted name: `Room__r.Room_Number__c`.
pub(crate) type Path = Vec<String>;

#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) count: bool,
    pub(crate) fields: Vec<Selected>,
    pub(crate) from: String,
    pub(crate) filter: Option<Expr>,
    /// A field, and how many rows each of its values must at least exceed.
    pub(crate) group: Option<(Path, usize)>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: Option<usize>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Selected {
    Field(Path),
    Children(Query),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) path: Path,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Compare { path: Path, op: Op, value: Literal },
    Like { path: Path, pattern: Vec<Glyph> },
    In { path: Path, negated: bool, values: Vec<Literal> },
    Join { path: Path, negated: bool, query: Box<Query> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Text(String),
    Number(f64),
    Date(String),
    DateTime(String),
    /// `TODAY`, `LAST_N_DAYS:7`.
    Relative(String, Option<i32>),
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    /// `tests/clients/soql.mjs` checks the same corpus with an independent parser.
    #[test]
    fn the_corpus_is_read_as_others_read_it() {
        let corpus: Value = serde_json::from_str(include_str!("../../../clients/soql.json")).unwrap();
        for soql in corpus["valid"].as_array().unwrap() {
            let read = super::parse(soql.as_str().unwrap());
            assert!(read.is_ok(), "refuses {soql}: {read:?}");
        }
        let stricter =
            corpus["invalid_although_the_library_reads_it"].as_object().unwrap().keys().map(String::as_str);
        for soql in corpus["invalid"].as_array().unwrap().iter().filter_map(Value::as_str).chain(stricter) {
            let read = super::parse(soql);
            assert!(read.is_err(), "reads {soql}: {read:?}");
        }
    }
}
