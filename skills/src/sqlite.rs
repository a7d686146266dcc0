//! How the servers use SQLite: one file per system, WAL mode, many readers, one writer thread.
//!
//! - A read runs at once, on a pooled connection, and takes no lock that a writer could hold.
//! - A write is queued to the file's writer thread. Writes that arrive together share one transaction and so one fsync
//!   (group commit). Each of them is kept or rolled back by itself (a savepoint).
//! - If no other write is queued, a write runs at once on the calling thread: waking the writer thread costs more than a
//!   modern disk needs for the write.
//! - The writers of all processes queue. If a file is locked for too long, removed or replaced, the write fails and says
//!   why.

mod backup;
mod identity;
mod in_flight;
mod job;
mod opening;
mod queue;
mod trouble;
mod writer;

pub use backup::copy_together;
pub use in_flight::InFlight;
pub use opening::{DbError, private_folder};

use identity::Identity;
use queue::Queue;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use writer::Writer;

/// How long a write waits for its turn. Then it fails, so that the caller can say why and may retry.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether a write must survive a power cut before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Survives the death of the process; a power cut may lose the last moments (`synchronous=NORMAL`).
    Relaxed,
    /// On the disk before the write returns (`synchronous=FULL`). Used for an effect and for the entry that announces it.
    Forced,
}

/// One SQLite file.
pub struct Db {
    path: PathBuf,
    idle_readers: Mutex<Vec<Connection>>,
    writer: OnceLock<Writer>,
    identity: Arc<Identity>,
    patience: OnceLock<Duration>,
}

/// Why a write failed that may also refuse.
#[derive(Debug)]
pub enum Refusable<R> {
    /// The write refused; nothing was written.
    Refused(R),
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl<R> From<rusqlite::Error> for Refusable<R> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<crate::error::Refusal> for Refusable<crate::error::Refusal> {
    fn from(refusal: crate::error::Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Db {
    /// Runs `read` on its own snapshot of the file.
    ///
    /// # Errors
    /// What `read` fails with.
    pub fn read<T, E: From<rusqlite::Error>>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        // It is given back whatever happens, a panic included: while one connection of this process is open, no other process
        // removes the write-ahead log.
        let reader = scopeguard::guard(self.reader()?, |reader| self.give_back(reader));
        let tx = reader.unchecked_transaction()?;
        read(&tx)
    }

    fn reader(&self) -> rusqlite::Result<Connection> {
        let idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let mut connection = self.connect()?;
        opening::wait_briefly(&mut connection)?;
        Ok(connection)
    }

    fn give_back(&self, connection: Connection) {
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// Runs `write` in a transaction: committed if it returns `Ok`, rolled back if not.
    ///
    /// # Errors
    /// Whatever `write` fails with; also if the transaction could not be committed, or did not begin within some seconds.
    pub async fn write<T, E>(
        &self,
        durability: Durability,
        write: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let patience = self.patience.get().copied().unwrap_or(PATIENCE);
        self.write_within(patience, durability, write).await
    }

    /// Sets how long a write waits for its turn, so that it fails while its caller still waits for an answer. The first
    /// call counts; later ones change nothing.
    pub fn wait_at_most(&self, patience: Duration) {
        let _ = self.patience.set(patience);
    }

    /// The same, but waits at most `patience` for its turn.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_within<T, E>(
        &self,
        patience: Duration,
        durability: Durability,
        write: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        self.writer()?.write(durability, patience, write).await
    }

    /// Runs `write` at once, as a forced transaction on a connection of its own, without queueing.
    ///
    /// # Errors
    /// What `write` fails with, or that the transaction could not be kept.
    pub fn write_now<T>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let connection = self.connect()?;
        connection.execute_batch("PRAGMA synchronous = FULL")?;
        let tx = rusqlite::Transaction::new_unchecked(&connection, rusqlite::TransactionBehavior::Immediate)?;
        let result = write(&tx)?;
        self.identity.check_in_use()?;
        tx.commit()?;
        Ok(result)
    }

    /// Moves the write-ahead log into the file itself, as far as no reader prevents it. Then a copy of the file alone is
    /// complete.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn checkpoint(&self) -> rusqlite::Result<()> {
        let mut connection = self.connect()?;
        opening::wait_briefly(&mut connection)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// Writes the file anew (VACUUM) and empties the write-ahead log, so that no deleted data stays in either.
    ///
    /// # Errors
    /// When SQLite fails, or a reader holds the log the whole time.
    pub fn rewrite(&self) -> rusqlite::Result<()> {
        let connection = self.connect()?;
        connection.execute_batch("PRAGMA temp_store = FILE; VACUUM;")?; // all of it need not fit into memory
        let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
            let why = "somebody reads the file; its log of writes could not be emptied".to_owned();
            return Err(rusqlite::Error::SqliteFailure(code, Some(why)));
        }
        Ok(())
    }

    /// Checks that the file is not damaged.
    ///
    /// # Errors
    /// The first damage found, or why SQLite failed.
    pub fn examine(&self) -> rusqlite::Result<()> {
        let said: String = self.read(|c| c.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        if said == "ok" {
            return Ok(());
        }
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        Err(rusqlite::Error::SqliteFailure(code, Some(said)))
    }

    fn writer(&self) -> rusqlite::Result<&Writer> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let mut connection = self.connect()?;
        opening::wait_in_front(&mut connection)?;
        let start = || Writer::start(connection, Queue::of(&self.path), Arc::clone(&self.identity));
        Ok(self.writer.get_or_init(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(name: &str) -> (PathBuf, Db) {
        let folder = std::env::temp_dir().join(format!("sqlite-{name}-{}", uuid::Uuid::new_v4()));
        let db = Db::open(folder.join("t.db"), &["CREATE TABLE t (n INTEGER UNIQUE)"], |_| Ok(())).unwrap();
        (folder, db)
    }

    async fn put(db: &Db, n: i64) -> rusqlite::Result<usize> {
        db.write(Durability::Forced, move |c| c.execute("INSERT INTO t VALUES (?)", [n])).await
    }

    #[tokio::test]
    async fn a_refused_write_leaves_its_neighbours_alone() {
        let (folder, db) = open("neighbours");
        let (a, b, c) = tokio::join!(put(&db, 1), put(&db, 1), put(&db, 2));
        assert!(a.is_ok() != b.is_ok() && c.is_ok(), "one of the twins stands, and the other neighbour");
        let sum: i64 = db.read(|c| c.query_row("SELECT sum(n) FROM t", [], |row| row.get(0))).unwrap();
        assert_eq!(sum, 3);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_of_a_newer_version_is_left_alone() {
        let (folder, db) = open("newer");
        let path = db.path.clone();
        drop(db);
        assert!(matches!(
            Db::open(path.clone(), &[], |_| Ok(())),
            Err(DbError::Newer { found: 1, known: 0, .. })
        ));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
