//! Copies several files as they are at one moment.

use super::DbError;
use super::opening::make_private;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a copy waits for writers.
const PATIENCE: Duration = Duration::from_secs(10);

/// Copies `files` of `folder` into `into`, which is made or must be empty. Writers wait only until a read transaction is
/// open on every file, not for the whole copy. A copy that fails leaves nothing behind.
///
/// # Errors
/// When `into` is not empty, or a file cannot be read or written.
pub fn copy_together(folder: &Path, files: &[&str], into: &Path) -> Result<(), DbError> {
    let holds_something = std::fs::read_dir(into).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something {
        let said =
            std::io::Error::new(std::io::ErrorKind::AlreadyExists, "this folder holds something already");
        return Err(DbError::File { path: into.to_owned(), said });
    }
    let copied = copy(folder, files, into);
    if copied.is_err() {
        for file in files.iter().flat_map(|file| ["", "-wal", "-shm"].map(|suffix| format!("{file}{suffix}")))
        {
            let _ = std::fs::remove_file(into.join(file)); // what is not there need not be removed
        }
    }
    copied
}

fn copy(folder: &Path, files: &[&str], into: &Path) -> Result<(), DbError> {
    let mut sources = vec![];
    for file in files {
        let path = folder.join(file);
        let (writing, reading) = (connect(&path)?, connect(&path)?);
        writing.execute_batch("BEGIN IMMEDIATE").map_err(|error| DbError::of(&path, error))?;
        sources.push((path, writing, reading));
    }
    // No writer is active now: everything read from here on, however long it takes, is of this moment.
    for (path, _, reading) in &sources {
        let pin = "BEGIN; SELECT count(*) FROM sqlite_schema;";
        reading.execute_batch(pin).map_err(|error| DbError::of(path, error))?;
    }
    let sources: Vec<(PathBuf, Connection)> =
        sources.into_iter().map(|(path, _, reading)| (path, reading)).collect();
    for ((path, reading), file) in sources.iter().zip(files) {
        let copy = into.join(file);
        make_private(&copy)?;
        write(reading, &copy).map_err(|error| DbError::of(path, error))?;
    }
    Ok(())
}

fn write(from: &Connection, copy: &Path) -> rusqlite::Result<()> {
    let mut to = Connection::open(copy)?;
    Backup::new(from, &mut to)?.run_to_completion(1_000, Duration::ZERO, None)?;
    let said: String = to.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(code, Some(said)));
    }
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| DbError::of(path, error))?;
    connection.busy_timeout(PATIENCE).map_err(|error| DbError::of(path, error))?;
    Ok(connection)
}
