//! How writes reach the file: one connection, the thread that uses it, and the fast path without that thread.

use super::identity::Identity;
use super::job::{Claim, Pending, Queued, Write, busy, lost};
use super::opening::{BUSY, wait_in_front};
use super::queue::Queue;
use super::{Durability, InFlight};
use rusqlite::Connection;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The most writes that share one transaction.
const BATCH: usize = 64;

/// The only connection of a process that writes the file, and the queue of the thread that writes with it.
pub(super) struct Writer {
    connection: Arc<Mutex<WriteConnection>>,
    jobs: Sender<Queued>,
    pending: Arc<AtomicUsize>,
}

/// The connection that writes, with its present durability and its access to the queue of all processes.
struct WriteConnection {
    connection: Connection,
    synced: Durability,
    queue: Queue,
    identity: Arc<Identity>,
}

impl Writer {
    /// Starts the thread that writes with `connection`.
    pub(super) fn start(connection: Connection, queue: Queue, identity: Arc<Identity>) -> Self {
        let synced = Durability::Relaxed;
        let connection = Arc::new(Mutex::new(WriteConnection { connection, synced, queue, identity }));
        let (jobs, queued) = channel();
        let shared = Arc::clone(&connection);
        std::thread::spawn(move || write_all(&shared, &queued));
        Self { connection, jobs, pending: Arc::default() }
    }

    /// Runs `write` in a transaction, alone or together with others that arrive meanwhile. If it has not begun after
    /// `patience`, it fails with SQLITE_BUSY, and nothing was written.
    pub(super) async fn write<T, E>(
        &self,
        durability: Durability,
        patience: Duration,
        write: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let pending = Pending::count(&self.pending);
        tokio::task::yield_now().await; // whoever else is about to write gets to say so
        // A forced write should share its fsync with calls that are likely to write soon. A relaxed one has no fsync to
        // share.
        let sharing = durability == Durability::Forced && InFlight::several();
        if pending.is_alone()
            && !sharing
            && let Ok(mut connection) = self.connection.try_lock()
            && connection.begin_unless_busy(durability)?
        {
            return connection.finish(write);
        }
        let (waiting, mut answered) = tokio::sync::oneshot::channel();
        let claim = Claim::default();
        let job = Box::new(Write::new(write, waiting, claim.clone(), pending));
        self.jobs.send((durability, job)).map_err(|_| E::from(lost("the writer is gone")))?;
        let answer = match tokio::time::timeout(patience, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if claim.take() => return Err(E::from(busy())),
            Err(_) => answered.await, // it has begun
        };
        answer.map_err(|_| E::from(lost("the writer is gone")))?
    }
}

/// The writer thread: waits for its turn, writes all queued jobs as one transaction, and answers them.
fn write_all(shared: &Mutex<WriteConnection>, jobs: &Receiver<Queued>) {
    let mut waiting: Vec<Queued> = vec![];
    loop {
        if waiting.is_empty() {
            let Ok(first) = jobs.recv() else { return };
            waiting.push(first);
        }
        let mut connection = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = connection.queue.next();
        let begun = connection.begin_in_turn(&mut waiting, jobs);
        if matches!(begun, Ok(false)) {
            continue; // still somebody else's: who waits gives up by himself
        }
        let mut batch: Vec<Queued> = std::mem::take(&mut waiting);
        let fate = begun.and_then(|_| {
            batch.retain(|(_, job)| job.begin());
            connection.write_batch(&mut batch)
        });
        drop(turn);
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

    /// Begins a transaction for the jobs that wait and those that arrive meanwhile. False if another process still holds
    /// the file, or no caller waits any more.
    fn begin_in_turn(
        &mut self,
        waiting: &mut Vec<Queued>,
        jobs: &Receiver<Queued>,
    ) -> rusqlite::Result<bool> {
        waiting.extend(jobs.try_iter().take(BATCH.saturating_sub(waiting.len())));
        waiting.retain(|(_, job)| job.is_wanted());
        let Some(wanted) = waiting.iter().map(|(durability, _)| *durability).max() else { return Ok(false) };
        self.set_durability(wanted)?;
        self.begun()
    }

    fn begun(&self) -> rusqlite::Result<bool> {
        match self.run("BEGIN IMMEDIATE") {
            Err(error) if error.sqlite_error_code() == Some(BUSY) => Ok(false),
            begun => begun.map(|()| true),
        }
    }

    fn write_batch(&self, batch: &mut [Queued]) -> rusqlite::Result<()> {
        let fate = self.write_jobs(batch);
        self.undo_unless_kept();
        fate
    }

    fn write_jobs(&self, batch: &mut [Queued]) -> rusqlite::Result<()> {
        for (_, job) in batch {
            self.run("SAVEPOINT job")?;
            let keep = job.run(&self.connection);
            if self.connection.is_autocommit() {
                // SQLite has rolled the transaction back (disk full, I/O error): nothing of this batch was kept.
                return Err(lost("the transaction was given up"));
            }
            if !keep {
                self.run("ROLLBACK TO job")?;
            }
            self.run("RELEASE job")?;
        }
        self.commit()
    }

    /// Commits. Before and after it checks that the file was not replaced.
    fn commit(&self) -> rusqlite::Result<()> {
        self.identity.check_in_use()?;
        #[cfg(debug_assertions)]
        crate::faults::before_commit(self.connection.path())?;
        self.run("COMMIT")?;
        self.identity.check_in_use()
    }

    /// Begins a transaction without waiting. False if another process writes or queues.
    fn begin_unless_busy(&mut self, durability: Durability) -> rusqlite::Result<bool> {
        let Some(_next) = self.queue.nobody_else() else { return Ok(false) };
        self.set_durability(durability)?;
        self.connection.busy_timeout(Duration::ZERO)?;
        let begun = self.begun();
        wait_in_front(&mut self.connection)?;
        if matches!(begun, Ok(false)) {
            self.queue.met_another();
        }
        begun
    }

    /// Writes in the open transaction, and commits it if `write` returns `Ok`.
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

/// Rolls the transaction back when it goes out of scope without a commit.
struct UndoneUnlessKept<'a>(&'a WriteConnection);

impl Drop for UndoneUnlessKept<'_> {
    fn drop(&mut self) {
        self.0.undo_unless_kept();
    }
}
