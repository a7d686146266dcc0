//! SQLite the way this house uses it: one file per system, WAL, many readers, one writer thread.
//!
//! - A read runs at once on a pooled connection and takes no lock a writer could hold.
//! - A write is queued to the file's writer thread. Writes that arrive together share one transaction and so
//!   one fsync (group commit); each stands or falls alone.
//! - Another process's write is waited for, so that nobody sees "database is locked".

use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

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

/// One SQLite file.
pub struct Db {
    path: PathBuf,
    idle_readers: Mutex<Vec<Connection>>,
    writer: OnceLock<Sender<Queued>>,
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
        connection.busy_handler(Some(|attempts| {
            std::thread::sleep(Duration::from_millis(1));
            attempts < BUSY_ATTEMPTS
        }))?;
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY; PRAGMA synchronous = NORMAL;",
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
        let (waiting, answered) = tokio::sync::oneshot::channel();
        let job = Box::new(Write { write: Some(write), result: None, waiting });
        self.writer()?.send((durability, job)).map_err(|_| E::from(lost("the writer is gone")))?;
        answered.await.map_err(|_| E::from(lost("the writer is gone")))?
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

    fn writer(&self) -> rusqlite::Result<&Sender<Queued>> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let connection = self.connect()?;
        Ok(self.writer.get_or_init(|| {
            let (sender, jobs) = channel();
            std::thread::spawn(move || write_all(&connection, &jobs));
            sender
        }))
    }
}

/// The writer thread: takes what has arrived, writes it as one transaction, answers.
fn write_all(connection: &Connection, jobs: &Receiver<Queued>) {
    let mut synced = Durability::Relaxed;
    while let Ok(first) = jobs.recv() {
        let mut batch: Vec<Queued> = std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1)).collect();
        let wanted = batch.iter().map(|(durability, _)| *durability).max().unwrap_or(Durability::Relaxed);
        let fate = set_durability(connection, &mut synced, wanted)
            .and_then(|()| write_batch(connection, &mut batch));
        if fate.is_err() && !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK"); // the fate is known already: nothing stands
        }
        for (_, job) in batch {
            job.answer(fate.as_ref().copied());
        }
    }
}

fn set_durability(
    connection: &Connection,
    synced: &mut Durability,
    wanted: Durability,
) -> rusqlite::Result<()> {
    if *synced != wanted {
        connection.execute_batch(match wanted {
            Durability::Relaxed => "PRAGMA synchronous = NORMAL",
            Durability::Forced => "PRAGMA synchronous = FULL",
        })?;
        *synced = wanted;
    }
    Ok(())
}

fn write_batch(connection: &Connection, batch: &mut [Queued]) -> rusqlite::Result<()> {
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(|_| ());
    run("BEGIN IMMEDIATE")?;
    for (_, job) in batch {
        run("SAVEPOINT job")?;
        let keep = job.run(connection);
        if connection.is_autocommit() {
            // SQLite gave the transaction up (disk full, I/O error): nothing of this batch stands.
            return Err(lost("the transaction was given up"));
        }
        if !keep {
            run("ROLLBACK TO job")?;
        }
        run("RELEASE job")?;
    }
    run("COMMIT")
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
        assert_eq!([a.is_ok(), b.is_ok(), c.is_ok()], [true, false, true]);
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
