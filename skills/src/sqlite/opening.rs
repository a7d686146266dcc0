//! Opens a file: makes it, connects to it, migrates its schema.

use super::Db;
use super::identity::Identity;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// SQLite's code for a file that another connection has locked.
pub(super) const BUSY: rusqlite::ErrorCode = rusqlite::ErrorCode::DatabaseBusy;
/// How long a connection waits that opens a file or works on the whole of it, in attempts of a millisecond.
const BUSY_ATTEMPTS: i32 = 30_000;
/// How many milliseconds a reader waits. It only ever waits for a connection that repairs the file or has it exclusively,
/// and it blocks the thread that answers all calls.
const READERS_ATTEMPTS: i32 = 200;

/// Why a file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite failed.
    #[error("{path}: {said}", path = path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        said: rusqlite::Error,
    },
    /// The file cannot be made or opened.
    #[error("{path}: {said}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        said: std::io::Error,
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

impl DbError {
    /// SQLite failed with this file.
    pub(crate) fn of(path: &Path, said: rusqlite::Error) -> Self {
        Self::Sqlite { path: path.to_owned(), said }
    }
}

impl Db {
    /// Opens the file, makes it if it does not exist, and brings its schema up to date: `migrations` in order,
    /// then `seed` if the file is new, all in one transaction that other processes wait for.
    ///
    /// # Errors
    /// When the file cannot be made, opened or migrated, or is newer than this program.
    pub fn open(
        path: impl Into<PathBuf>,
        migrations: &[&str],
        seed: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, DbError> {
        let path = path.into();
        make_private(&path)?;
        Self::open_made(path.clone(), migrations, seed).map_err(|error| match error {
            OpenFailure::Sqlite(source) => DbError::of(&path, source),
            OpenFailure::Other(error) => error,
        })
    }

    fn open_made(
        path: PathBuf,
        migrations: &[&str],
        seed: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, OpenFailure> {
        let identity = Arc::new(Identity::of(&path));
        let db = Self {
            path,
            idle_readers: Mutex::default(),
            writer: OnceLock::new(),
            identity,
            patience: OnceLock::new(),
        };
        let mut connection = db.connect()?;
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
            let newer = DbError::Newer { path: db.path, found, known: migrations.len() };
            return Err(OpenFailure::Other(newer));
        }
        wait_briefly(&mut connection)?;
        db.give_back(connection);
        Ok(db)
    }

    /// A connection that waits long for others. It opens the file or works on the whole of it.
    pub(super) fn connect(&self) -> rusqlite::Result<Connection> {
        self.identity.check_known()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags)?;
        // Without the right to write, SQLite opens it for reading only.
        if connection.is_readonly(rusqlite::MAIN_DB)? {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_PERM);
            return Err(rusqlite::Error::SqliteFailure(code, Some("this user may not write it".to_owned())));
        }
        connection.busy_handler(Some(|attempts| {
            std::thread::sleep(Duration::from_millis(1));
            attempts < BUSY_ATTEMPTS
        }))?;
        // Query plans do not depend on bound values. Without this, SQLite prepares a statement again at every run if a
        // partial index of its table might suit other values.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Checkpoints at 16 MB instead of 4 MB: a quarter of the fsyncs, and a few milliseconds more to recover after a
        // kill.
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY; \
             PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
}

/// Why a file could not be opened, before its path is added.
enum OpenFailure {
    Sqlite(rusqlite::Error),
    Other(DbError),
}

impl From<rusqlite::Error> for OpenFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Sets the busy handler of a reader.
pub(super) fn wait_briefly(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(|attempts| {
        std::thread::sleep(Duration::from_millis(1));
        attempts < READERS_ATTEMPTS
    }))
}

/// Sets the busy handler of the writer at the front of the queue. No other writer tries, so it may try often. It returns
/// now and then, to check whether the callers of its writes still wait.
pub(super) fn wait_in_front(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(|attempts| {
        std::thread::sleep(Duration::from_micros(if attempts < 100 { 50 } else { 1_000 }));
        attempts < 200
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

/// Makes a folder that only this user may read, unless it is there.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(folder: &Path) -> Result<(), DbError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|said| DbError::File { path: folder.to_owned(), said })
}

/// Makes the folder (0700) and the file (0600): only the user may read the hotel's data.
pub(super) fn make_private(path: &Path) -> Result<(), DbError> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // A file that exists is not opened here: closing it would release the locks of this process's own connections.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(|_| ()).map_err(|said| DbError::File { path: path.to_owned(), said }),
    }
}
