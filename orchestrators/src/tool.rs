//! A tool is a skill or a saga as a value: name, words, schemas, hints and how to run it. Still no MCP.
//!
//! A [`Toolset`] is a persona's list. What is not on the list does not exist for that persona.

use crate::persona::{Identity, Persona};
use crate::saga::engine::{Engine, Request};
use crate::saga::{Run, Saga, SagaError};
use crate::schema::{self, Object};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use skills::words::{Date, IdempotencyToken, Key};
use skills::{Call, Effect, ErrorCode, Refusal, Skill, SkillError, refusals};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The longest description: hosts cut what is longer.
const LONGEST_DESCRIPTION: usize = 1024;

/// One tool of a persona.
#[derive(Clone)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub title: String,
    /// What it does and what must be true first, what it returns, the codes an agent can act on.
    pub description: String,
    /// What it does to the world.
    pub effect: Effect,
    /// What it takes.
    pub input_schema: Arc<serde_json::Map<String, Value>>,
    /// What it answers, success and failure alike.
    pub output_schema: Arc<serde_json::Map<String, Value>>,
    pub(crate) work: Work,
}

#[derive(Clone)]
pub(crate) enum Work {
    Read(Arc<dyn ErasedRead>),
    Saga(Arc<dyn ErasedSaga>),
}

/// A read whose types are forgotten.
pub(crate) trait ErasedRead: Send + Sync {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal>;
    fn run(
        &self,
        engine: Arc<Engine>,
        arguments: Value,
        today: Date,
    ) -> Boxed<'static, Result<Value, SkillError>>;
}

/// A saga whose types are forgotten.
pub(crate) trait ErasedSaga: Send + Sync {
    fn name(&self) -> &'static str;
    fn pending(&self) -> ErrorCode;
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal>;
    fn run<'a>(&'a self, arguments: Value, saga: &'a Run) -> Boxed<'a, Result<Value, SagaError>>;
}

/// A question to the journal rather than to the hotel.
pub(crate) trait Query: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    const NAME: &'static str;
    type Output: Serialize + JsonSchema;
    fn run(&self, engine: &Engine) -> Result<Self::Output, SkillError>;
}

struct Typed<T>(PhantomData<fn() -> T>);

impl<S: Skill> ErasedRead for Typed<S> {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<S>(arguments)
    }

    fn run(
        &self,
        engine: Arc<Engine>,
        arguments: Value,
        today: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        Box::pin(async move {
            let skill: S = parse(arguments)?;
            let key = Key::derived(&["read"]); // a read writes nothing that a key could make repeatable
            let output = skill.run(&Call::new(engine.hotel(), key, today)).await?;
            Ok(to_value(&output))
        })
    }
}

struct Asked<Q>(PhantomData<fn() -> Q>);

impl<Q: Query> ErasedRead for Asked<Q> {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<Q>(arguments)
    }

    fn run(
        &self,
        engine: Arc<Engine>,
        arguments: Value,
        _: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        // Beside the other calls: before it looks, the journal may have to wait for somebody else's write.
        Box::pin(async move {
            let ask = move || Ok(to_value(&parse::<Q>(arguments)?.run(&engine)?));
            let asked = tokio::task::spawn_blocking(ask).await;
            asked.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()))
        })
    }
}

impl<S: Saga> ErasedSaga for Typed<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn pending(&self) -> ErrorCode {
        S::PENDING
    }

    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<S>(arguments)
    }

    fn run<'a>(&'a self, arguments: Value, saga: &'a Run) -> Boxed<'a, Result<Value, SagaError>> {
        Box::pin(async move { Ok(to_value(&parse::<S>(arguments)?.run(saga).await?)) })
    }
}

/// A saga as the engine keeps it.
pub(crate) fn erased<S: Saga>() -> Arc<dyn ErasedSaga> {
    Arc::new(Typed::<S>(PhantomData))
}

/// Our own answers are plain data.
fn to_value(output: &impl Serialize) -> Value {
    serde_json::to_value(output).unwrap_or_default()
}

/// The arguments as the request reads them: words in their one spelling, absent fields absent. Two calls are the same
/// call if these are the same.
fn canonical<T: Serialize + DeserializeOwned>(arguments: Value) -> Result<Value, Refusal> {
    parse::<T>(arguments).map(|request| to_value(&request))
}

fn parse<T: DeserializeOwned>(arguments: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(arguments).map_err(|error| {
        let field = error.path().to_string();
        refusals::invalid_argument(&field, &error.into_inner().to_string(), None)
    })
}

impl Tool {
    fn new<T: JsonSchema, O: JsonSchema>(name: &'static str, effect: Effect, work: Work) -> Self {
        let (mut input, description) = schema::input::<T>();
        if effect.writes() {
            let mut token =
                json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"});
            token["description"] =
                "Makes the call safe to repeat: the same token and arguments are done once and \
                answered alike. Leave it out for a new request; the answer then names the one that was made."
                    .into();
            input["properties"]["idempotency_token"] = token;
        }
        debug_assert!(description.len() <= LONGEST_DESCRIPTION, "the description of {name} is too long");
        Self {
            name,
            title: title(name),
            description,
            effect,
            input_schema: Arc::new(input),
            output_schema: Arc::new(schema::output::<O>(effect.writes())),
            work,
        }
    }

    /// The first sentence of its description: what it does and what must already be true.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.description.find(". ").map_or(&self.description, |end| &self.description[..=end])
    }

    fn properties(&self) -> Option<&Object> {
        self.input_schema["properties"].as_object()
    }

    /// Makes a request of arguments as a client gave them: nulls dropped, unknown fields refused, the caller's identity
    /// filled in, every word read. On a refusal, answers the arguments fit for the journal beside it.
    pub(crate) fn prepare(&self, arguments: Value, identity: &Identity) -> Result<Request, (Value, Refusal)> {
        let Value::Object(mut given) = arguments else {
            return Err((json!({}), refusals::invalid_argument("arguments", "must be an object", None)));
        };
        given.retain(|_, value| !value.is_null());
        given.values_mut().for_each(whole_numbers);
        self.prepare_object(&mut given, identity).map_err(|refusal| {
            // What was not read may be anything, a card number too: it is not kept.
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
        let takes = |name: &str| self.properties().is_some_and(|known| known.contains_key(name));
        if let Some(unknown) = given.keys().find(|name| !takes(name)) {
            let known: Vec<_> = self.properties().into_iter().flat_map(Map::keys).cloned().collect();
            let shown: String = unknown.chars().filter(|c| !c.is_control()).take(60).collect();
            return Err(refusals::invalid_argument(&shown, "there is no such argument", Some(json!(known))));
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
                arguments.remove("idempotency_token"); // the call's, not the request's
                saga.canonical(arguments.into())
            }
        };
        let arguments = arguments.map_err(|refusal| self.with_allowed(refusal))?;
        Ok(Request { arguments, acting_guest, token })
    }

    /// Adds what the schema allows for the field a refusal names, and says "must be" in the schema's words.
    fn with_allowed(&self, mut refusal: Refusal) -> Refusal {
        let field = refusal.details.get("field").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(schema) = self.properties().and_then(|known| known.get(&field)) else { return refusal };
        if refusal.error_message.starts_with(&format!("{field}: invalid type"))
            && let Some(kind) = schema["type"].as_str()
        {
            let article = if kind == "integer" || kind == "object" { "an" } else { "a" };
            refusal.error_message = format!("{field}: must be {article} {kind}");
        }
        let mut allowed = schema.clone();
        if let Some(map) = allowed.as_object_mut() {
            map.remove("description");
        }
        refusal.detail("allowed", schema.get("enum").cloned().unwrap_or(allowed))
    }
}

/// `10.0` is a whole number to JSON Schema; to serde it is not.
fn whole_numbers(value: &mut Value) {
    if let Some(number) = value.as_f64().filter(|n| value.is_f64() && n.fract() == 0.0 && n.abs() < 9e15)
        && let Ok(whole) = format!("{number:.0}").parse::<i64>()
    {
        *value = whole.into();
    }
}

fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A persona's tools.
#[derive(Clone)]
pub struct Toolset {
    persona: Persona,
    instructions: &'static str,
    tools: Vec<Tool>,
}

impl Toolset {
    /// A persona without tools yet, and what its clients are told about the server.
    #[must_use]
    pub const fn new(persona: Persona, instructions: &'static str) -> Self {
        Self { persona, instructions, tools: Vec::new() }
    }

    /// Adds a saga.
    #[must_use]
    pub fn saga<S: Saga>(self) -> Self {
        self.saga_without::<S>(&[])
    }

    /// Adds a saga, without the inputs this persona may not give.
    #[must_use]
    pub fn saga_without<S: Saga>(self, withheld: &[&str]) -> Self {
        let work = Work::Saga(erased::<S>());
        self.add(Tool::new::<S, S::Output>(S::NAME, S::EFFECT, work), withheld)
    }

    /// Adds a skill that reads. One that writes is offered through a saga, which records it.
    #[must_use]
    pub fn skill<S: Skill + JsonSchema>(self) -> Self
    where
        S::Output: JsonSchema,
    {
        const { assert!(matches!(S::EFFECT, Effect::Reads), "only a saga may write") };
        let work = Work::Read(Arc::new(Typed::<S>(PhantomData)));
        self.add(Tool::new::<S, S::Output>(S::NAME, S::EFFECT, work), &[])
    }

    /// Adds a question to the journal.
    #[must_use]
    pub(crate) fn query<Q: Query>(self) -> Self {
        let work = Work::Read(Arc::new(Asked::<Q>(PhantomData)));
        self.add(Tool::new::<Q, Q::Output>(Q::NAME, Effect::Reads, work), &[])
    }

    /// Adds the audit trail.
    #[must_use]
    pub fn audit_trail(self) -> Self {
        self.query::<crate::SearchToolCalls>()
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
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.tools.retain(|tool| !tool.effect.writes());
        self
    }

    /// Without the tools named.
    #[must_use]
    pub fn excluding(mut self, names: &[String]) -> Self {
        self.tools.retain(|tool| !names.iter().any(|name| name == tool.name));
        self
    }

    /// The persona.
    #[must_use]
    pub const fn persona(&self) -> Persona {
        self.persona
    }

    /// What clients are told about the server.
    #[must_use]
    pub const fn instructions(&self) -> &'static str {
        self.instructions
    }

    /// The tools, by name: an order that never changes.
    #[must_use]
    pub fn tools(&self) -> Vec<&Tool> {
        let mut tools: Vec<_> = self.tools.iter().collect();
        tools.sort_by_key(|tool| tool.name);
        tools
    }

    /// The tool of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}
