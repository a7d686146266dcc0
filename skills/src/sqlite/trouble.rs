//! Turns an error of SQLite into an outage that says which file is affected, and whether it passes.

use super::Db;
use crate::error::{BadFile, Outage};
use rusqlite::{Error, ErrorCode as Code};

/// Whether a fault of a file passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// It passes: the disk is full, or another process has locked the file.
    Passes,
    /// Somebody has to mend it: the file is malformed, replaced, removed or not writable, or a row or a table is not as this
    /// program reads it.
    Stays,
    /// The error does not say.
    Unclear,
}

fn course(error: &rusqlite::Error) -> Course {
    match error.sqlite_error_code() {
        Some(
            Code::DiskFull | Code::DatabaseBusy | Code::DatabaseLocked | Code::FileLockingProtocolFailed,
        ) => Course::Passes,
        Some(
            Code::DatabaseCorrupt
            | Code::NotADatabase
            | Code::ReadOnly
            | Code::CannotOpen
            | Code::PermissionDenied
            | Code::SystemIoFailure,
        ) => Course::Stays,
        _ if is_unreadable(error) => Course::Stays,
        _ => Course::Unclear,
    }
}

/// Whether a row holds what no word of ours is, or a table or column is not there.
fn is_unreadable(error: &rusqlite::Error) -> bool {
    match error {
        Error::FromSqlConversionFailure(..)
        | Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..) => true,
        Error::SqliteFailure(code, Some(said)) => code.code == Code::Unknown && is_missing(said),
        Error::SqlInputError { msg, .. } => is_missing(msg),
        _ => false,
    }
}

fn is_missing(said: &str) -> bool {
    said.starts_with("no such table") || said.starts_with("no such column")
}

impl Db {
    /// The file's name, without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The outage for a failed read.
    pub fn unread(&self, error: &rusqlite::Error) -> Outage {
        let outage = Outage::of_storage(&self.name(), error);
        match course(error) {
            Course::Stays => {
                Outage { file: Some(BadFile { name: self.name(), stays: true }), ..outage }.lasting()
            }
            // A full disk may pass, but not while the call waits.
            Course::Passes if error.sqlite_error_code() == Some(Code::DiskFull) => outage.lasting(),
            Course::Passes | Course::Unclear => outage,
        }
    }

    /// The outage for a failed write. SQLite rolls back a transaction that met a full disk or a lock, so the effect is
    /// unknown only if the error does not say what happened.
    pub fn unwritten(&self, error: &rusqlite::Error) -> Outage {
        let unknown =
            course(error) == Course::Unclear || error.sqlite_error_code() == Some(Code::SystemIoFailure);
        // The write has waited for the file as long as a call can wait.
        let outage = Outage { effect_unknown: unknown, ..self.unread(error) };
        if course(error) == Course::Passes { outage.lasting() } else { outage }
    }
}
