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
    /// The identity of the file at `path`. The `-wal` and `-shm` files are learned at the first commit: SQLite makes them
    /// when a connection first uses the file, and removes them with the last connection of all processes. So they are
    /// certain to stay only while a connection of this process has read the file and is still open.
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

    /// Checks that these are still the same files, and learns those that are not known yet. A connection that is kept must
    /// be in a transaction on the file.
    ///
    /// # Errors
    /// SQLite's own error for a file that was moved, with the name of the file that is missing or replaced.
    pub(super) fn check_in_use(&self) -> rusqlite::Result<()> {
        self.check_known()?;
        for (path, known) in &self.files {
            if let (None, Some(found)) = (known.get(), file_id(path)) {
                let _ = known.set(found); // another thread has learned the same
            }
        }
        Ok(())
    }

    /// Checks that the files known so far are still the same. Before a connection is open, others may still be removed.
    ///
    /// # Errors
    /// As [`Identity::check_in_use`].
    pub(super) fn check_known(&self) -> rusqlite::Result<()> {
        for (path, known) in &self.files {
            let Some(known) = known.get() else { continue };
            let found = file_id(path);
            if found.as_ref() != Some(known) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn connect(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).unwrap();
        connection
    }

    #[test]
    fn files_that_the_last_other_process_removes_before_this_one_connects_are_not_missed() {
        let folder = std::env::temp_dir().join(format!("identity-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("t.db");
        let of_another_process = connect(&path);
        assert!(path.with_file_name("t.db-shm").exists());
        let identity = Identity::of(&path);
        identity.check_known().unwrap();
        of_another_process.close().unwrap();
        assert!(!path.with_file_name("t.db-shm").exists());
        std::fs::write(folder.join("takes-the-free-inode"), "").unwrap();

        let ours = connect(&path);
        identity.check_in_use().unwrap();
        identity.check_in_use().unwrap();
        drop(ours);
        assert!(identity.check_in_use().is_err(), "learned while in use, so their loss is noticed");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
