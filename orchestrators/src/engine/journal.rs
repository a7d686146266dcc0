//! The journal on SQLite. Every write of a running call carries its epoch, the fencing token of its lease: a process
//! that lost the call can write nothing more of it.

mod attention;
mod calls;
mod cancelled;
mod ending;
mod follow_ups;
mod forgetting;
mod history;
mod leases;
mod locks;
mod outbox;
mod page;
mod past_writes;
mod reads;
mod retention;
mod revision;
mod schedule;
mod step_rows;
mod steps;

pub(crate) use attention::{Backlog, OpenCall};
pub(crate) use calls::{Begun, NewCall, as_stored};
pub(crate) use ending::SeenTo;
#[cfg(feature = "restate")]
pub(crate) use follow_ups::LOOK_AFTER_FOLLOW_UP;
pub(crate) use forgetting::{Concern, FORGOTTEN, Forget, Forgotten, MayConcern, REDACTED, forgotten_token};
pub(crate) use leases::Rest;
pub(crate) use locks::{Lock, Wanted};
#[cfg(feature = "restate")]
pub(crate) use outbox::LONGEST_WAIT;
pub(crate) use outbox::{AfterSending, Fate, Staged};
pub(crate) use page::{Page, PageQuery, PageRow, StepOfPage};
pub(crate) use past_writes::PastWrite;
pub(crate) use reads::ReadCall;
pub(crate) use schedule::{AfterRun, Schedule};

use crate::saga::SagaError;
use crate::saga::outcome::{Event, IllegalMove, Outcome};
use reads::ReadLog;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use skills::sqlite::{Db, DbError, Durability};
use skills::words::Email;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// In order; a migration that has run anywhere is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("journal/schema.sql"),
    include_str!("journal/schema_audit.sql"),
    include_str!("journal/schema_recovery.sql"),
    include_str!("journal/schema_messages.sql"),
    include_str!("journal/schema_patience.sql"),
    include_str!("journal/schema_refunds.sql"),
    include_str!("journal/schema_outcomes.sql"),
    include_str!("journal/schema_consent.sql"),
    include_str!("journal/schema_schedule.sql"),
    include_str!("journal/schema_identity.sql"),
    include_str!("journal/schema_answers.sql"),
    include_str!("journal/schema_traces.sql"),
];

/// How long a lease lasts without renewal: calls of a killed server are taken over soon.
pub(crate) const LEASE_MS: i64 = 5_000;

/// How long a write to the journal waits at most for its turn.
const LONGEST_TURN: Duration = Duration::from_secs(30);
/// SQL: a lease or a rest is over at the moment of the given parameter (Unix milliseconds). Also over if more of it
/// is left than its whole length plus one second: then the clock was set back.
macro_rules! is_over {
    ($now:literal) => {
        concat!("(lease_until < ", $now, " OR lease_until - lease_ms > ", $now, " + 1000)")
    };
}
pub(crate) use is_over;

/// How long [`Journal::try_to_write`] waits for its turn.
const TRY: Duration = Duration::from_secs(3);

/// The journal of all calls of one folder.
#[derive(Clone)]
pub(crate) struct Journal {
    db: Arc<Db>,
    reads: Arc<ReadLog>,
    /// How long a write waits for its turn.
    patience: Duration,
    id: Arc<OnceLock<String>>,
}

/// Another process has the call now, the move is not allowed, or SQLite failed.
enum Lost {
    Lease,
    Illegal(IllegalMove),
    Sqlite(rusqlite::Error),
}

impl From<IllegalMove> for Lost {
    fn from(illegal: IllegalMove) -> Self {
        Self::Illegal(illegal)
    }
}

impl From<rusqlite::Error> for Lost {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Journal {
    /// The journal could not be read.
    fn broken(&self, error: &rusqlite::Error) -> SagaError {
        SagaError::Journal(self.db.unread(error))
    }

    /// The error of a call that could not be written to.
    fn lost(&self, lost: Lost) -> SagaError {
        match lost {
            Lost::Lease => SagaError::LostLease,
            Lost::Illegal(illegal) => {
                tracing::error!(?illegal, "a call was to be moved as no call moves");
                SagaError::LostLease
            }
            Lost::Sqlite(error) => SagaError::Journal(self.db.unwritten(&error)),
        }
    }

    /// Opens the journal in `folder`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) fn open(folder: &Path) -> Result<Self, DbError> {
        let db = Db::open(folder.join("journal.db"), MIGRATIONS, |_| Ok(()))?;
        let reads = ReadLog::new(folder.join("reads.log"));
        Ok(Self { db: Arc::new(db), reads: Arc::new(reads), patience: LONGEST_TURN, id: Arc::default() })
    }

    /// Limits the wait of writes to part of this deadline, so that the caller gets the error and not a timeout.
    #[must_use]
    pub(crate) fn for_calls_within(self, deadline: Duration) -> Self {
        Self { patience: LONGEST_TURN.min(deadline.mul_f64(0.8)), ..self }
    }

    /// Moves the write-ahead log into the file, so that a copy of the file alone is complete. If something cannot be
    /// moved, it stays in the log and the next process moves it.
    pub(crate) fn close(&self) {
        if let Err(error) = self.reads.write_waiting() {
            tracing::error!(%error, file = "reads.log", "the latest reads could not be recorded");
        }
        if let Err(error) = self.db.checkpoint() {
            tracing::warn!(%error, "journal.db could not be closed");
        }
    }

    /// Which journal it is. It never changes, so it is read once.
    pub(crate) fn id(&self) -> Result<String, SagaError> {
        if let Some(id) = self.id.get() {
            return Ok(id.clone());
        }
        let id = self.read(|c| c.query_row("SELECT id FROM identity", [], |row| row.get(0)))?;
        Ok(self.id.get_or_init(|| id).clone())
    }

    /// Its file.
    pub(crate) fn file(&self) -> &Db {
        &self.db
    }

    /// Reads from the journal.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, SagaError> {
        self.db.read(read).map_err(|error| self.broken(&error))
    }

    /// Writes what is there already, to see whether the file can be written.
    ///
    /// # Errors
    /// When it cannot, or when others have kept it busy for too long.
    pub(crate) async fn try_to_write(&self) -> Result<(), SagaError> {
        let same = |c: &Connection| {
            let version: i64 = c.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            c.pragma_update(None, "user_version", version)
        };
        let done = self.db.write_within(TRY, Durability::Relaxed, same).await;
        done.map_err(|error: rusqlite::Error| SagaError::Journal(self.db.unwritten(&error)))
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SagaError> {
        let done = self.db.write_within(self.patience, durability, write).await;
        done.map_err(|error: rusqlite::Error| SagaError::Journal(self.db.unwritten(&error)))
    }
}

/// Which unfinished calls a process may finish; an absent field stands for any.
#[derive(Debug, Clone, Default)]
pub struct Recovers {
    /// Calls of this persona.
    pub persona: Option<&'static str>,
    /// Calls that act for this person alone.
    pub acts_for: Option<Email>,
}

/// Milliseconds, the journal's unit of time.
pub(crate) fn in_ms(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn now_ms() -> i64 {
    skills::clock::now().as_millisecond()
}

/// The outcome of a call that is leased under this epoch.
fn held_outcome(c: &Connection, id: i64, epoch: i64) -> Result<Outcome, Lost> {
    let sql = "SELECT outcome FROM calls WHERE id = ?1 AND epoch = ?2";
    let found = c.prepare_cached(sql)?.query_row([id, epoch], |row| row.get(0)).optional()?;
    found.ok_or(Lost::Lease)
}

/// The outcome after an event, for a call that is leased under this epoch.
fn moved(c: &Connection, id: i64, epoch: i64, event: Event) -> Result<Outcome, Lost> {
    Ok(held_outcome(c, id, epoch)?.next(event)?)
}

fn json(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Value>> {
    Ok(row.get::<_, Option<String>>(at)?.and_then(|text| serde_json::from_str(&text).ok()))
}
