//! What a tool runs, its types forgotten: a skill that reads, the audit trail, a saga.

use crate::audit::SearchToolCalls;
use crate::engine::Engine;
use crate::saga::{Run, Saga, SagaError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use skills::words::{Date, Key};
use skills::{Call, ErrorCode, Refusal, Skill, SkillError, refusals};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

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

/// The audit trail: a question to the journal rather than to the hotel.
struct Trail;

impl ErasedRead for Trail {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<SearchToolCalls>(arguments)
    }

    fn run(
        &self,
        engine: Arc<Engine>,
        arguments: Value,
        _: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        // Beside the other calls: a trail may be long.
        Box::pin(async move {
            engine.journal().sort_reads().await;
            let ask = move || Ok(to_value(&parse::<SearchToolCalls>(arguments)?.run(&engine)?));
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

/// A skill that reads, as a tool keeps it.
pub(super) fn reading<S: Skill>() -> Arc<dyn ErasedRead> {
    Arc::new(Typed::<S>(PhantomData))
}

/// The audit trail, as a tool keeps it.
pub(super) fn trail() -> Arc<dyn ErasedRead> {
    Arc::new(Trail)
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
