//! Rows that are there already, and what is to become of each.

use super::super::soql::{Condition, Literal, equals, through};
use serde_json::{Map, Value};

/// A row of the org that is there already. Their order is the order of locks, the same for everybody.
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
    /// A field with the value it has: writing it takes the row's lock.
    pub(super) anchor: Option<(&'static str, Value)>,
    /// What its fields are expected to be.
    values: Vec<(&'static str, Literal)>,
    /// What else is expected of it.
    expected: Vec<Condition>,
    /// What it becomes.
    pub(super) fields: Map<String, Value>,
    /// The rows it names.
    pub(super) parents: Vec<Parent>,
}

/// A row that another one names.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) id: String,
    /// How a query of the other reaches its fields.
    relation: &'static str,
    /// The field of the other that holds its id.
    pub(super) field: &'static str,
}

impl Parent {
    pub(super) fn new(id: &str, relation: &'static str, field: &'static str) -> Self {
        Self { id: id.to_owned(), relation, field }
    }
}

impl Fate {
    /// Expects a field to be as it was seen. What is expected of it already is not repeated.
    pub(in super::super) fn expect(&mut self, field: &'static str, value: impl Into<Literal>) {
        if !self.values.iter().any(|(known, _)| *known == field) {
            self.values.push((field, value.into()));
        }
    }

    /// Expects something that only a query of the row itself can tell.
    pub(in super::super) fn expect_that(&mut self, condition: Condition) {
        self.expected.push(condition);
    }

    pub(super) fn is_expected(&self) -> bool {
        !self.values.is_empty() || !self.expected.is_empty()
    }

    /// Whether all that is expected of it are values of its fields.
    pub(super) fn is_plain(&self) -> bool {
        self.is_expected() && self.expected.is_empty()
    }

    pub(super) fn conditions(&self) -> impl Iterator<Item = Condition> {
        self.values.iter().map(|(field, value)| equals(field, value)).chain(self.expected.iter().cloned())
    }

    /// The same of its values, as a query of a row that names it asks.
    pub(super) fn conditions_of(&self, parent: &Parent) -> impl Iterator<Item = Condition> {
        self.values.iter().map(|(field, value)| through(parent.relation, field, value))
    }
}
