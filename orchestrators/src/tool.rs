//! A tool is a skill or a saga as a value: its name, texts, schemas, hints and how to run it. Still no MCP.

pub(crate) mod answer;
pub(crate) mod ask;
mod front;
pub mod guidance;
mod nearest;
pub mod persona;
pub(crate) mod personal_data;
pub(crate) mod schema;
mod toolset;
mod visible;
pub(crate) mod work;

pub use answer::Answer;
pub(crate) use front::{Again, CannotAgain};
pub use front::{Caller, Front, Told};
pub use guidance::{Guidance, Manual, Prompt, completion};
pub(crate) use nearest::nearest;
pub use persona::{ActsFor, Finishes, Persona};
pub use toolset::Toolset;

use crate::audit::SearchToolCalls;
use crate::board::HotelToday;
use crate::saga::Saga;
use crate::sagas;
use persona::Identity;
use schema::{Object, Written};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use skills::words::{Email, IdempotencyToken};
use skills::{Effect, Refusal, Skill, refusals};
use std::sync::{Arc, OnceLock};
use work::{EngineRead, Work};

/// The longest description, in bytes: hosts cut longer ones.
const LONGEST_DESCRIPTION: usize = 1024;

/// One tool of a persona.
#[derive(Clone)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub title: String,
    /// What it does, its preconditions, what it returns, and the error codes an agent can act on.
    pub description: String,
    /// Its effect on the world.
    pub effect: Effect,
    /// What its arguments are checked against. Clients see [`Tool::listed_input`] of it.
    pub input_schema: Arc<serde_json::Map<String, Value>>,
    answer: Written,
    /// The fields of its answers that the persona may not see.
    may_not_see: &'static [&'static str],
    output_schema: OnceLock<Arc<serde_json::Map<String, Value>>>,
    pub(crate) work: Work,
}

/// A request for the engine: bound to its guest, checked, in canonical form.
pub(crate) struct Request {
    pub(crate) arguments: Value,
    pub(crate) acting_guest: Option<Email>,
    pub(crate) token: Option<String>,
}

/// A saga as a tool. It is the one that recovery finds: a persona's crate does not compile it again.
///
/// # Panics
/// When it is not in the list of all sagas: recovery would not find it.
pub fn saga<S: Saga>() -> Tool {
    let listed = sagas::all().into_iter().find(|saga| saga.name() == S::NAME);
    let work = Work::Saga(listed.unwrap_or_else(|| panic!("{} is in no list of sagas", S::NAME)));
    Tool::new(S::NAME, S::EFFECT, work, schema::of::<S>(), schema::of::<S::Output>())
}

/// A saga that is in no list, as a tool: recovery does not know it.
#[cfg(test)]
pub(crate) fn unlisted<S: Saga>() -> Tool {
    let work = Work::Saga(crate::saga::erased::erased::<S>());
    Tool::new(S::NAME, S::EFFECT, work, schema::of::<S>(), schema::of::<S::Output>())
}

/// A skill that reads, as a tool. A skill that writes is offered through a saga, which journals it.
pub fn skill<S: Skill + JsonSchema>() -> Tool
where
    S::Output: JsonSchema,
{
    const { assert!(matches!(S::EFFECT, Effect::Reads), "only a saga may write") };
    Tool::new(
        S::NAME,
        S::EFFECT,
        Work::Read(work::reading::<S>()),
        schema::of::<S>(),
        schema::of::<S::Output>(),
    )
}

/// The audit trail as a tool.
pub fn audit_trail() -> Tool {
    engine_read::<SearchToolCalls>()
}

/// A day of the hotel as a tool.
pub fn hotel_today() -> Tool {
    engine_read::<HotelToday>()
}

fn engine_read<R: EngineRead + JsonSchema>() -> Tool
where
    R::Output: JsonSchema,
{
    Tool::new(
        R::NAME,
        Effect::Reads,
        Work::Read(work::reading_engine::<R>()),
        schema::of::<R>(),
        schema::of::<R::Output>(),
    )
}

impl Tool {
    /// Removes inputs that a persona may not give.
    #[must_use]
    pub fn without(mut self, inputs: &[&str]) -> Self {
        let mut schema = Object::clone(&self.input_schema);
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.retain(|name, _| !inputs.contains(&name.as_str()));
        }
        self.input_schema = Arc::new(schema);
        self
    }

    fn new(name: &'static str, effect: Effect, work: Work, request: Written, answer: Written) -> Self {
        let schema::Input { schema: mut input, title, description } = schema::input(request);
        if effect.writes() {
            let mut token =
                json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"});
            token["description"] =
                "Makes a repeat safe: with the same token it is done once. Leave it out for a new request."
                    .into();
            input["properties"]["idempotency_token"] = token;
        }
        debug_assert!(description.len() <= LONGEST_DESCRIPTION, "the description of {name} is too long");
        Self {
            name,
            title: title.unwrap_or_else(|| words_of(name)),
            description,
            effect,
            input_schema: Arc::new(input),
            answer,
            may_not_see: &[],
            output_schema: OnceLock::new(),
            work,
        }
    }

    /// The first sentence of its description: what it does and what must already be true.
    pub fn summary(&self) -> &str {
        self.description.find(". ").map_or(&self.description, |end| &self.description[..=end])
    }

    /// The schema of its answers, success and failure alike. It is made when it is first listed: a start need not wait for it.
    pub fn output_schema(&self) -> &Arc<serde_json::Map<String, Value>> {
        self.output_schema.get_or_init(|| {
            let mut output = schema::output(self.answer, self.effect.writes());
            schema::leave_out(&mut output, self.may_not_see);
            Arc::new(output)
        })
    }

    /// The schema of its arguments as clients see it.
    pub fn listed_input(&self) -> serde_json::Map<String, Value> {
        schema::listed(&self.input_schema)
    }

    fn properties(&self) -> Option<&Object> {
        self.input_schema["properties"].as_object()
    }

    /// Whether it has an argument of this name.
    pub(crate) fn takes(&self, argument: &str) -> bool {
        self.properties().is_some_and(|known| known.contains_key(argument))
    }

    /// Makes a request of a client's arguments: drops nulls, refuses unknown fields, fills in the caller's identity,
    /// parses every value. On a refusal, also returns the arguments that may be journaled.
    pub(crate) fn prepare(&self, arguments: Value, identity: &Identity) -> Result<Request, (Value, Refusal)> {
        let Value::Object(mut given) = arguments else {
            return Err((json!({}), refusals::invalid_argument("arguments", "must be an object", None)));
        };
        given.retain(|_, value| !value.is_null());
        given.values_mut().for_each(whole_numbers);
        self.prepare_object(&mut given, identity).map_err(|refusal| {
            // A value that was not parsed may be anything, even a card number: it is not stored.
            let unread = refusal.details.get("field").and_then(Value::as_str).unwrap_or_default().to_owned();
            given.retain(|name, value| {
                let known = self.properties().and_then(|known| known.get(name));
                *name != unread && known.is_some_and(|about| schema::is_plain(about, value))
            });
            (Value::Object(given), refusal)
        })
    }

    fn prepare_object(
        &self,
        given: &mut Map<String, Value>,
        identity: &Identity,
    ) -> Result<Request, Refusal> {
        let takes = |name: &str| self.takes(name);
        if let Some(unknown) = given.keys().find(|name| !takes(name)) {
            let known: Vec<_> =
                self.properties().into_iter().flat_map(Map::keys).map(String::as_str).collect();
            let shown: String = unknown.chars().filter(|c| !c.is_control()).take(60).collect();
            let problem = match nearest(&shown, known.iter().copied()) {
                Some(meant) => format!("there is no such argument; did you mean {meant}?"),
                None => "there is no such argument".to_owned(),
            };
            return Err(refusals::invalid_argument(&shown, &problem, Some(json!(known))));
        }
        let acting_guest = identity.bind(given, takes)?;
        let misfit = given.iter().find_map(|(name, value)| {
            let about = self.properties().and_then(|known| known.get(name))?;
            schema::misfit(about, value).map(|problem| refusals::invalid_argument(name, &problem, None))
        });
        if let Some(refusal) = misfit {
            return Err(self.with_allowed(refusal));
        }
        let token = match given.get("idempotency_token") {
            None => None,
            Some(token) => Some(
                serde_json::from_value::<IdempotencyToken>(token.clone())
                    .map_err(|e| refusals::invalid_argument("idempotency_token", &e.to_string(), None))?
                    .to_string(),
            ),
        };
        let missing = |name: &&str| !given.contains_key(*name);
        let required =
            self.input_schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(name) = required.into_iter().find(missing) {
            return Err(refusals::invalid_argument(name, "missing", None));
        }
        let mut arguments = given.clone();
        let arguments = match &self.work {
            Work::Read(read) => read.canonical(arguments.into()),
            Work::Saga(saga) => {
                arguments.remove("idempotency_token"); // belongs to the call, not to the request
                saga.canonical(arguments.into())
            }
        };
        let arguments = arguments.map_err(|refusal| self.with_allowed(refusal))?;
        Ok(Request { arguments, acting_guest, token })
    }

    /// Adds the schema's allowed values for the field a refusal names.
    fn with_allowed(&self, refusal: Refusal) -> Refusal {
        let field = refusal.details.get("field").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(schema) = self.properties().and_then(|known| known.get(&field)) else { return refusal };
        let mut allowed = schema.clone();
        if let Some(map) = allowed.as_object_mut() {
            map.remove("description");
        }
        refusal.detail("allowed", schema.get("enum").cloned().unwrap_or(allowed))
    }
}

/// `10.0` is a whole number in JSON Schema, but not in serde.
fn whole_numbers(value: &mut Value) {
    if let Some(number) = value.as_f64().filter(|n| value.is_f64() && n.fract() == 0.0 && n.abs() < 9e15)
        && let Ok(whole) = format!("{number:.0}").parse::<i64>()
    {
        *value = whole.into();
    }
}

fn words_of(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
