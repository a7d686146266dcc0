//! The data folder as a whole: its files belong together. A file is lost if it is missing or empty while other files
//! have entries about it; a new one would be another hotel, beside the old one's calls and payments.

use super::house_rules;
use crate::made_once::SEAL_KEY;
use rusqlite::{Connection, OpenFlags};
use skills::settings::Settings;
use skills::sqlite::copy_together;
use std::path::Path;

/// The databases, in the order they are copied.
const FILES: [&str; 4] = ["journal.db", "hotel.db", "payments.db", "messages.db"];
/// The other files: reads not yet copied into the journal, and the rules all servers share.
const BESIDE: [&str; 2] = ["reads.log", house_rules::FILE];

/// Evidence of one file in another: an entry that exists only if the other file was written to as well.
struct Trace {
    of: &'static str,
    is_in: &'static str,
    entry: &'static str,
}

/// A lost journal is no reason to stop: the processor knows what was paid, and the records what was done.
const TRACES: [Trace; 5] = [
    Trace {
        of: "hotel.db",
        is_in: "journal.db",
        entry: "SELECT 1 FROM calls WHERE effects = 1 AND systems LIKE 'the embedded hotel,%'",
    },
    Trace { of: "hotel.db", is_in: "payments.db", entry: "SELECT 1 FROM idempotency_keys" },
    Trace {
        of: "payments.db",
        is_in: "journal.db",
        entry: "SELECT 1 FROM calls JOIN steps ON steps.call = calls.id WHERE steps.name = 'create_payment_intent' \
                AND steps.outcome = 'done' AND systems LIKE '%, the embedded payment processor%'",
    },
    Trace {
        of: "payments.db",
        is_in: "hotel.db",
        entry: "SELECT 1 FROM payment_transactions WHERE intent_id LIKE 'pi_%' AND intent_id NOT LIKE 'pi_seed_%'",
    },
    Trace {
        of: "messages.db",
        is_in: "journal.db",
        entry: "SELECT 1 FROM outbox JOIN calls ON calls.id = outbox.call WHERE state = 'sent' \
                AND systems LIKE '%, the embedded table of messages'",
    },
];

/// A file of the folder that was lost.
#[derive(Debug, thiserror::Error)]
#[error(
    "HOTEL_DATA: {file} is {how}, but {witness} has entries that belong to it: put it back from a copy, or move the whole \
     folder away to begin a new hotel"
)]
pub(crate) struct Lost {
    /// Its name.
    pub(crate) file: &'static str,
    how: &'static str,
    witness: &'static str,
}

/// Checks that every file exists of which another has entries. Creates nothing.
///
/// # Errors
/// The first file that is missing or empty.
pub(crate) fn is_whole(settings: &Settings) -> Result<(), Lost> {
    let folder = &settings.data;
    for Trace { of, is_in, entry } in TRACES {
        let with_a_real_system = match of {
            "hotel.db" => settings.salesforce.is_some(),
            "payments.db" => settings.processor.is_some(),
            "messages.db" => settings.twilio.is_some(),
            _ => false,
        };
        let path = folder.join(of);
        if with_a_real_system || lost(&path).is_none() || !has(&folder.join(is_in), entry) {
            continue;
        }
        // Checked again: a file that is being created now exists before another file has entries about it.
        let Some(how) = lost(&path) else { continue };
        return Err(Lost { file: of, how, witness: is_in });
    }
    Ok(())
}

fn open(path: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = path.exists().then(|| Connection::open_with_flags(path, flags))?.ok()?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).ok()?;
    Some(connection)
}

/// Whether the file has such an entry. An unreadable file counts as having none: opening it reports the problem.
fn has(path: &Path, entry: &str) -> bool {
    open(path).is_some_and(|c| c.prepare(entry).and_then(|mut found| found.exists([])).unwrap_or(false))
}

/// How the file was lost, if it was.
fn lost(path: &Path) -> Option<&'static str> {
    let Ok(found) = path.metadata() else { return Some("missing") };
    // The first writes may still be in the write-ahead log.
    let tables =
        |c: &Connection| c.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let empty = found.len() == 0 && open(path).is_some_and(|c| tables(&c).is_ok_and(|tables| tables == 0));
    empty.then_some("empty")
}

/// What a copy leaves out, and why, if the folder has it: the key of the questions to people. An older journal does not know
/// which yeses were used up since; without their key none of them counts.
pub(crate) fn left_out(folder: &Path) -> Option<String> {
    folder.join(SEAL_KEY).exists().then(|| {
        format!(
            "left out {SEAL_KEY}, which seals the questions to people: a hotel that is put back makes a new one, no yes from before \
             counts there, and who was being asked is asked anew"
        )
    })
}

/// Copies all files of the folder but that key into another, in one consistent state, while servers run.
///
/// # Errors
/// When there is nothing to copy, the other folder is not empty, or a file cannot be read or written.
pub(crate) fn back_up(folder: &Path, into: &Path) -> anyhow::Result<Vec<&'static str>> {
    let files: Vec<_> = FILES.into_iter().filter(|file| folder.join(file).exists()).collect();
    anyhow::ensure!(!files.is_empty(), "HOTEL_DATA: there is nothing to copy in {}", folder.display());
    copy_together(folder, &files, into)?;
    let beside = BESIDE.into_iter().filter(|file| folder.join(file).exists());
    for file in beside.clone() {
        std::fs::copy(folder.join(file), into.join(file))?;
    }
    Ok(files.into_iter().chain(beside).collect())
}
