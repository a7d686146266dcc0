//! A binary that was run to its end: its output and exit code.

use crate::World;
use crate::backend::caller_of;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const PATIENCE: Duration = Duration::from_secs(60);

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Its stdout.
    pub stdout: String,
    /// Its stderr.
    pub stderr: String,
}

impl Ran {
    /// Its stdout, as one JSON value.
    ///
    /// # Panics
    /// When it is anything else.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON value ({error}): {self:?}"))
    }

    /// The lines of its stdout, each a JSON value, as a server's are.
    ///
    /// # Panics
    /// When a line is anything else.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not protocol: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

impl World {
    /// Writes a file into the folder that the servers are started in, and returns its path.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// A server charges this checkout and is killed before it closes the stay; then nobody's journal tells of it.
    ///
    /// # Panics
    /// When the server lives on.
    pub async fn charges_and_forgets(&self, checkout: &Value) {
        let faults = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "close_stay=killed_before")];
        let arguments = checkout.to_string();
        let ran =
            self.run("staff-server", &["call", "process_guest_checkout", &arguments], &faults, "").await;
        assert_eq!(ran.code, None, "{ran:?}");
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(self.data().join(format!("journal.db{suffix}")));
        }
    }

    /// Runs staff-server to its end.
    pub async fn run_staff(&self, arguments: &[&str]) -> Ran {
        self.run("staff-server", arguments, &[("STAFF_EMAIL", "manager@dewyhotel.com")], "").await
    }

    /// Runs a binary to its end. Its input is written and closed at once.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn run(
        &self,
        name: &str,
        arguments: &[&str],
        env: &[(&str, &str)],
        input: impl AsRef<[u8]>,
    ) -> Ran {
        let mut command = self.command(name, arguments, env);
        if let (Some(systems), ["call", tool, arguments]) = (&self.systems, arguments)
            && let Ok(arguments) = serde_json::from_str(arguments)
        {
            systems.guest_was_at_the_bank(&self.data(), &caller_of(&command), tool, &arguments);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("piped");
        let input = input.as_ref().to_owned();
        // In a task beside the reading: otherwise a long input and a long output would wait for each other.
        tokio::spawn(async move { stdin.write_all(&input).await });
        let output =
            tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").expect("output");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}
