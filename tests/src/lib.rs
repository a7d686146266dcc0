#![allow(clippy::unwrap_used)] // a stage that fails must say so at once
//! The stage of the tests: a hotel of its own in a temporary folder, and the real binaries on it, driven over stdio as an
//! agent's client drives them, line by line.

mod backend;
pub mod bm25;
pub mod fakes;
mod invariants;
mod ledger;
mod machine;
mod on_restate;
mod over_http;
mod processor;
mod ran;
mod records;
pub mod samples;
pub mod scenes;
mod server;
pub mod tau;
pub mod trial;

pub use backend::{Backend, Systems};
pub use invariants::{ATTENTION, Books, PAID_EXACTLY};
pub use machine::machine;
pub use on_restate::{copy_journal, services_of_the_engine};
pub use over_http::{Caller, Reply};
pub use ran::Ran;
pub use records::RoomRecord;
pub use server::{Server, Told, with_capabilities};

use skills::operations::bookings::BookingAsSeen;
use skills::records::Look;
use skills::systems::Hotel;
use skills::words::{BookingNumber, BookingStatus, Email, Nights, RoomNumber};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;

/// The servers that ship, one per persona.
pub const SERVERS: [&str; 2] = ["guest-server", "staff-server"];

/// The staff-server of a next version, which ships to nobody (`tests/next`).
pub const NEXT: &str = "next-staff";

/// A hotel of its own. All servers started from it share it, as servers of one user do.
pub struct World {
    folder: Arc<TempDir>,
    env: Vec<(String, String)>,
    /// What it runs on, if that is not embedded.
    systems: Option<Arc<Systems>>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A freshly seeded hotel in a temporary folder.
    ///
    /// # Panics
    /// When the machine has no room for a temporary folder.
    #[must_use]
    pub fn new() -> Self {
        Self::on(Backend::of_this_run())
    }

    /// A freshly seeded hotel on these systems.
    ///
    /// # Panics
    /// When the machine has no room for a temporary folder.
    #[must_use]
    pub fn on(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder: Arc::new(folder), env: vec![], systems: backend.start() }
    }

    /// A freshly seeded hotel on a RAM disk, if the machine has one: for thousands of tries in which processes are killed
    /// but disks do not fail.
    ///
    /// # Panics
    /// When the machine has no room for a temporary folder.
    #[must_use]
    pub fn in_memory(backend: Backend) -> Self {
        let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        Self { folder: Arc::new(memory.expect("a temporary folder")), env: vec![], systems: backend.start() }
    }

    /// A copy of the hotel in a folder of its own. No server may be running on it.
    ///
    /// # Panics
    /// When the machine has no room for it.
    #[must_use]
    pub fn copy(&self) -> Self {
        let beside = tempfile::tempdir_in(self.folder.path().parent().expect("a folder")).expect("a folder");
        let mut copy = Self { folder: Arc::new(beside), env: self.env.clone(), systems: None };
        copy_files(&self.data(), &copy.data());
        copy.systems = self.systems.as_ref().map(|systems| Arc::new(systems.copy(&copy.data())));
        copy
    }

    /// Another machine of the same hotel: the same systems, but a journal of its own.
    ///
    /// # Panics
    /// When the machine has no room for a temporary folder.
    #[must_use]
    pub fn beside(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder: Arc::new(folder), env: self.env.clone(), systems: self.systems.clone() }
    }

    /// Sets a variable for every server started from now on.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// In a zone where it is about one o'clock in the afternoon, on the same date as in UTC: an hour ago was today.
    #[must_use]
    pub fn in_the_afternoon(self) -> Self {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let ahead = 13 - i32::from(now.hour());
        self.with_env("HOTEL_TIMEZONE", &format!("Etc/GMT{:+}", -ahead))
    }

    /// What it runs on, if that is not embedded.
    #[must_use]
    pub fn systems(&self) -> Option<&Systems> {
        self.systems.as_deref()
    }

    /// The folder of the hotel's data.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A staff-server.
    #[must_use]
    pub fn staff(&self) -> Server {
        self.start("staff-server", &[], &[("STAFF_EMAIL", "manager@dewyhotel.com")])
    }

    /// A guest-server bound to a guest.
    #[must_use]
    pub fn guest(&self, email: &str) -> Server {
        self.start("guest-server", &[], &[("GUEST_EMAIL", email)])
    }

    /// A guest-server bound to nobody.
    #[must_use]
    pub fn kiosk(&self) -> Server {
        self.start("guest-server", &[], &[])
    }

    /// A server with arguments and variables of its own.
    #[must_use]
    pub fn start(&self, name: &str, arguments: &[&str], env: &[(&str, &str)]) -> Server {
        let (folder, systems) = (Arc::clone(&self.folder), self.systems.clone());
        match Self::over_http(name, arguments, env) {
            None => Server::start(self.command(name, arguments, env), folder, systems),
            Some(email) => {
                let token = self.dev_token(name, &email);
                let serve = [arguments, &["serve", "--http", "127.0.0.1:0", "--dev"]].concat();
                let mut env = env.to_vec();
                env.retain(|(_, value)| *value != email);
                env.push(("HOTEL_HTTP_CALLS_PER_MINUTE", "0"));
                let command = self.command(name, &serve, &env);
                Server::start_over_http(command, folder, systems, &email, &token)
            }
        }
    }

    /// The variables that all servers of this hotel have.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables: Vec<(String, String)> = [
            ("HOTEL_DATA", self.data().to_string_lossy().into_owned()),
            // Most stories connect one system and leave the others embedded.
            ("HOTEL_CURRENCY", "usd".to_owned()),
            ("HOTEL_ALLOW_MIXED", "true".to_owned()),
            // Only the stories about the schedule have one: in the others nothing happens that they do not tell.
            ("HOTEL_RECONCILE_MINUTES", "0".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let systems = self.systems.iter().flat_map(|systems: &Arc<Systems>| systems.env());
        variables.extend(systems.map(|(name, value)| (name.to_owned(), value)));
        variables.extend(self.env.iter().cloned());
        variables
    }

    /// The command of a binary on this hotel, without the variables of the test's own environment that matter to it.
    #[must_use]
    pub fn command(&self, name: &str, arguments: &[&str], env: &[(&str, &str)]) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(binary(name));
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.env("RUST_LOG", "warn").envs(self.variables()).envs(env.iter().copied());
        if let Some(engine) = on_restate::engine() {
            let (name, address) = engine.serves(self.folder.path(), &self.variables());
            command.env(name, address);
        }
        command
    }
}

/// Copies the files of a hotel that no server is running on into a new folder.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a folder");
    for file in std::fs::read_dir(from).expect("the hotel's files") {
        let file = file.expect("a file");
        // The write-ahead log is part of a file. Its shared-memory index is not; SQLite makes it again.
        if !file.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
        }
    }
}

/// The hotel's day, `days` from today, as the tools write it (the zone is UTC unless a test says otherwise).
#[must_use]
pub fn day(days: i64) -> String {
    let date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    date.saturating_add(jiff::Span::new().days(days)).to_string()
}

/// What `HOTEL_CLOCK` is set to, so that servers see this time (UTC) of the day `days` from today.
///
/// # Panics
/// When the time cannot be read.
#[must_use]
pub fn clock(days: i64, time: &str) -> String {
    let there: jiff::Timestamp = format!("{}T{time}:00Z", day(days)).parse().expect("HH:MM");
    format!("{}s", there.duration_since(jiff::Timestamp::now()).as_secs() + 1)
}

/// A request with more fields, or other values for its fields.
#[must_use]
pub fn with(mut request: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    if let (Some(fields), serde_json::Value::Object(more)) = (request.as_object_mut(), more) {
        fields.extend(more);
    }
    request
}

/// The path of a server, or of an example that is one, built once per test run in the profile of the tests.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut build = std::process::Command::new(env!("CARGO"));
        build.current_dir(&root).args([
            "build",
            "--quiet",
            "-p",
            "tests",
            "--example",
            "housekeeping-server",
            "--example",
            "task",
        ]);
        build.args(SERVERS.iter().flat_map(|server| ["-p", server, "--bin", server]));
        build.args(["-p", "next-version", "--bin", NEXT]);
        // `cargo test` tells the tests about their own package. A build that hears of it builds `ring` anew, each time.
        let told = std::env::vars_os().map(|(name, _)| name);
        for name in told.filter(|name| name.to_string_lossy().starts_with("CARGO_PKG_")) {
            build.env_remove(name);
        }
        build
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_MANIFEST_PATH")
            .env_remove("CARGO_MANIFEST_LINKS");
        // The test binary runs from target/<profile>/deps.
        let profile = std::env::current_exe()
            .expect("a path")
            .parent()
            .expect("deps")
            .parent()
            .expect("profile")
            .to_owned();
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo").success(), "the servers could not be built");
        profile
    });
    let folder =
        if SERVERS.contains(&name) || name == NEXT { folder.clone() } else { folder.join("examples") };
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A booking as a saga would have read it, with `status` as its status. One that does not exist belongs to nobody.
///
/// # Panics
/// When the hotel's records cannot be read.
pub async fn booking_as_seen(hotel: &Hotel, number: &str, status: BookingStatus) -> BookingAsSeen {
    let booking = BookingNumber::new(number).expect("a booking");
    let look = Look { booking: Some(booking.clone()), ..Look::on(hotel.today()) };
    let stay = hotel.crm.look(&look).await.expect("the hotel's records").booking;
    let nobodys = || BookingAsSeen {
        booking,
        status: status.into(),
        guest: Email::new("nobody@example.com").expect("an e-mail"),
        room: RoomNumber::new("101").expect("a room"),
        nights: Nights { from: hotel.today(), to: hotel.today() },
    };
    stay.map_or_else(nobodys, |stay| BookingAsSeen { status: status.into(), ..BookingAsSeen::from(&stay) })
}
