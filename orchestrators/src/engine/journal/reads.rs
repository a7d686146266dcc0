//! Reads are recorded by one append to a file beside the journal, before their answer leaves, and copied into the
//! journal in batches: when there are enough of them, and before anybody queries the trail.
//!
//! A transaction for each read would cost a third of its time. The operating system has the appended line as soon as
//! the call returns, so a killed process loses none; a power cut may lose the last moments, as with any relaxed write.

use super::{Journal, NewCall};
use crate::saga::SagaError;
use crate::saga::outcome::Outcome;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skills::Outage;
use skills::sqlite::Db;
use skills::words::{Key, stored};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes to copy in one batch: about a hundred reads.
const SORTED_AT: u64 = 32 * 1024;
/// The file is emptied when it has this many bytes.
const EMPTIED_AT: u64 = 1024 * 1024;
/// The last bytes of the file, enough for the times of a line.
const ENDING: u64 = 512;

/// A read with its outcome.
#[derive(Debug, Clone)]
pub(crate) struct ReadCall {
    pub(crate) call: NewCall,
    pub(crate) outcome: Outcome,
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

/// How long a read waits for its record; then its answer leaves, and the record is written later.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a query of the trail waits for the latest reads.
const SORTED_WITHIN: Duration = Duration::from_secs(2);
/// The most records that wait for a file that cannot be written.
const MOST_WAITING: usize = 1_000;

/// The file, shared by all processes. A process must lock it to write it.
pub(super) struct ReadLog {
    path: PathBuf,
    file: Mutex<Option<File>>,
    waiting: Mutex<Waiting>,
    /// Held by the one thread that copies: more threads would only use memory and wait for the same files.
    sorting: Arc<tokio::sync::Mutex<()>>,
}

/// Records that could not be written yet.
#[derive(Default)]
struct Waiting {
    lines: String,
    records: usize,
    /// Records dropped because too many waited: these reads are lost to the trail.
    lost: u64,
}

impl ReadLog {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: Mutex::default(), waiting: Mutex::default(), sorting: Arc::default() }
    }

    /// Queues a record until it can be written.
    fn keep(&self, line: &str) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.records < MOST_WAITING {
            waiting.lines.push_str(line);
            waiting.records += 1;
        } else {
            waiting.lost += 1;
        }
    }

    /// Appends the queued records; returns whether a batch is full. Does not wait for the file's lock.
    pub(super) fn write_waiting(&self) -> io::Result<bool> {
        if self.waiting.lock().unwrap_or_else(PoisonError::into_inner).lines.is_empty() {
            return Ok(false); // another call of this process has written it
        }
        let mut kept = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = match kept.take() {
            Some(file) => file,
            None => self.open()?,
        };
        if let Err(error) = file.try_lock() {
            *kept = Some(file);
            return Err(error.into());
        }
        let lines = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        // Each line begins with its line break: after a line that was cut off (disk full), the next one is whole.
        let written = file.write_all(lines.lines.as_bytes()).and_then(|()| Ok(file.metadata()?.len()));
        let unlocked = file.unlock();
        *kept = Some(file);
        drop(kept);
        let length = match written {
            Ok(length) => length,
            Err(error) => {
                self.put_back(lines);
                return Err(error);
            }
        };
        if lines.lost > 0 {
            tracing::error!(reads = lines.lost, "reads were answered and could not be recorded");
        }
        let added = u64::try_from(lines.lines.len()).unwrap_or(0);
        unlocked.map(|()| length / SORTED_AT > length.saturating_sub(added) / SORTED_AT)
    }

    /// Like `write_waiting`, but waits a short time for the file's lock.
    async fn write_in_time(&self) -> io::Result<bool> {
        let (began, mut pause) = (Instant::now(), Duration::from_millis(1));
        loop {
            match self.write_waiting() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if began.elapsed() + pause > PATIENCE {
                        let why = "another process or program has it locked";
                        return Err(io::Error::new(io::ErrorKind::TimedOut, why));
                    }
                }
                written => return written,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    fn put_back(&self, mut lines: Waiting) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        lines.lines.push_str(&waiting.lines);
        lines.records += waiting.records;
        lines.lost += waiting.lost;
        *waiting = lines;
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    /// Copies new records into the journal, and empties a file that has grown large.
    fn sort_into(&self, db: &Db) -> Result<(), SagaError> {
        if self.copy_into(db, false)? >= EMPTIED_AT {
            self.copy_into(db, true)?;
        }
        Ok(())
    }

    /// Copies new records into the journal, and returns the file's length. To empty the file, its lock is held until
    /// the end; if the process dies before, the journal knows which records it already has.
    fn copy_into(&self, db: &Db, empty: bool) -> Result<u64, SagaError> {
        let failed = |error: io::Error| SagaError::Journal(Outage::of_storage("reads.log", error));
        let file = self.open().map_err(failed)?; // its own handle: other threads go on recording reads
        // Locks the journal first, then the file: recording a read never waits for the journal, and no process
        // empties the file while this one has the journal.
        let copied = db.write_now(|c| {
            file.lock().map_err(unreadable)?;
            let length = file.metadata().map_err(unreadable)?.len();
            if !empty {
                file.unlock().map_err(unreadable)?;
            }
            sort(c, &file, length).map(|()| length)
        });
        let length = copied.map_err(|error| SagaError::Journal(db.unwritten(&error)))?;
        if empty {
            file.set_len(0).map_err(failed)?;
        }
        Ok(length)
    }
}

impl Journal {
    /// Records a read, before its answer leaves if that does not take long: an answer matters more than its record.
    pub(crate) async fn record_read(&self, read: &ReadCall) {
        let call = &read.call;
        let line = Line {
            tool: call.tool.into(),
            persona: call.persona.as_str().into(),
            caller: call.caller.as_str().into(),
            acting_guest: call.acts_for.as_ref().map(|guest| guest.as_str().into()),
            arguments: Cow::Borrowed(&call.arguments),
            systems: call.systems.as_str().into(),
            guest_email: call.about.person.as_deref().map(Into::into),
            booking_number: call.about.subject.as_deref().map(Into::into),
            started_at: stored(call.started_at),
            finished_at: stored(read.finished_at),
            outcome: read.outcome.word().into(),
            error_code: read.error_code.as_deref().map(Into::into),
            rows: read.rows,
        };
        self.reads.keep(&format!("\n{}", serde_json::to_string(&line).unwrap_or_default()));
        match self.reads.write_in_time().await {
            Ok(true) => {
                let Ok(sorting) = Arc::clone(&self.reads.sorting).try_lock_owned() else { return };
                let (reads, db) = (Arc::clone(&self.reads), Arc::clone(&self.db));
                // Beside the answers. If it fails, the next batch is larger.
                tokio::task::spawn_blocking(move || {
                    let _sorting = sorting;
                    if let Err(error) = reads.sort_into(&db) {
                        tracing::warn!(?error, "recorded reads could not be sorted into the journal");
                    }
                });
            }
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, file = "reads.log", "a read is answered and not recorded yet");
            }
        }
    }

    /// Copies the reads recorded so far by any process, before a query. If that takes too long, the query sees the
    /// journal as it is.
    pub(crate) async fn sort_reads(&self) {
        let (reads, db) = (Arc::clone(&self.reads), Arc::clone(&self.db));
        let sorted = async {
            let sorting = Arc::clone(&reads.sorting).lock_owned().await;
            tokio::task::spawn_blocking(move || {
                let _sorting = sorting;
                reads.sort_into(&db)
            })
            .await
        };
        match tokio::time::timeout(SORTED_WITHIN, sorted).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::error!(?error, "the latest reads are not in the trail yet"),
            Ok(Err(error)) => tracing::error!(%error, "the latest reads are not in the trail yet"),
            Err(_) => tracing::error!("the latest reads are not in the trail yet: a file is locked"),
        }
    }

    /// Copies all recorded reads and leaves none in the file.
    pub(super) fn sort_all_reads(&self) -> Result<(), SagaError> {
        self.reads.copy_into(&self.db, true).map(|_| ())
    }
}

/// Copies the part of the file up to `end` that the journal does not have. The journal stores a digest of the end of
/// its part: if the file's differs, the file was emptied since.
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

/// A digest of the last bytes before `end`: a line with its times, which is unique.
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
