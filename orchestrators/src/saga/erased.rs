//! A saga whose types are forgotten: what the engine runs and recovery finds by its name.

use super::{Run, Saga, SagaError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use skills::{ErrorCode, Refusal, refusals};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// A future whose type is forgotten.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A saga whose types are forgotten.
pub trait ErasedSaga: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What its caller is told while it is still being finished.
    fn pending(&self) -> ErrorCode;
    /// The arguments as the request reads them.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`, naming the field.
    fn canonical(&self, arguments: Value) -> Result<Value, Refusal>;
    /// Runs it.
    fn run<'a>(
        &'a self,
        arguments: Value,
        saga: &'a Run,
    ) -> Pin<Box<dyn Future<Output = Result<Value, SagaError>> + Send + 'a>>;
}

struct Typed<S>(PhantomData<fn() -> S>);

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
pub(crate) fn to_value(output: &impl Serialize) -> Value {
    serde_json::to_value(output).unwrap_or_default()
}

/// The arguments as the request reads them: words in their one spelling, absent fields absent. Two calls are the same
/// call if these are the same.
pub(crate) fn canonical<T: Serialize + DeserializeOwned>(arguments: Value) -> Result<Value, Refusal> {
    parse::<T>(arguments).map(|request| to_value(&request))
}

/// The request that arguments are.
pub(crate) fn parse<T: DeserializeOwned>(arguments: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(arguments).map_err(|error| {
        let field = error.path().to_string();
        refusals::invalid_argument(&field, &error.into_inner().to_string(), None)
    })
}
