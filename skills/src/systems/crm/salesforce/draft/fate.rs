//! Existing rows, and what happens to each.

use super::super::soql::{Condition, Literal, equals, through};
use serde_json::{Map, Value};

/// An existing row of the org. Their order is the order of locks, the same in every process, so that none deadlocks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Row {
    Room { number: String, id: String },
    Booking { id: String },
    Sale { id: String },
    Case { id: String },
    Contact { id: String },
    Payment { id: String },
}

impl Row {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Room { id, .. }
            | Self::Booking { id }
            | Self::Sale { id }
            | Self::Case { id }
            | Self::Contact { id }
            | Self::Payment { id } => id,
        }
    }

    pub(super) const fn object(&self) -> &'static str {
        match self {
            Self::Room { .. } => "Hotel_Room__c",
            Self::Booking { .. } => "Booking__c",
            Self::Sale { .. } => "Opportunity",
            Self::Case { .. } => "Case",
            Self::Contact { .. } => "Contact",
            Self::Payment { .. } => "Payment_Transaction__c",
        }
    }
}

/// What happens to a row.
#[derive(Debug, Default)]
pub(in super::super) struct Fate {
    /// A field and its present value: writing it takes the row's lock.
    pub(super) anchor: Option<(&'static str, Value)>,
    /// Required values of its fields.
    values: Vec<(&'static str, Literal)>,
    /// Other conditions it must meet.
    expected: Vec<Condition>,
    /// The new values of its fields.
    pub(super) fields: Map<String, Value>,
    /// The rows it refers to.
    pub(super) parents: Vec<Parent>,
}

/// A row that another row refers to.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) id: String,
    /// How a query of the other row reaches its fields.
    relation: &'static str,
    /// The field of the other row with its id.
    pub(super) field: &'static str,
}

impl Parent {
    pub(super) fn new(id: &str, relation: &'static str, field: &'static str) -> Self {
        Self { id: id.to_owned(), relation, field }
    }
}

impl Fate {
    /// Requires a field to be as it was read. A field is required only once.
    pub(in super::super) fn expect(&mut self, field: &'static str, value: impl Into<Literal>) {
        if !self.values.iter().any(|(known, _)| *known == field) {
            self.values.push((field, value.into()));
        }
    }

    /// Requires a condition that only a query of the row itself can check.
    pub(in super::super) fn expect_that(&mut self, condition: Condition) {
        self.expected.push(condition);
    }

    pub(super) fn is_expected(&self) -> bool {
        !self.values.is_empty() || !self.expected.is_empty()
    }

    /// Whether all its preconditions are values of its fields.
    pub(super) fn is_plain(&self) -> bool {
        self.is_expected() && self.expected.is_empty()
    }

    pub(super) fn conditions(&self) -> impl Iterator<Item = Condition> {
        self.values.iter().map(|(field, value)| equals(field, value)).chain(self.expected.iter().cloned())
    }

    /// The required values as conditions in a query of a row that refers to it.
    pub(super) fn conditions_of(&self, parent: &Parent) -> impl Iterator<Item = Condition> {
        self.values.iter().map(|(field, value)| through(parent.relation, field, value))
    }
}
