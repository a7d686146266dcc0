//! What a tool runs: a saga, a skill that reads, or a question to the audit trail.

use crate::audit::SearchToolCalls;
use crate::engine::Calls;
use crate::saga::erased::{Boxed, ErasedSaga, canonical, parse, to_value};
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

/// The audit trail: a question to the journal rather than to the hotel.
struct Trail;

impl ErasedRead for Trail {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<SearchToolCalls>(arguments)
    }

    fn run(
        &self,
        calls: Arc<dyn Calls>,
        arguments: Value,
        _: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        Box::pin(async move { Ok(to_value(&parse::<SearchToolCalls>(arguments)?.run(&*calls).await?)) })
    }
}

/// Type-erases a skill that reads.
pub(super) fn reading<S: Skill>() -> Arc<dyn ErasedRead> {
    Arc::new(Typed::<S>(PhantomData))
}

/// The audit trail as a type-erased read.
pub(super) fn trail() -> Arc<dyn ErasedRead> {
    Arc::new(Trail)
}
