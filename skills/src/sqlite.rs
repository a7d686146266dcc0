//! SQLite the way this house uses it: one file per system, WAL, many readers, one writer thread.
//!
//! - A read runs at once on a pooled connection and takes no lock a writer could hold.
//! - A write is queued to the file's writer thread. Writes that arrive together share one transaction and so
//!   one fsync (group commit); each stands or falls alone.
//! - A write with nobody to share with is done at once: waking the writer thread and being woken by it costs more
//!   than the wait for a disk of today.
//! - Another process's write is waited for, so that nobody sees "database is locked".

mod writer;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;
use writer::Writer;

/// Whether a write must survive a power cut before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Survives the death of the process; a power cut may lose the last moments (`synchronous=NORMAL`).
    Relaxed,
    /// On the disk before the write returns (`synchronous=FULL`): what announces an effect, and the effect.
    Forced,
}

/// The writer's connection is busy at most this long with somebody else's write, in attempts of a millisecond.
const BUSY_ATTEMPTS: i32 = 30_000;

/// One SQLite file.
pub struct Db {
    path: PathBuf,
    idle_readers: Mutex<Vec<Connection>>,
    writer: OnceLock<Writer>,
}

/// What a write or a read of ours can fail with beside its own refusals.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite said no.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file cannot be made or opened.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file was written by a later version of this program.
    #[error("{} was written by a newer version of this program (schema {found}, known {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: usize,
        /// The latest this program knows.
        known: usize,
    },
}

/// How many calls this process is working on.
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);

/// A call being worked on: while there are several, forced writes wait for each other and share an fsync.
#[must_use = "it counts while it lives"]
pub struct InFlight(());

impl InFlight {
    /// Counts a call until the guard is dropped.
    pub fn enter() -> Self {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    fn several() -> bool {
        IN_FLIGHT.load(Ordering::Relaxed) > 1
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
    }
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
    /// Opens the file, makes it if it does not exist, and brings its schema up to date: `migrations` in order,
    /// then `seed` if the file is new, all in one transaction that other processes wait for.
    ///
    /// # Errors
    /// When the file cannot be made, opened or migrated, or is newer than this program.
    pub fn open(
        path: PathBuf,
        migrations: &[&str],
        seed: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, DbError> {
        make_private(&path)?;
        let db = Self { path, idle_readers: Mutex::default(), writer: OnceLock::new() };
        let connection = db.connect()?;
        let version = |c: &Connection| {
            c.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
                .map(|n| usize::try_from(n).unwrap_or(usize::MAX))
        };
        if version(&connection)? < migrations.len() {
            use_wal(&connection)?;
            let tx =
                rusqlite::Transaction::new_unchecked(&connection, rusqlite::TransactionBehavior::Immediate)?;
            let done = version(&tx)?;
            for migration in migrations.iter().skip(done) {
                tx.execute_batch(migration)?;
            }
            if done == 0 {
                seed(&tx)?;
            }
            tx.pragma_update(None, "user_version", i64::try_from(migrations.len()).unwrap_or(i64::MAX))?;
            tx.commit()?;
        }
        let found = version(&connection)?;
        if found > migrations.len() {
            return Err(DbError::Newer { path: db.path, found, known: migrations.len() });
        }
        db.give_back(connection);
        Ok(db)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags)?;
        wait_while_busy(&mut connection)?;
        // A plan never hangs on the values bound: without this, SQLite prepares a statement anew each time it runs if a
        // partial index of its table might suit other values.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // A checkpoint at 16 MB instead of 4: a quarter of its fsyncs, and a few milliseconds more after a kill.
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY; \
             PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

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
            None => self.connect()?,
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
    /// What `write` fails with, or that the transaction could not be kept.
    pub async fn write<T, E>(
        &self,
        durability: Durability,
        write: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        self.writer()?.write(durability, write).await
    }

    /// Runs `write` at once on a connection of its own, as a forced transaction: for opening a file.
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
        tx.commit()?;
        Ok(result)
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

    fn writer(&self) -> rusqlite::Result<&Writer> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let connection = self.connect()?;
        Ok(self.writer.get_or_init(|| Writer::start(connection)))
    }
}

/// Another process's write is waited for.
fn wait_while_busy(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(|attempts| {
        std::thread::sleep(Duration::from_millis(1));
        attempts < BUSY_ATTEMPTS
    }))
}

/// `PRAGMA journal_mode` does not wait for other processes by itself.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut attempts = 0;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && attempts < BUSY_ATTEMPTS =>
            {
                attempts += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            result => return result,
        }
    }
}

/// Makes the folder (0700) and the file (0600): the hotel's data is its user's alone.
fn make_private(path: &Path) -> Result<(), DbError> {
    let failed = |path: &Path, source| DbError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| failed(folder, error))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ()).map_err(|error| failed(path, error))
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
