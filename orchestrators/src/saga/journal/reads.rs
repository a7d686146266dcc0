//! Reads are recorded by one append to a file beside the journal, before their answer leaves, and sorted into the
//! journal some at a time: when there are enough of them, and before anybody looks at them.
//!
//! A transaction for each would cost a read a third of its time. What is appended is the system's as soon as the call
//! returns, so a killed process loses none; a power cut may lose the last moments, as it may of any relaxed write.

use super::{Journal, NewCall, broken};
use crate::saga::SagaError;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::sqlite::Db;
use skills::words::{Key, stored};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// So many bytes are sorted in at a time: about a hundred reads.
const SORTED_AT: u64 = 32 * 1024;
/// A file of so many bytes is emptied.
const EMPTIED_AT: u64 = 1024 * 1024;
/// So many bytes hold the times of a line.
const ENDING: u64 = 512;

/// A read with its outcome.
#[derive(Debug, Clone)]
pub(crate) struct ReadCall {
    pub(crate) call: NewCall,
    pub(crate) outcome: &'static str,
    pub(crate) error_code: Option<String>,
    pub(crate) rows: Option<i64>,
    pub(crate) finished_at: Timestamp,
}

/// A read as a line of the file.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    tool: Cow<'a, str>,
    persona: Cow<'a, str>,
    caller: Cow<'a, str>,
    acting_guest: Option<Cow<'a, str>>,
    arguments: Cow<'a, Value>,
    systems: Cow<'a, str>,
    guest_email: Option<Cow<'a, str>>,
    booking_number: Option<Cow<'a, str>>,
    started_at: String,
    finished_at: String,
    outcome: Cow<'a, str>,
    error_code: Option<Cow<'a, str>>,
    rows: Option<i64>,
}

/// The file, shared by all processes. Who has it locked may write it.
pub(super) struct ReadLog {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl ReadLog {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, file: Mutex::new(None) }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    /// Appends a line; true if there is now enough to be sorted in.
    fn append(&self, line: &str) -> io::Result<bool> {
        let mut kept = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = match kept.take() {
            Some(file) => file,
            None => self.open()?,
        };
        file.lock()?;
        // A line begins with its break: after one that was cut off (disk full) the next is whole again.
        let written = file.write_all(line.as_bytes()).and_then(|()| Ok(file.metadata()?.len()));
        file.unlock()?;
        *kept = Some(file);
        let (after, added) = (written?, u64::try_from(line.len()).unwrap_or(0));
        Ok(after / SORTED_AT > after.saturating_sub(added) / SORTED_AT)
    }

    /// Copies what is new into the journal; a file that has grown large is emptied.
    fn sort_into(&self, db: &Db) -> Result<(), SagaError> {
        if self.copy_into(db, false)? >= EMPTIED_AT {
            self.copy_into(db, true)?;
        }
        Ok(())
    }

    /// Copies what is new into the journal, and says how long the file is. If it is to be emptied, nobody can write it
    /// until it is; should the process die before, the journal knows what it already has.
    fn copy_into(&self, db: &Db, empty: bool) -> Result<u64, SagaError> {
        let failed = |error: io::Error| SagaError::Journal(format!("{}: {error}", self.path.display()));
        let file = self.open().map_err(failed)?; // a handle of its own: reads go on being recorded
        // First the journal, then the file: nobody who records a read waits for the journal, and nobody empties the file
        // while the journal is ours.
        let copied = db.write_now(|c| {
            file.lock().map_err(unreadable)?;
            let length = file.metadata().map_err(unreadable)?.len();
            if !empty {
                file.unlock().map_err(unreadable)?;
            }
            sort(c, &file, length).map(|()| length)
        });
        let length = copied.map_err(|error| broken(&error))?;
        if empty {
            file.set_len(0).map_err(failed)?;
        }
        Ok(length)
    }
}

impl Journal {
    /// Records a read that was answered.
    pub(crate) fn record_read(&self, read: &ReadCall) -> Result<(), SagaError> {
        let call = &read.call;
        let line = Line {
            tool: call.tool.into(),
            persona: call.persona.name().into(),
            caller: call.caller.as_str().into(),
            acting_guest: call.acting_guest.as_ref().map(|guest| guest.as_str().into()),
            arguments: Cow::Borrowed(&call.arguments),
            systems: call.systems.as_str().into(),
            guest_email: call.guest_email.as_deref().map(Into::into),
            booking_number: call.booking_number.as_deref().map(Into::into),
            started_at: stored(call.started_at),
            finished_at: stored(read.finished_at),
            outcome: read.outcome.into(),
            error_code: read.error_code.as_deref().map(Into::into),
            rows: read.rows,
        };
        let written = serde_json::to_string(&line).map_err(io::Error::from);
        let written = written.and_then(|line| self.reads.append(&format!("\n{line}")));
        if written.map_err(|error| SagaError::Journal(format!("a read could not be recorded: {error}")))? {
            let (reads, db) = (Arc::clone(&self.reads), Arc::clone(&self.db));
            // Beside the answers. Should it come to nothing, the next time has more to do.
            tokio::task::spawn_blocking(move || {
                if let Err(error) = reads.sort_into(&db) {
                    tracing::warn!(?error, "recorded reads could not be sorted into the journal");
                }
            });
        }
        Ok(())
    }

    /// Sorts in the reads recorded so far, by any process: before somebody looks at them.
    pub(crate) fn sort_reads(&self) -> Result<(), SagaError> {
        self.reads.sort_into(&self.db)
    }

    /// Sorts them in and leaves nothing of them in their file.
    pub(super) fn sort_all_reads(&self) -> Result<(), SagaError> {
        self.reads.copy_into(&self.db, true).map(|_| ())
    }
}

/// Copies what the file holds up to `end` and the journal does not have yet. What it has ends alike in both: otherwise
/// the file was emptied since.
fn sort(c: &Connection, file: &File, end: u64) -> rusqlite::Result<()> {
    let sql = "SELECT length, ending FROM reads_sorted";
    let (sorted, ending): (i64, String) = c.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sorted = u64::try_from(sorted).unwrap_or(0);
    let start = if ending_at(file, sorted)? == ending { sorted } else { 0 };
    if start >= end {
        return Ok(());
    }
    let text = between(file, start, end)?;
    let sql = "INSERT INTO calls (tool, persona, caller, acting_guest, explicit_token, attempt, fingerprint, \
               arguments, systems, guest_email, booking_number, started_at, finished_at, outcome, error_code, \
               rows, bound, effects) VALUES (?, ?, ?, ?, 0, 0, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)";
    let mut insert = c.prepare_cached(sql)?;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let Ok(read) = serde_json::from_str::<Line<'_>>(line) else {
            tracing::warn!("a line of the recorded reads was cut off by a power cut or a full disk");
            continue;
        };
        insert.execute(params![
            read.tool,
            read.persona,
            read.caller,
            read.acting_guest,
            read.arguments.to_string(),
            read.systems,
            read.guest_email,
            read.booking_number,
            read.started_at,
            read.finished_at,
            read.outcome,
            read.error_code,
            read.rows
        ])?;
    }
    let sql = "UPDATE reads_sorted SET length = ?, ending = ?";
    c.execute(sql, params![i64::try_from(end).unwrap_or(i64::MAX), ending_at(file, end)?]).map(|_| ())
}

/// What the file's first `end` bytes end in, as a digest: a line with its times, which no other is like.
fn ending_at(file: &File, end: u64) -> rusqlite::Result<String> {
    let text = between(file, end.saturating_sub(ENDING), end)?;
    Ok(Key::derived(&[&end.to_string(), &text]).to_string())
}

fn between(mut file: &File, start: u64, end: u64) -> rusqlite::Result<String> {
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(start)).and_then(|_| file.take(end - start).read_to_end(&mut bytes));
    read.map_err(unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreadable(error: io::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}
