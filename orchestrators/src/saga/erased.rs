//! A type-erased saga: the engine runs it, recovery finds it by name.

use super::{Run, Saga, SagaError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use skills::{ErrorCode, Refusal, refusals};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// A type-erased future.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A type-erased saga.
pub trait ErasedSaga: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// The error code the caller gets while the saga is unfinished.
    fn pending(&self) -> ErrorCode;
    /// The arguments in canonical form: parsed, then serialised again.
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

/// Type-erases a saga, for the engine.
pub(crate) fn erased<S: Saga>() -> Arc<dyn ErasedSaga> {
    Arc::new(Typed::<S>(PhantomData))
}

/// Serialising our own types cannot fail.
pub(crate) fn to_value(output: &impl Serialize) -> Value {
    serde_json::to_value(output).unwrap_or_default()
}

/// The arguments in canonical form. Values are normalised and absent fields left out, so that equal requests compare equal.
pub(crate) fn canonical<T: Serialize + DeserializeOwned>(arguments: Value) -> Result<Value, Refusal> {
    parse::<T>(arguments).map(|request| to_value(&request))
}

/// Parses arguments into a request.
pub(crate) fn parse<T: DeserializeOwned>(arguments: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(arguments).map_err(|error| {
        let field = error.path().to_string();
        refusals::invalid_argument(&field, &error.into_inner().to_string(), None)
    })
}
