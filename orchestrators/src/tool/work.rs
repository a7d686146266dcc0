//! What a tool runs: a saga, a skill that reads, or a question to the engine, which has the audit trail.

use crate::engine::Calls;
use crate::saga::erased::{Boxed, ErasedSaga, canonical, parse, to_value};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use skills::words::{Date, Key};
use skills::{Call, Refusal, Skill, SkillError};
use std::marker::PhantomData;
use std::sync::Arc;

/// What a tool runs.
#[derive(Clone)]
pub(crate) enum Work {
    Read(Arc<dyn ErasedRead>),
    Saga(Arc<dyn ErasedSaga>),
}

/// A type-erased read.
pub(crate) trait ErasedRead: Send + Sync {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal>;
    fn run(
        &self,
        calls: Arc<dyn Calls>,
        arguments: Value,
        today: Date,
    ) -> Boxed<'static, Result<Value, SkillError>>;
}

struct Typed<T>(PhantomData<fn() -> T>);

impl<S: Skill> ErasedRead for Typed<S> {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<S>(arguments)
    }

    fn run(
        &self,
        calls: Arc<dyn Calls>,
        arguments: Value,
        today: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        Box::pin(async move {
            let skill: S = parse(arguments)?;
            let key = Key::derived(&["read"]); // a read writes nothing, so its key does not matter
            let output = skill.run(&Call::new(calls.hotel(), key, today)).await?;
            Ok(to_value(&output))
        })
    }
}

/// A read of what an engine knows: its journal, or the journal and the hotel.
pub(crate) trait Question: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, like a saga's or a skill's.
    const NAME: &'static str;
    /// The answer's type.
    type Output: Serialize + Send + 'static;

    /// Asks the engine.
    fn run(
        &self,
        calls: &dyn Calls,
        today: Date,
    ) -> impl Future<Output = Result<Self::Output, SkillError>> + Send;
}

struct Asked<Q>(PhantomData<fn() -> Q>);

impl<Q: Question> ErasedRead for Asked<Q> {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<Q>(arguments)
    }

    fn run(
        &self,
        calls: Arc<dyn Calls>,
        arguments: Value,
        today: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        Box::pin(async move { Ok(to_value(&parse::<Q>(arguments)?.run(&*calls, today).await?)) })
    }
}

/// Type-erases a skill that reads.
pub(super) fn reading<S: Skill>() -> Arc<dyn ErasedRead> {
    Arc::new(Typed::<S>(PhantomData))
}

/// Type-erases a read of what an engine knows.
pub(super) fn asking<Q: Question>() -> Arc<dyn ErasedRead> {
    Arc::new(Asked::<Q>(PhantomData))
}
