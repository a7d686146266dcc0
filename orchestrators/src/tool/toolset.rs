//! The tools a server offers: its persona's list, as this persona sees it.

use super::guidance::Completion;
use super::persona::{Finishes, Identity, Persona};
use super::schema::Object;
use super::work::Work;
use super::{Prompt, Tool, visible};
use crate::engine::Recovers;
use crate::sagas::Sagas;
use skills::words::Email;
use std::sync::Arc;

/// The tools a server offers.
#[must_use]
pub struct Toolset {
    persona: Persona,
    /// The persona's tools that this server does not offer.
    left_out: Vec<&'static str>,
    /// What its tools run, and what recovery finds.
    sagas: Sagas,
}

impl Toolset {
    /// The tools of a persona.
    ///
    /// # Panics
    /// When a tool is listed twice.
    pub fn new(mut persona: Persona) -> Self {
        let acts_for = persona.acts_for;
        for tool in &mut persona.tools {
            let mut input = Object::clone(&tool.input_schema);
            if let Some(argument) =
                input["properties"].as_object_mut().and_then(|all| all.get_mut(acts_for.argument))
            {
                argument["description"] = acts_for.description.into();
            }
            if let Some(required) = input["required"].as_array_mut() {
                required.retain(|name| name != acts_for.argument);
            }
            tool.input_schema = Arc::new(input);
            tool.may_not_see = persona.may_not_see;
        }
        persona.tools.sort_by_key(|tool| tool.name); // a fixed order
        let twice = persona.tools.windows(2).find(|two| two[0].name == two[1].name);
        assert!(twice.is_none(), "{} is listed twice", twice.map_or("", |two| two[0].name));
        Self { persona, left_out: vec![], sagas: Sagas::default() }
    }

    /// Has its tools run these sagas, each the one of its name.
    pub(crate) fn running(mut self, sagas: Sagas) -> Self {
        for tool in &mut self.persona.tools {
            if let (Work::Saga(work), Some(saga)) = (&mut tool.work, sagas.find(tool.name)) {
                *work = Arc::clone(saga);
            }
        }
        self.sagas = sagas;
        self
    }

    /// The sagas of the program.
    pub(crate) const fn sagas(&self) -> &Sagas {
        &self.sagas
    }

    /// Keeps only the tools that change nothing.
    pub fn read_only(self) -> Self {
        self.keeping(|tool| !tool.effect.writes())
    }

    /// Removes the named tools.
    pub fn excluding(self, names: &[String]) -> Self {
        self.keeping(|tool| !names.iter().any(|name| name == tool.name))
    }

    fn keeping(mut self, keep: impl Fn(&Tool) -> bool) -> Self {
        self.left_out.extend(self.persona.tools.iter().filter(|tool| !keep(tool)).map(|tool| tool.name));
        self.persona.tools.retain(keep);
        self
    }

    /// The persona of these tools.
    pub const fn persona(&self) -> &Persona {
        &self.persona
    }

    /// The tools, by name.
    pub fn tools(&self) -> &[Tool] {
        &self.persona.tools
    }

    /// The tool of this name.
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.persona.tools.iter().find(|tool| tool.name == name)
    }

    /// The prompts whose tools are all offered.
    pub fn prompts(&self) -> impl Iterator<Item = &Prompt> {
        let whole = |prompt: &&Prompt| !self.left_out.iter().any(|tool| prompt.text.contains(tool));
        self.persona.guidance.prompts.iter().filter(whole)
    }

    /// What completes an argument, if the tool that shows these values is offered.
    pub fn completion(&self, argument: &str) -> Option<&Completion> {
        let of_it = self.persona.guidance.completions.iter().find(|known| known.argument == argument);
        of_it.filter(|completion| self.get(completion.shown_by).is_some())
    }

    /// The caller's identity, if the server acts for `me`.
    pub const fn identity(&self, me: Option<Email>) -> Identity {
        Identity { persona: self.persona.name, acts_for: self.persona.acts_for, me, subject: None }
    }

    /// Which unfinished calls a server that acts for `me` finishes.
    pub fn recovers(&self, me: Option<&Email>) -> Recovers {
        match self.persona.finishes {
            Finishes::Everybodys => Recovers::default(),
            Finishes::Its => Recovers { persona: Some(self.persona.name), acts_for: me.cloned() },
        }
    }

    /// Filters an answer to what this persona may see.
    pub fn shown(&self, answer: super::answer::Answer) -> super::answer::Answer {
        visible::to(&self.persona, answer)
    }
}
