//! A hotel on the embedded systems, with as many free rooms as calls are in flight.

use crate::peer::Peer;
use crate::process::{Process, folder};
use rusqlite::Connection;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A hotel in a folder of its own. Dropping it removes the folder.
pub(crate) struct Hotel(TempDir);

/// The number of a free room.
pub(crate) fn room(at: usize) -> String {
    (10_000 + at).to_string()
}

impl Hotel {
    pub(crate) fn of(rooms: usize) -> Self {
        let hotel = Self(folder());
        // The first write makes the sample hotel.
        hotel.staff(None).tool("update_room_status", &json!({"room_number": "106", "status": "Vacant"}));
        let file = Connection::open(hotel.file("hotel.db")).expect("the hotel");
        let sql = "INSERT INTO rooms (number, name, room_type, floor, rate_cents, max_occupancy, status) \
                   VALUES (?, 'Room', 'Standard', 9, 14999, 2, 'Vacant')";
        let mut insert = file.prepare(sql).expect("rooms");
        for at in 0..rooms {
            insert.execute([room(at)]).expect("a room");
        }
        drop(insert);
        hotel
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// A staff-server on this hotel, on the embedded engine or on the one at this address.
    pub(crate) fn staff(&self, engine: Option<&str>) -> Peer {
        let mut command = Command::new(tests::binary("staff-server"));
        command.env_clear().current_dir(self.folder()).env("HOTEL_DATA", self.folder());
        command.env("STAFF_EMAIL", "manager@dewyhotel.com").env("RUST_LOG", "error");
        command.env("HOTEL_CURRENCY", "usd").env("HOTEL_RECONCILE_MINUTES", "0");
        if let Some(engine) = engine {
            command.env("HOTEL_RESTATE", engine);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        Peer::on(Process::start(command))
    }

    pub(crate) fn bytes_of_journal(&self) -> u64 {
        let file = Connection::open(self.file("journal.db")).expect("the journal");
        file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
        let size = std::fs::metadata(self.file("journal.db")).expect("the journal").len();
        let log = std::fs::metadata(self.file("reads.log")).map_or(0, |log| log.len());
        size + log
    }

    /// How many payments succeeded.
    pub(crate) fn charges(&self) -> u32 {
        let file = Connection::open(self.file("payments.db")).expect("the processor");
        let sql = "SELECT count(*) FROM intents WHERE status = 'succeeded'";
        file.query_row(sql, [], |row| row.get(0)).expect("a count")
    }
}
