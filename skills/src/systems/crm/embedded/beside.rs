//! What the files beside the hotel know of it: a hotel that was put back from an older copy must not give the number of a
//! booking again that somebody has paid for.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Where numbers of bookings that were given are found: what the processor took or was about to take money for, and what
/// calls that had an effect were about. A number that somebody only asked for is none.
const KNOWN: [(&str, &str); 2] = [
    ("payments.db", "SELECT max(CAST(substr(booking, 4) AS INTEGER)) FROM intents WHERE booking LIKE 'BK-%'"),
    (
        "journal.db",
        "SELECT max(CAST(substr(booking_number, 4) AS INTEGER)) FROM calls \
         WHERE booking_number LIKE 'BK-%' AND outcome <> 'refused' AND effects = 1 AND systems LIKE 'the embedded hotel,%'",
    ),
];

/// The last number known there; 0 where there is none. A file that is not there, or is not read, knows none: who opens it
/// says what is wrong with it.
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
