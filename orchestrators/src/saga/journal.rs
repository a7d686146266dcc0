//! The journal on SQLite. Every write of a running call carries the epoch it was claimed under: who has lost a call
//! writes nothing of it any more.

mod attention;
mod calls;
mod forgetting;
mod leases;
mod locks;
mod reads;
mod refunds;
mod retention;
mod steps;

pub(crate) use calls::{Begun, Held, NewCall};
pub(crate) use forgetting::Person;
pub(crate) use locks::Lock;
pub(crate) use reads::ReadCall;
pub(crate) use refunds::OnItsWay;
pub(crate) use steps::{Announcement, End, StepOutcome, StepRow, Wanted};

use crate::saga::SagaError;
use reads::ReadLog;
use rusqlite::{Connection, Row};
use serde_json::Value;
use skills::sqlite::{Db, DbError, Durability};
use skills::words::{BookingNumber, Email};
use std::path::Path;
use std::sync::Arc;

/// In order; a file that has run somewhere is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("journal/schema.sql"),
    include_str!("journal/schema_audit.sql"),
    include_str!("journal/schema_recovery.sql"),
    include_str!("journal/schema_messages.sql"),
    include_str!("journal/schema_refunds.sql"),
];

/// How long a claim holds without being renewed: a killed server's calls are taken over soon.
pub(crate) const LEASE_MS: i64 = 5_000;

/// The journal of all calls of one folder.
pub struct Journal {
    db: Arc<Db>,
    reads: Arc<ReadLog>,
}

fn broken(error: &rusqlite::Error) -> SagaError {
    SagaError::Journal(error.to_string())
}

/// The call is ours no longer, or SQLite failed.
enum Lost {
    Lease,
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Lost {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Lost> for SagaError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Lease => Self::LostLease,
            Lost::Sqlite(error) => broken(&error),
        }
    }
}

impl Journal {
    /// Opens the journal in `folder`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(folder: &Path) -> Result<Self, DbError> {
        let db = Db::open(folder.join("journal.db"), MIGRATIONS, |_| Ok(()))?;
        let reads = ReadLog::new(folder.join("reads.log"));
        Ok(Self { db: Arc::new(db), reads: Arc::new(reads) })
    }

    /// Reads from the journal.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, SagaError> {
        self.db.read(read).map_err(|error| broken(&error))
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SagaError> {
        self.db.write(durability, write).await.map_err(|error: rusqlite::Error| broken(&error))
    }
}

/// Whom and what a call turned out to be about.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) guest: Option<Email>,
    pub(crate) booking: Option<BookingNumber>,
}

pub(crate) fn now_ms() -> i64 {
    skills::clock::now().as_millisecond()
}

fn still_ours(rows: usize) -> Result<(), Lost> {
    // One row was there to be found or changed: ours.
    if rows == 1 { Ok(()) } else { Err(Lost::Lease) }
}

fn json(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Value>> {
    Ok(row.get::<_, Option<String>>(at)?.and_then(|text| serde_json::from_str(&text).ok()))
}
