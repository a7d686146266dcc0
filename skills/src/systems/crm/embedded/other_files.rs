//! What the files beside `hotel.db` know of. If `hotel.db` was restored from an older copy, it must not give out again a
//! number that a payment or a call belongs to, nor count as a sample that nobody has written to.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Where given-out numbers are found: bookings that the processor has charged or may charge, and bookings of calls that had
/// an effect. A number that somebody merely asked for does not count.
const KNOWN: [(&str, &str); 2] = [
    ("payments.db", "SELECT max(CAST(substr(booking, 4) AS INTEGER)) FROM intents WHERE booking LIKE 'BK-%'"),
    (
        "journal.db",
        "SELECT max(CAST(substr(booking_number, 4) AS INTEGER)) FROM calls \
         WHERE booking_number LIKE 'BK-%' AND outcome <> 'refused' AND effects = 1 AND systems LIKE 'the embedded hotel,%'",
    ),
];

/// Where writes are found: payments that the sample does not begin with, and calls that had an effect.
const WRITES: [(&str, &str); 2] = [
    ("payments.db", r"SELECT EXISTS (SELECT 1 FROM intents WHERE id NOT LIKE 'pi\_seed\_%' ESCAPE '\')"),
    (
        "journal.db",
        "SELECT EXISTS (SELECT 1 FROM calls WHERE outcome <> 'refused' AND effects = 1 \
         AND systems LIKE 'the embedded hotel,%')",
    ),
];

/// Whether a file beside the hotel knows that somebody has written to it.
pub(super) fn know_a_write(folder: &Path) -> bool {
    WRITES.iter().any(|(file, sql)| known(&folder.join(file), sql) == Some(1))
}

/// The last number known there, 0 if none. A file that is missing or cannot be read knows none; whoever opens it reports
/// that.
pub(super) fn last_booking_number(folder: &Path) -> i64 {
    KNOWN.iter().filter_map(|(file, sql)| known(&folder.join(file), sql)).max().unwrap_or(0)
}

fn known(file: &Path, sql: &str) -> Option<i64> {
    if !file.exists() {
        return None;
    }
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    connection.query_row(sql, [], |row| row.get(0)).ok().flatten()
}
