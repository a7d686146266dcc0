//! A line of a table.

use super::Kind;

/// A field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its API name.
    pub name: &'static str,
    /// What kind of field it is, as the hotel's objects have it.
    pub kind: Kind,
    /// What it is for, in plain words.
    pub help: &'static str,
    /// Whether queries for whole rows ask for it. (The servers must be able to read every field here: what they write they
    /// look for as well.)
    pub selected: bool,
    /// Filled in when a record is made.
    pub made: bool,
    /// Filled in by the sample hotel only (`setup --seed`).
    pub sampled: bool,
    /// Changed later. (What only locks its row is written, too.)
    pub changed: bool,
    /// The fewest characters it must take.
    pub holds: u32,
    /// Whether, and how, records are found by it.
    pub key: Key,
    /// What the servers write into a picklist.
    pub writes: Option<fn() -> Vec<&'static str>>,
    /// No record is without it, whoever makes it.
    pub required: bool,
    /// Not every org has it: the name of what an org that has it can do.
    pub only_for: Option<&'static str>,
    /// The column of the embedded hotel that holds the same, if there is one.
    pub column: Option<&'static str>,
    /// The argument of the tools that fills it in, if there is one.
    pub argument: Option<&'static str>,
}

/// How a field tells records apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// It does not.
    None,
    /// An external id that several records may have.
    External,
    /// An external id that no two records have.
    Unique,
}

/// A field that queries ask for and nobody here writes.
pub(in super::super) const fn field(name: &'static str, kind: Kind, help: &'static str) -> Field {
    Field {
        name,
        kind,
        help,
        selected: true,
        made: false,
        sampled: false,
        changed: false,
        holds: 0,
        key: Key::None,
        writes: None,
        required: false,
        only_for: None,
        column: None,
        argument: None,
    }
}

impl Field {
    /// The id, which every row has.
    pub(in super::super) const ID: Self = field("Id", Kind::Id, "What the org itself calls the record.");

    /// Queries for whole rows do without it.
    pub(in super::super) const fn unselected(self) -> Self {
        Self { selected: false, ..self }
    }

    /// Filled in when a record is made.
    pub(in super::super) const fn made(self) -> Self {
        Self { made: true, ..self }
    }

    /// Filled in by the sample hotel only.
    pub(in super::super) const fn sampled(self) -> Self {
        Self { sampled: true, ..self }
    }

    /// Changed later.
    pub(in super::super) const fn changed(self) -> Self {
        Self { changed: true, ..self }
    }

    /// Takes at least so many characters.
    pub(in super::super) const fn holds(self, characters: u32) -> Self {
        Self { holds: characters, ..self }
    }

    /// Tells records apart.
    pub(in super::super) const fn key(self, key: Key) -> Self {
        Self { key, ..self }
    }

    /// What the servers write into a picklist.
    pub(in super::super) const fn writes(self, values: fn() -> Vec<&'static str>) -> Self {
        Self { writes: Some(values), ..self }
    }

    /// No record is without it.
    pub(in super::super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Only some orgs have it.
    pub(in super::super) const fn only_for(self, what: &'static str) -> Self {
        Self { only_for: Some(what), ..self }
    }

    /// The column of the embedded hotel that holds the same.
    pub(in super::super) const fn column(self, column: &'static str) -> Self {
        Self { column: Some(column), ..self }
    }

    /// The argument of the tools that fills it in.
    pub(in super::super) const fn argument(self, argument: &'static str) -> Self {
        Self { argument: Some(argument), ..self }
    }

    /// Whether it was added for the hotel; else the platform has it.
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }
}
