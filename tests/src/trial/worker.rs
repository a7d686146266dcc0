//! The worker that plays calls on a Restate server, started by the trial itself: with the faults of a try, and without them
//! once it was killed. `tests/on-restate trial` says where.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, MutexGuard};

/// How long a worker that is to be killed may live on after its call's answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether calls are played by a worker that the trial starts.
pub(super) fn is_elsewhere() -> bool {
    std::env::var_os("HOTEL_TEST_WORKER").is_some()
}

static WORKER: Mutex<Worker> = Mutex::const_new(Worker { process: None, faults: String::new() });

/// The one worker; it plays all hotels.
pub(super) struct Worker {
    process: Option<Child>,
    faults: String,
}

/// Waits until nobody else uses the worker.
pub(super) async fn worker() -> MutexGuard<'static, Worker> {
    WORKER.lock().await
}

impl Worker {
    /// Has a worker play that has these faults (`HOTEL_FAULTS`) before it.
    pub(super) async fn plays_with(&mut self, faults: &str) {
        let lives = self.process.as_mut().is_some_and(|it| matches!(it.try_wait(), Ok(None)));
        if lives && faults.is_empty() && self.faults.is_empty() {
            return;
        }
        if let Some(mut before) = self.process.take() {
            before.kill().await.expect("killed");
        }
        let given = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is missing"));
        let at = given("HOTEL_TEST_WORKER");
        let mut child = Command::new(PathBuf::from(given("HOTEL_TEST_WORKER_BINARY")))
            .args(["--hotels", &given("HOTEL_TEST_HOTELS"), "--listen", &at])
            .env_clear()
            .envs([("RUST_LOG", "off"), ("HOTEL_FAULTS", faults)])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a worker");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
        while let Some(line) = said.next_line().await.expect("lines") {
            if line.contains("listens") {
                break;
            }
        }
        // What it says later must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
        (self.process, self.faults) = (Some(child), faults.to_owned());
    }

    /// Makes a call, with faults before the worker that plays it. If that kills the worker, another takes its place, and the
    /// client that waits is answered. Returns the call's result, and whether a worker was killed.
    pub(super) async fn play<T>(&mut self, faults: &str, call: impl Future<Output = T>) -> (T, bool) {
        self.plays_with(faults).await;
        let mut call = std::pin::pin!(call);
        let process = self.process.as_mut().expect("a worker");
        let done = tokio::select! {
            done = &mut call => Some(done),
            _ = process.wait() => None,
        };
        let killed = match done {
            // A text is sent after the answer.
            Some(_) if faults.contains("killed") => {
                tokio::time::timeout(PATIENCE, process.wait()).await.is_ok()
            }
            Some(_) => false,
            None => true,
        };
        if killed {
            self.plays_with("").await;
        }
        let done = match done {
            Some(done) => done,
            None => call.await,
        };
        (done, killed)
    }
}
