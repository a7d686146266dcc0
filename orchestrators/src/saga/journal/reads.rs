//! Reads are recorded by one append to a file beside the journal, before their answer leaves, and sorted into the
//! journal some at a time: when there are enough of them, and before anybody looks.
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
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// So many bytes are sorted in at a time: about a hundred reads, a millisecond or two.
const SORTED_AT: u64 = 32 * 1024;

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

    /// Moves what is there into the journal. It is emptied only once that is on the disk; should the process die in
    /// between, the journal knows what it already has.
    fn sort_into(&self, db: &Db) -> Result<(), SagaError> {
        let failed = |error: io::Error| SagaError::Journal(format!("{}: {error}", self.path.display()));
        let mut file = self.open().map_err(failed)?; // a handle of its own: this process goes on appending
        if file.metadata().map_err(failed)?.len() == 0 {
            return Ok(());
        }
        file.lock().map_err(failed)?;
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).map_err(failed)?;
        let text = String::from_utf8_lossy(&bytes);
        db.write_now(|c| sort(c, &text)).map_err(|error| broken(&error))?;
        file.set_len(0).map_err(failed)
    }
}

impl Journal {
    /// Records a read that was answered.
    pub(crate) fn record_read(&self, read: &ReadCall) -> Result<(), SagaError> {
        let call = &read.call;
        let line = Line {
            tool: call.tool.into(),
            persona: call.persona.into(),
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
}

fn sort(c: &Connection, text: &str) -> rusqlite::Result<()> {
    let sql = "SELECT length, digest FROM reads_sorted";
    let (length, digest): (i64, String) = c.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = usize::try_from(length).ok().and_then(|length| text.get(..length));
    let known = known.filter(|known| Key::derived(&[known]).as_str() == digest);
    let new = &text[known.map_or(0, str::len)..];
    let sql = "INSERT INTO calls (tool, persona, caller, acting_guest, explicit_token, attempt, fingerprint, \
               arguments, systems, guest_email, booking_number, started_at, finished_at, outcome, error_code, \
               rows, bound, effects) VALUES (?, ?, ?, ?, 0, 0, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)";
    let mut insert = c.prepare_cached(sql)?;
    for line in new.lines().filter(|line| !line.is_empty()) {
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
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let sql = "UPDATE reads_sorted SET length = ?, digest = ?";
    c.execute(sql, params![length, Key::derived(&[text])]).map(|_| ())
}
