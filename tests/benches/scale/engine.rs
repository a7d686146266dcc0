//! A Restate server of its own, with workers, on loopback.

use crate::balancer::{Turns, balance};
use crate::hotel::Hotel;
use crate::process::{Process, bytes_below, folder, root};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Dropping it ends it and removes what it stored.
pub(crate) struct Engine {
    pub(crate) process: Process,
    pub(crate) ingress: String,
    admin: String,
    folder: TempDir,
}

/// Workers behind one address.
pub(crate) struct Workers {
    pub(crate) all: Vec<Process>,
    at_start: Vec<f64>,
    _hotels: TempDir,
}

/// The server's program, as npm installed it.
pub(crate) fn server() -> Result<PathBuf, String> {
    let folder = root().join("tests/restate/node_modules/@restatedev");
    let packages = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut programs = packages.map(|package| package.path().join("bin/restate-server"));
    let missing =
        || "the Restate server is not installed; run `npm ci --ignore-scripts` in tests/restate".to_owned();
    programs.find(|program| program.is_file()).ok_or_else(missing)
}

pub(crate) fn version() -> String {
    let said =
        Command::new(server().expect("it was looked for")).arg("--version").output().expect("it starts");
    String::from_utf8_lossy(&said.stdout).trim().trim_start_matches("restate-server ").to_owned()
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port")
}

fn wait_for(what: &str, mut is_there: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_there() {
        assert!(Instant::now() < until, "{what} is not there after {PATIENCE:?}");
        sleep(Duration::from_millis(50));
    }
}

impl Engine {
    pub(crate) fn start() -> Self {
        let folder = folder();
        let [ingress, admin, node] = [free_address(), free_address(), free_address()];
        let log = std::fs::File::create(folder.path().join("log")).expect("a file");
        let mut command = Command::new(server().expect("it was looked for"));
        command.args(["--no-logo", "--base-dir"]).arg(folder.path().join("data"));
        command.env_clear().env("DO_NOT_TRACK", "1").env("RESTATE_DISABLE_TELEMETRY", "true");
        command.env("RESTATE_LISTEN_MODE", "tcp").env("RESTATE_ADVERTISED_HOST", "127.0.0.1");
        command.env("RESTATE_BIND_ADDRESS", node.to_string()).env("RESTATE_LOG_FILTER", "warn");
        command.env("RESTATE_INGRESS__BIND_ADDRESS", ingress.to_string());
        command.env("RESTATE_ADMIN__BIND_ADDRESS", admin.to_string());
        command.stdout(Stdio::null()).stderr(log);
        let process = Process::start(command);
        wait_for("the Restate server", || [ingress, admin].iter().all(|at| TcpStream::connect(at).is_ok()));
        Self { process, ingress: format!("http://{ingress}"), admin: format!("http://{admin}"), folder }
    }

    /// Starts so many workers for these hotels, behind one address, and registers that.
    pub(crate) fn workers(&self, worker: &Path, hotels: &[Hotel], count: usize, turns: Turns) -> Workers {
        let settings = folder();
        for (at, hotel) in hotels.iter().enumerate() {
            let data = hotel.folder().display();
            let text = format!("HOTEL_RESTATE={}\nHOTEL_DATA='{data}'\nHOTEL_CURRENCY=usd\n", self.ingress);
            std::fs::write(settings.path().join(format!("hotel{at}.env")), text).expect("a file");
        }
        let (mut all, mut addresses) = (vec![], vec![]);
        for _ in 0..count {
            let address = free_address();
            let mut command = Command::new(worker);
            command.arg("--hotels").arg(settings.path()).args(["--listen", &address.to_string()]);
            command.env_clear().env("RUST_LOG", "error").stdout(Stdio::null()).stderr(Stdio::null());
            all.push(Process::start(command));
            wait_for("the worker", || TcpStream::connect(address).is_ok());
            addresses.push(address);
        }
        let at = format!("http://{}", balance(addresses, turns));
        wait_for("the registration", || {
            let mut register = Command::new(worker);
            register.args(["register", "--admin", &self.admin, "--at", &at]);
            register.stdout(Stdio::null()).stderr(Stdio::null());
            register.status().is_ok_and(|status| status.success())
        });
        let at_start = ticks(&all);
        Workers { all, at_start, _hotels: settings }
    }

    pub(crate) fn bytes_of_folder(&self) -> u64 {
        bytes_below(&self.folder.path().join("data"))
    }

    /// What is stored of calls and of the trail, as it is: without indexes, copies and compression.
    pub(crate) fn bytes_of_state(&self) -> u64 {
        let rows = self.query("SELECT sum(octet_length(value_utf8) + octet_length(key)) AS bytes FROM state");
        rows["rows"][0]["bytes"].as_u64().unwrap_or_default()
    }

    fn query(&self, sql: &str) -> Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let post = reqwest::Client::new().post(format!("{}/query", self.admin));
            let post = post.header("accept", "application/json").json(&json!({ "query": sql }));
            let rows: Value = post.send().await.expect("an answer").json().await.expect("rows");
            assert!(rows["rows"].is_array(), "{sql}: {rows}");
            rows
        })
    }
}

fn ticks(all: &[Process]) -> Vec<f64> {
    all.iter().filter_map(Process::ticks_of_processor).collect()
}

impl Workers {
    /// What each has worked since it was started.
    pub(crate) fn seconds_of_processor(&self) -> Vec<f64> {
        ticks(&self.all).iter().zip(&self.at_start).map(|(now, then)| now - then).collect()
    }

    pub(crate) fn resident_mib(&self) -> impl Iterator<Item = f64> {
        self.all.iter().filter_map(Process::resident_mib)
    }
}
