//! Notices that an open file was removed or replaced: whatever is written into it then is lost.

use rusqlite::ffi;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The database file with its `-wal` and `-shm` files, as they were when it was opened.
pub(super) struct Identity {
    files: [(PathBuf, OnceLock<FileId>); 3],
}

/// Device and inode.
type FileId = (u64, u64);

impl Identity {
    /// The identity of the file at `path`. SQLite makes `-wal` and `-shm` later; they are known from the first commit on.
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

    /// Checks that these are still the same files.
    ///
    /// # Errors
    /// SQLite's own error for a file that was moved, with the name of the file that is missing or replaced.
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

/// On other systems an open file can be neither removed nor replaced.
#[cfg(not(unix))]
fn file_id(_: &Path) -> Option<FileId> {
    None
}
