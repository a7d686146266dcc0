//! What a tool runs: a saga, a skill that reads, or a read of what the engine knows (the audit trail).

use crate::engine::Calls;
use crate::saga::erased::{Boxed, ErasedSaga, canonical, parse, to_value};
use crate::sagas::shared::last_day::last_day_read;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use skills::records::Stay;
use skills::systems::Hotel;
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
            let last_day = last_day(&*calls, today);
            let call = call_of_a_read(calls.hotel(), today).knowing_last_days(&last_day);
            Ok(to_value(&skill.run(&call).await?))
        })
    }
}

/// The context of a skill that only reads: it writes nothing, so its key does not matter.
pub(crate) fn call_of_a_read(hotel: &Hotel, today: Date) -> Call<'_> {
    Call::new(hotel, Key::derived(&["read"]), today)
}

/// For each stay the last day that it costs, as a checkout would find it.
pub(crate) fn last_day(calls: &dyn Calls, today: Date) -> impl Fn(&Stay) -> Date + Send + Sync {
    move |stay| last_day_read(calls.trail().history(), calls.hotel(), stay, today)
}

/// A read of what an engine knows: its journal, or the journal and the hotel.
pub(crate) trait EngineRead: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, like a saga's or a skill's.
    const NAME: &'static str;
    /// The answer's type.
    type Output: Serialize + Send + 'static;

    /// Reads it.
    fn run(
        &self,
        calls: &dyn Calls,
        today: Date,
    ) -> impl Future<Output = Result<Self::Output, SkillError>> + Send;
}

struct OfEngine<R>(PhantomData<fn() -> R>);

impl<R: EngineRead> ErasedRead for OfEngine<R> {
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal> {
        canonical::<R>(arguments)
    }

    fn run(
        &self,
        calls: Arc<dyn Calls>,
        arguments: Value,
        today: Date,
    ) -> Boxed<'static, Result<Value, SkillError>> {
        Box::pin(async move { Ok(to_value(&parse::<R>(arguments)?.run(&*calls, today).await?)) })
    }
}

/// Type-erases a skill that reads.
pub(super) fn reading<S: Skill>() -> Arc<dyn ErasedRead> {
    Arc::new(Typed::<S>(PhantomData))
}

/// Type-erases a read of what an engine knows.
pub(super) fn reading_engine<R: EngineRead>() -> Arc<dyn ErasedRead> {
    Arc::new(OfEngine::<R>(PhantomData))
}
