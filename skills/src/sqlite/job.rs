//! A write on its way through the queue of its process.

use super::Durability;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A write waiting for its turn.
pub(super) trait Job: Send {
    /// Whether the caller still waits for it.
    fn is_wanted(&self) -> bool;
    /// Begins it, unless the caller has given it up.
    fn begin(&self) -> bool;
    /// Writes; returns whether to keep what was written.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers the caller once the transaction is committed or rolled back.
    fn answer(self: Box<Self>, fate: Result<(), &rusqlite::Error>);
}

pub(super) type Queued = (Durability, Box<dyn Job>);

pub(super) struct Write<F, T, E> {
    write: Option<F>,
    result: Option<Result<T, E>>,
    waiting: tokio::sync::oneshot::Sender<Result<T, E>>,
    claim: Claim,
    _pending: Pending,
}

impl<F, T, E> Write<F, T, E> {
    pub(super) const fn new(
        write: F,
        waiting: tokio::sync::oneshot::Sender<Result<T, E>>,
        claim: Claim,
        pending: Pending,
    ) -> Self {
        Self { write: Some(write), result: None, waiting, claim, _pending: pending }
    }
}

/// Decides the race between the writer, which begins a write, and the caller, which gives it up: whoever takes the claim
/// first wins.
#[derive(Clone, Default)]
pub(super) struct Claim(Arc<AtomicBool>);

impl Claim {
    pub(super) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }

    fn is_free(&self) -> bool {
        !self.0.load(Ordering::SeqCst)
    }
}

/// Counts a write from its request to its answer.
pub(super) struct Pending(Arc<AtomicUsize>);

impl Pending {
    pub(super) fn count(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }

    pub(super) fn is_alone(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 1
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<F, T, E> Job for Write<F, T, E>
where
    F: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<rusqlite::Error> + Send,
{
    fn is_wanted(&self) -> bool {
        self.claim.is_free() && !self.waiting.is_closed()
    }

    fn begin(&self) -> bool {
        self.claim.take()
    }

    fn run(&mut self, connection: &Connection) -> bool {
        let result = self.write.take().map(|write| write(connection));
        let keep = matches!(result, Some(Ok(_)));
        self.result = result;
        keep
    }

    fn answer(self: Box<Self>, fate: Result<(), &rusqlite::Error>) {
        let result = match (self.result, fate) {
            (Some(Err(refused)), _) => Err(refused),
            (Some(result), Ok(())) => result,
            (_, Err(error)) => Err(E::from(repeated(error))),
            (None, Ok(())) => Err(E::from(lost("the write was not run"))),
        };
        let _ = self.waiting.send(result); // nobody waits any more: the write stands all the same
    }
}

pub(super) fn lost(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT),
        Some(why.to_owned()),
    )
}

/// Another process held the file for too long.
pub(super) fn busy() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
        Some("another process or program has it locked".to_owned()),
    )
}

/// The same error again: every write of a failed batch gets it.
fn repeated(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        other => lost(&other.to_string()),
    }
}
