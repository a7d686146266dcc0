//! A persona's list of tools. What is not on the list does not exist for that persona.

use super::{Tool, Work, work};
use crate::audit::{SearchToolCalls, ToolCallList};
use crate::saga::Saga;
use crate::tool::persona::Persona;
use crate::tool::schema::Object;
use schemars::JsonSchema;
use skills::{Effect, Skill};
use std::sync::Arc;

/// A persona's tools.
#[must_use]
#[derive(Clone)]
pub struct Toolset {
    persona: Persona,
    instructions: &'static str,
    tools: Vec<Tool>,
}

impl Toolset {
    /// A persona without tools yet, and what its clients are told about the server.
    pub const fn new(persona: Persona, instructions: &'static str) -> Self {
        Self { persona, instructions, tools: Vec::new() }
    }

    /// Adds a saga.
    pub fn saga<S: Saga>(self) -> Self {
        self.saga_without::<S>(&[])
    }

    /// Adds a saga, without the inputs this persona may not give.
    pub fn saga_without<S: Saga>(self, withheld: &[&str]) -> Self {
        let work = Work::Saga(work::erased::<S>());
        self.add(Tool::new::<S, S::Output>(S::NAME, S::EFFECT, work), withheld)
    }

    /// Adds a skill that reads. One that writes is offered through a saga, which records it.
    pub fn skill<S: Skill + JsonSchema>(self) -> Self
    where
        S::Output: JsonSchema,
    {
        const { assert!(matches!(S::EFFECT, Effect::Reads), "only a saga may write") };
        let work = Work::Read(work::reading::<S>());
        self.add(Tool::new::<S, S::Output>(S::NAME, S::EFFECT, work), &[])
    }

    /// Adds the audit trail.
    pub fn audit_trail(self) -> Self {
        let work = Work::Read(work::trail());
        let (name, effect) = (SearchToolCalls::NAME, Effect::Reads);
        self.add(Tool::new::<SearchToolCalls, ToolCallList>(name, effect, work), &[])
    }

    fn add(mut self, mut tool: Tool, withheld: &[&str]) -> Self {
        let identity = self.persona.identity_argument();
        let mut input = Object::clone(&tool.input_schema);
        if let Some(properties) = input["properties"].as_object_mut() {
            properties.retain(|name, _| !withheld.contains(&name.as_str()));
            if let Some(property) = properties.get_mut(identity) {
                property["description"] = self.persona.identity_description().into();
            }
        }
        if let Some(required) = input["required"].as_array_mut() {
            required.retain(|name| name != identity);
        }
        tool.input_schema = Arc::new(input);
        assert!(self.get(tool.name).is_none(), "{} is listed twice", tool.name);
        self.tools.push(tool);
        self
    }

    /// Only the tools that change nothing.
    pub fn read_only(mut self) -> Self {
        self.tools.retain(|tool| !tool.effect.writes());
        self
    }

    /// Without the tools named.
    pub fn excluding(mut self, names: &[String]) -> Self {
        self.tools.retain(|tool| !names.iter().any(|name| name == tool.name));
        self
    }

    /// The persona.
    pub const fn persona(&self) -> Persona {
        self.persona
    }

    /// What clients are told about the server.
    pub const fn instructions(&self) -> &'static str {
        self.instructions
    }

    /// The tools, by name: an order that never changes.
    pub fn tools(&self) -> Vec<&Tool> {
        let mut tools: Vec<_> = self.tools.iter().collect();
        tools.sort_by_key(|tool| tool.name);
        tools
    }

    /// The tool of this name.
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}
