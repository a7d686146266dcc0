//! A persona's manual: what an agent reads once to work well with its tools. It is an Agent Skill (a folder with a
//! `SKILL.md`, <https://agentskills.io/specification>); here the word skill already means an operation.

use super::front_matter::Described;

/// The manual of a persona.
#[derive(Debug)]
pub struct Manual {
    /// Its name: also the name of its folder.
    pub name: &'static str,
    /// What it is for, and when to read it.
    pub description: &'static str,
    /// The whole file, as it is served.
    pub file: &'static str,
}

impl Manual {
    /// Reads a `SKILL.md`.
    ///
    /// # Panics
    /// When it has other lines than `name` and `description` at its head: clients are told all of them, word for word.
    pub fn read(file: &'static str) -> Self {
        let described = Described::read(file);
        assert_eq!(described.lines.len(), 2, "name and description: {:?}", described.lines);
        Self { name: described.value("name"), description: described.value("description"), file }
    }
}
