//! Steps that run side by side.

use crate::saga::SagaError;
use std::future::IntoFuture;
use std::pin::pin;

/// Runs two independent steps side by side; the first failure is the failure of both.
///
/// # Errors
/// The first step's failure, else the second's.
pub async fn both<A, B, T, U>(a: A, b: B) -> Result<(T, U), SagaError>
where
    A: IntoFuture<Output = Result<T, SagaError>>,
    B: IntoFuture<Output = Result<U, SagaError>>,
{
    // Both run to their end: a step is not abandoned halfway because the other failed.
    let (a, b) = tokio::join!(a.into_future(), b.into_future());
    Ok((a?, b?))
}

/// Runs `side`, a read, beside `main`; waits for `side` only if `main`'s answer makes it `wanted`.
///
/// # Errors
/// `main`'s error, at once; else `side`'s, if it is wanted.
pub async fn beside<T, U>(
    main: impl IntoFuture<Output = Result<T, SagaError>>,
    side: impl IntoFuture<Output = Result<U, SagaError>>,
    wanted: impl FnOnce(&T) -> bool,
) -> Result<(T, Option<U>), SagaError> {
    let (mut main, mut side) = (pin!(main.into_future()), pin!(side.into_future()));
    let mut found = None;
    let done = loop {
        tokio::select! {
            biased;
            done = &mut main => break done?,
            answer = &mut side, if found.is_none() => found = Some(answer),
        }
    };
    if !wanted(&done) {
        return Ok((done, None));
    }
    let found = match found {
        Some(found) => found,
        None => side.await,
    };
    Ok((done, Some(found?)))
}
