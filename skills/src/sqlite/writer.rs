//! How writes reach the file: one connection, one thread, and the short way past it.

use super::opening::wait_while_busy;
use super::{Durability, InFlight};
use rusqlite::Connection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Writes that share one transaction at the most.
const BATCH: usize = 64;

/// A write waiting for its turn.
trait Job: Send {
    /// Writes; says whether to keep what was written.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers whoever waits, once the fate of the transaction is known.
    fn answer(self: Box<Self>, fate: Result<(), &rusqlite::Error>);
}

type Queued = (Durability, Box<dyn Job>);

struct Write<F, T, E> {
    write: Option<F>,
    result: Option<Result<T, E>>,
    waiting: tokio::sync::oneshot::Sender<Result<T, E>>,
    _pending: Pending,
}

/// A write that is asked for and not yet answered; counted while it lives.
struct Pending(Arc<AtomicUsize>);

impl Pending {
    fn count(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }

    fn is_alone(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 1
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The one connection of a process that writes the file, and the queue of the thread that writes with it.
pub(super) struct Writer {
    connection: Arc<Mutex<WriteConnection>>,
    jobs: Sender<Queued>,
    pending: Arc<AtomicUsize>,
}

/// The connection that writes, and what it is set to.
struct WriteConnection {
    connection: Connection,
    synced: Durability,
}

impl<F, T, E> Job for Write<F, T, E>
where
    F: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<rusqlite::Error> + Send,
{
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

fn lost(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT),
        Some(why.to_owned()),
    )
}

/// The same error for each write of a batch that shares its fate.
fn repeated(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        other => lost(&other.to_string()),
    }
}

impl Writer {
    /// Starts the thread that writes with `connection`.
    pub(super) fn start(connection: Connection) -> Self {
        let connection = Arc::new(Mutex::new(WriteConnection { connection, synced: Durability::Relaxed }));
        let (jobs, queued) = channel();
        let shared = Arc::clone(&connection);
        std::thread::spawn(move || write_all(&shared, &queued));
        Self { connection, jobs, pending: Arc::default() }
    }

    /// Runs `write` in a transaction, alone or with others that arrive together.
    pub(super) async fn write<T, E>(
        &self,
        durability: Durability,
        write: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let pending = Pending::count(&self.pending);
        tokio::task::yield_now().await; // whoever else is about to write gets to say so
        // A forced write is worth sharing with whoever is likely to write soon; a relaxed one is not.
        let sharing = durability == Durability::Forced && InFlight::several();
        if pending.is_alone()
            && !sharing
            && let Ok(mut connection) = self.connection.try_lock()
            && connection.begin_unless_busy(durability)?
        {
            return connection.finish(write);
        }
        let (waiting, answered) = tokio::sync::oneshot::channel();
        let job = Box::new(Write { write: Some(write), result: None, waiting, _pending: pending });
        self.jobs.send((durability, job)).map_err(|_| E::from(lost("the writer is gone")))?;
        answered.await.map_err(|_| E::from(lost("the writer is gone")))?
    }
}

/// The writer thread: takes what has arrived, writes it as one transaction, answers.
fn write_all(connection: &Mutex<WriteConnection>, jobs: &Receiver<Queued>) {
    while let Ok(first) = jobs.recv() {
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch: Vec<Queued> = std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1)).collect();
        let fate = connection.write_batch(&mut batch);
        drop(connection);
        for (_, job) in batch {
            job.answer(fate.as_ref().copied());
        }
    }
}

impl WriteConnection {
    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    fn set_durability(&mut self, wanted: Durability) -> rusqlite::Result<()> {
        if self.synced != wanted {
            self.connection.execute_batch(match wanted {
                Durability::Relaxed => "PRAGMA synchronous = NORMAL",
                Durability::Forced => "PRAGMA synchronous = FULL",
            })?;
            self.synced = wanted;
        }
        Ok(())
    }

    fn write_batch(&mut self, batch: &mut [Queued]) -> rusqlite::Result<()> {
        let wanted = batch.iter().map(|(durability, _)| *durability).max().unwrap_or(Durability::Relaxed);
        let fate = self.set_durability(wanted).and_then(|()| self.write_jobs(batch));
        self.undo_unless_kept();
        fate
    }

    fn write_jobs(&self, batch: &mut [Queued]) -> rusqlite::Result<()> {
        self.run("BEGIN IMMEDIATE")?;
        for (_, job) in batch {
            self.run("SAVEPOINT job")?;
            let keep = job.run(&self.connection);
            if self.connection.is_autocommit() {
                // SQLite gave the transaction up (disk full, I/O error): nothing of this batch stands.
                return Err(lost("the transaction was given up"));
            }
            if !keep {
                self.run("ROLLBACK TO job")?;
            }
            self.run("RELEASE job")?;
        }
        self.commit()
    }

    fn commit(&self) -> rusqlite::Result<()> {
        #[cfg(debug_assertions)]
        crate::faults::before_commit(self.connection.path());
        self.run("COMMIT")
    }

    /// Begins a transaction; false if another process writes at the moment, which is not waited for.
    fn begin_unless_busy(&mut self, durability: Durability) -> rusqlite::Result<bool> {
        self.set_durability(durability)?;
        self.connection.busy_timeout(Duration::ZERO)?;
        let begun = self.run("BEGIN IMMEDIATE");
        wait_while_busy(&mut self.connection)?;
        match begun {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(false),
            begun => begun.map(|()| true),
        }
    }

    /// Writes in the transaction that has begun: kept if `write` returns `Ok`, undone if not.
    fn finish<T, E: From<rusqlite::Error>>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let undone = UndoneUnlessKept(self);
        let written = write(&undone.0.connection)?;
        self.commit()?;
        Ok(written)
    }

    fn undo_unless_kept(&self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK"); // the fate is known already: nothing stands
        }
    }
}

/// A transaction that ends with its scope, whatever happens in it.
struct UndoneUnlessKept<'a>(&'a WriteConnection);

impl Drop for UndoneUnlessKept<'_> {
    fn drop(&mut self) {
        self.0.undo_unless_kept();
    }
}
