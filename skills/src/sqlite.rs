//! SQLite the way this house uses it: one file per system, WAL, many readers, one writer thread.
//!
//! - A read runs at once on a pooled connection and takes no lock a writer could hold.
//! - A write is queued to the file's writer thread. Writes that arrive together share one transaction and so
//!   one fsync (group commit); each stands or falls alone.
//! - A write with nobody to share with is done at once: waking the writer thread and being woken by it costs more
//!   than the wait for a disk of today.
//! - The writers of all processes queue. A file that is locked for too long, gone or replaced is said, never written
//!   past.

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
pub use opening::DbError;

use identity::Identity;
use queue::Queue;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use writer::Writer;

/// A write that has not begun by then is given up: whoever asked can say why, and may ask again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether a write must survive a power cut before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Survives the death of the process; a power cut may lose the last moments (`synchronous=NORMAL`).
    Relaxed,
    /// On the disk before the write returns (`synchronous=FULL`): what announces an effect, and the effect.
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

/// How a write that may say no fails.
#[derive(Debug)]
pub enum Refusable<R> {
    /// It said no; nothing was written.
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
        let idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let mut connection = self.connect()?;
                opening::wait_briefly(&mut connection)?;
                connection
            }
        };
        let tx = connection.unchecked_transaction()?;
        let result = read(&tx);
        drop(tx);
        self.give_back(connection);
        result
    }

    fn give_back(&self, connection: Connection) {
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// Runs `write` in a transaction of its own making: kept if it returns `Ok`, undone if not.
    ///
    /// # Errors
    /// What `write` fails with, or that the transaction could not be kept, or not begun within some seconds.
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

    /// Lets a write wait for its turn so long and no longer: who asks for it can say why while somebody still listens.
    /// What was said first counts.
    pub fn wait_at_most(&self, patience: Duration) {
        let _ = self.patience.set(patience);
    }

    /// The same, with a patience of one's own.
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

    /// Runs `write` at once on a connection of its own, as a forced transaction, past the queue of the others.
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
        self.identity.check()?;
        tx.commit()?;
        Ok(result)
    }

    /// Moves what was written into the file itself, as far as nobody reads it at the moment: then a copy of the file
    /// alone has everything.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn checkpoint(&self) -> rusqlite::Result<()> {
        let mut connection = self.connect()?;
        opening::wait_briefly(&mut connection)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// Writes the file anew and empties its log of writes, so that nothing stays in either of what was deleted.
    ///
    /// # Errors
    /// When SQLite fails, or somebody reads the file all the while.
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

    /// Whether everything in the file is as it should be.
    ///
    /// # Errors
    /// What is wrong, or that SQLite fails.
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
