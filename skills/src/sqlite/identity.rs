//! Whether a file is still the one that was opened: what is written into a file that was removed or replaced is gone.

use rusqlite::ffi;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A database's file and what SQLite keeps beside it, as they were when it was opened.
pub(super) struct Identity {
    files: [(PathBuf, OnceLock<FileId>); 3],
}

/// Device and number.
type FileId = (u64, u64);

impl Identity {
    /// That of the file at `path`. What SQLite makes beside it is known from the first commit on.
    pub(super) fn of(path: &Path) -> Self {
        let beside = |suffix: &str| {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(suffix);
            (path.with_file_name(name), OnceLock::new())
        };
        let known = Self { files: ["", "-wal", "-shm"].map(beside) };
        let [(file, id), ..] = &known.files;
        if let Some(found) = file_id(file) {
            let _ = id.set(found); // nobody has set it before
        }
        known
    }

    /// Whether it still is the same.
    ///
    /// # Errors
    /// SQLite's own for a file that was moved, with the name of what is not there any more.
    pub(super) fn check(&self) -> rusqlite::Result<()> {
        for (path, known) in &self.files {
            let found = file_id(path);
            let same = match (found, known.get()) {
                (found, Some(known)) => found.as_ref() == Some(known),
                (Some(found), None) => *known.get_or_init(|| found) == found,
                (None, None) => true, // not made yet
            };
            if !same {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let what = if found.is_some() { "replaced" } else { "removed" };
                let why = format!("{name} was {what} since it was opened");
                return Err(rusqlite::Error::SqliteFailure(
                    ffi::Error::new(ffi::SQLITE_READONLY_DBMOVED),
                    Some(why),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// Elsewhere an open file can be neither removed nor replaced.
#[cfg(not(unix))]
fn file_id(_: &Path) -> Option<FileId> {
    None
}
