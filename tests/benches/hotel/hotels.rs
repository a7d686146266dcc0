//! Two hotels: the seeded one, and one of 20,000 rooms and a million bookings, built once a day in `target/bench-hotel`.
//! Either is worked on as a copy that is thrown away.

use crate::measure::Effort;
use crate::peer::{Kind, Peer};
use crate::{bare, report};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rooms that both hotels have and nobody is staying in.
pub(crate) const SPARE_ROOMS: [&str; 20] = [
    "100", "102", "103", "104", "105", "106", "107", "108", "109", "110", "200", "202", "203", "204", "205",
    "206", "207", "208", "209", "210",
];

/// A hotel in a folder of its own. Dropping it removes the folder.
pub(crate) struct Hotel {
    folder: PathBuf,
}

impl Hotel {
    fn empty(name: &str) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = bench_folder().join(format!("{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self { folder }
    }

    /// The seeded hotel.
    pub(crate) fn small() -> Self {
        let hotel = Self::empty("small");
        // The first call makes and seeds it; with a write of its own it is never dated anew.
        let room = json!({"room_number": "106", "status": "Vacant"});
        hotel.staff().tool("update_room_status", &room);
        hotel
    }

    /// The large one.
    pub(crate) fn large(effort: &Effort) -> Self {
        let kept = bench_folder().join(format!("{}-bookings", effort.bookings));
        let small = Self::small();
        if !is_of_today(&kept, &small.folder) {
            report::progress("building the large hotel (kept until tomorrow)");
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::create_dir_all(&kept).expect("a folder");
            copy(&small.folder, &kept, &["hotel.db", "payments.db", "messages.db", "journal.db"]);
            fill(&kept.join("hotel.db"), effort).expect("the large hotel is filled");
        }
        let hotel = Self::empty("large");
        copy(&kept, &hotel.folder, &["hotel.db", "payments.db", "messages.db", "journal.db"]);
        hotel
    }

    /// The product's staff-server on this hotel.
    pub(crate) fn staff(&self) -> Peer {
        let mut command = Command::new(tests::binary("staff-server"));
        command.env_clear().current_dir(&self.folder);
        command.env("HOTEL_DATA", &self.folder).env("RUST_LOG", "warn");
        command.env("STAFF_EMAIL", "manager@dewyhotel.com");
        Peer::start(Kind::Staff, command)
    }

    /// The bare server on this hotel.
    pub(crate) fn bare(&self) -> Peer {
        let mut command = Command::new(std::env::current_exe().expect("a path"));
        command.arg(bare::COMMAND).arg(&self.folder);
        Peer::start(Kind::Bare, command)
    }
}

impl Drop for Hotel {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// `target/bench-hotel`, from `target/release/deps/hotel-…`.
fn bench_folder() -> PathBuf {
    let executable = std::env::current_exe().expect("a path");
    let target = executable.ancestors().nth(3).expect("target").to_owned();
    target.join("bench-hotel")
}

/// Copies a hotel's files after its servers have ended, logs of writes included.
fn copy(from: &Path, to: &Path, files: &[&str]) {
    for file in files {
        let source = from.join(file);
        // Whoever opens a file alone and closes it moves the log into it.
        let connection = Connection::open(&source).expect("a file of the hotel");
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
        drop(connection);
        std::fs::copy(&source, to.join(file)).expect("room for a copy");
    }
}

/// Whether the kept hotel was made today and by the schema that is valid now.
fn is_of_today(kept: &Path, fresh: &Path) -> bool {
    let made = |folder: &Path| -> rusqlite::Result<(String, String)> {
        let connection =
            Connection::open_with_flags(folder.join("hotel.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let day = connection.query_row("SELECT day FROM seeded", [], |row| row.get(0))?;
        let sql =
            "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY type, name)";
        Ok((day, connection.query_row(sql, [], |row| row.get(0))?))
    };
    made(kept).is_ok_and(|kept| made(fresh).is_ok_and(|fresh| kept == fresh))
}

/// Fills the hotel: most stays are over, every fourth room is occupied, the others are reserved some day this year.
fn fill(path: &Path, effort: &Effort) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY;",
    )?;
    let tx = connection.unchecked_transaction()?;
    let indexes: Vec<(String, String)> = tx
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, _) in &indexes {
        tx.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    tx.execute_batch(
        "CREATE TEMP TABLE size (rooms INTEGER, guests INTEGER, bookings INTEGER, today TEXT);",
    )?;
    let size = rusqlite::params![effort.rooms, effort.guests, effort.bookings, tests::day(0)];
    tx.execute("INSERT INTO size VALUES (?, ?, ?, ?)", size)?;
    tx.execute_batch(include_str!("fill.sql"))?;
    for (_, sql) in &indexes {
        tx.execute_batch(sql)?;
    }
    tx.commit()
}
