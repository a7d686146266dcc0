//! What is the matter with a file, for whoever has to be told.

use super::Db;
use crate::error::{BadFile, Outage};
use rusqlite::ErrorCode as Code;

/// How a fault of a file goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// It passes: the disk is full, somebody else has the file locked.
    Passes,
    /// Somebody has to mend it: the file is malformed, replaced, gone or not ours to write.
    Stays,
    /// Neither can be said.
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
        _ => Course::Unclear,
    }
}

impl Db {
    /// The file's name, without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// A read that failed, as an outage of this machine's storage.
    pub fn unread(&self, error: &rusqlite::Error) -> Outage {
        let outage = Outage::of_storage(&self.name(), error);
        match course(error) {
            Course::Stays => {
                Outage { file: Some(BadFile { name: self.name(), stays: true }), ..outage }.lasting()
            }
            // It may pass, but not while a call is waiting for it.
            Course::Passes if error.sqlite_error_code() == Some(Code::DiskFull) => outage.lasting(),
            Course::Passes | Course::Unclear => outage,
        }
    }

    /// A write that failed, as an outage of this machine's storage. Whether it stands is unclear only where SQLite does not
    /// say what is the matter: it keeps nothing of a transaction that met a full disk or a lock.
    pub fn unwritten(&self, error: &rusqlite::Error) -> Outage {
        let unknown =
            course(error) == Course::Unclear || error.sqlite_error_code() == Some(Code::SystemIoFailure);
        // Whoever wrote has waited for the file as long as a call can wait.
        let outage = Outage { effect_unknown: unknown, ..self.unread(error) };
        if course(error) == Course::Passes { outage.lasting() } else { outage }
    }
}
