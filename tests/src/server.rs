//! A server as its client sees it: lines of JSON-RPC in, lines out; over HTTP each line is a request.

use crate::Systems;
use crate::backend::caller_of;
use crate::over_http::Caller;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// The timeout of everything in a test: a server that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(60);

/// The requests that wait for an answer; none once the server has ended.
type Waiting = Arc<Mutex<Option<HashMap<u64, oneshot::Sender<Value>>>>>;

/// A running server. Dropping it kills it.
pub struct Server {
    child: Child,
    /// Keeps the hotel until its servers have ended.
    folder: Arc<TempDir>,
    systems: Option<Arc<Systems>>,
    caller: String,
    input: AsyncMutex<Option<ChildStdin>>,
    /// Who sends the lines, if not over stdin.
    http: Option<Caller>,
    waiting: Waiting,
    /// Requests and notifications of the server.
    said: AsyncMutex<mpsc::UnboundedReceiver<Value>>,
    /// Where those that come over HTTP are put.
    says: mpsc::WeakUnboundedSender<Value>,
    stderr: watch::Receiver<String>,
    listening: Option<JoinHandle<()>>,
    next_id: AtomicU64,
}

impl Server {
    /// Starts a server, without `initialize`: a call of protocol 2026-07-28 needs none.
    pub(crate) fn start(mut command: Command, folder: Arc<TempDir>, systems: Option<Arc<Systems>>) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let caller = caller_of(&command);
        let mut child = command.spawn().expect("the server starts");
        let input = AsyncMutex::new(child.stdin.take());
        let waiting = Waiting::new(Mutex::new(Some(HashMap::new())));
        let answers = Arc::clone(&waiting);
        let (says, said) = mpsc::unbounded_channel();
        let says_over_http = says.downgrade();
        let mut output = BufReader::new(child.stdout.take().expect("piped")).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = output.next_line().await {
                let message: Value = serde_json::from_str(&line)
                    .unwrap_or_else(|_| panic!("stdout carries only protocol, not: {line}"));
                if message["method"].is_string() {
                    let _ = says.send(message);
                    continue;
                }
                let waits =
                    message["id"].as_u64().and_then(|id| answers.lock().unwrap().as_mut()?.remove(&id));
                if let Some(sender) = waits {
                    let _ = sender.send(message);
                }
            }
            answers.lock().unwrap().take(); // whoever still waits learns that the server is gone
        });
        let (heard, stderr) = watch::channel(String::new());
        let mut errors = child.stderr.take().expect("piped");
        let listening = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = errors.read(&mut buffer).await {
                heard.send_modify(|heard| heard.push_str(&String::from_utf8_lossy(&buffer[..n])));
            }
        });
        Self {
            child,
            folder,
            systems,
            caller,
            input,
            http: None,
            waiting,
            said: AsyncMutex::new(said),
            says: says_over_http,
            stderr,
            listening: Some(listening),
            next_id: AtomicU64::new(1),
        }
    }

    /// Starts a server that serves over HTTP, and a client of it with this token, which stands for this person.
    pub(crate) fn start_over_http(
        command: Command,
        folder: Arc<TempDir>,
        systems: Option<Arc<Systems>>,
        email: &str,
        token: &str,
    ) -> Self {
        let started = Self::start(command, folder, systems);
        let caller = format!("{}:{email}", started.caller);
        Self { http: Some(Caller::new(Some(token))), caller, ..started }
    }

    /// Where it serves MCP over HTTP, once it says so.
    ///
    /// # Panics
    /// When it ends without serving.
    pub async fn address(&self) -> String {
        let mut stderr = self.stderr.clone();
        let told = tokio::time::timeout(PATIENCE, stderr.wait_for(|said| address_in(said).is_some())).await;
        let told = told.expect("an address in time").map(|said| address_in(&said).unwrap_or_default());
        told.unwrap_or_else(|_| panic!("it does not serve: {}", self.stderr()))
    }

    /// Calls a tool and waits for its answer.
    pub async fn call(&self, tool: &str, arguments: Value) -> Told {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments})).await;
        Told::of(&answer.unwrap_or_else(|| panic!("no answer to {tool}; stderr: {}", self.stderr())))
    }

    /// Calls a tool that must succeed, as a preparation of a story.
    pub async fn done(&self, tool: &str, arguments: Value) {
        let told = self.call(tool, arguments).await;
        assert!(told.succeeded(), "{tool} was refused: {}", told.0);
    }

    /// Calls a tool that must be refused with this code, as a preparation of a story.
    pub async fn refused(&self, tool: &str, arguments: Value, code: &str) {
        assert_eq!(self.call(tool, arguments).await.code(), code, "{tool}");
    }

    /// Calls a tool; none if the server ends before it answers.
    pub async fn try_call(&self, tool: &str, arguments: Value) -> Option<Told> {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments})).await;
        answer.map(|answer| Told::of(&answer))
    }

    /// Sends a call and returns a future of its answer, so that the server can be killed meanwhile.
    pub async fn send(&self, tool: &str, arguments: Value) -> impl Future<Output = Option<Told>> + use<> {
        let params = with_meta(json!({"name": tool, "arguments": arguments}));
        let answer = self.send_as_is("tools/call", params).await;
        async move { answer.await.map(|answer| Told::of(&answer)) }
    }

    /// Sends a request of protocol 2026-07-28 and waits for the whole response; none if the server has ended.
    pub async fn request(&self, method: &str, params: Value) -> Option<Value> {
        self.request_as_is(method, with_meta(params)).await
    }

    /// Sends a request without the metadata of 2026-07-28, as a client does that has sent `initialize`.
    pub async fn request_as_is(&self, method: &str, params: Value) -> Option<Value> {
        self.send_as_is(method, params).await.await
    }

    async fn send_as_is(&self, method: &str, params: Value) -> impl Future<Output = Option<Value>> + use<> {
        if let (Some(systems), Some(tool)) = (&self.systems, params["name"].as_str()) {
            let data = self.folder.path().join("data");
            systems.guest_was_at_the_bank(&data, &self.caller, tool, &params["arguments"]);
        }
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        if let Some(waiting) = self.waiting.lock().unwrap().as_mut() {
            waiting.insert(id, sender);
        }
        self.line(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()).await;
        async move { tokio::time::timeout(PATIENCE, answer).await.expect("an answer in time").ok() }
    }

    /// Sends a line with a request of this id and waits for its answer; none if the server has ended.
    pub async fn raw(&self, id: u64, line: &str) -> Option<Value> {
        let (sender, answer) = oneshot::channel();
        if let Some(waiting) = self.waiting.lock().unwrap().as_mut() {
            waiting.insert(id, sender);
        }
        self.line(line).await;
        tokio::time::timeout(PATIENCE, answer).await.expect("an answer in time").ok()
    }

    /// The next request or notification of the server.
    pub async fn says(&self) -> Value {
        let mut said = self.said.lock().await;
        tokio::time::timeout(PATIENCE, said.recv())
            .await
            .expect("the server says something")
            .expect("it runs")
    }

    /// The requests and notifications of the server that have come and were not looked at.
    pub async fn said(&self) -> Vec<Value> {
        let mut said = self.said.lock().await;
        std::iter::from_fn(|| said.try_recv().ok()).collect()
    }

    /// Sends `initialize`, as protocols before 2026 do.
    pub async fn initialize(&self, version: &str) -> Value {
        self.initialize_with(version, json!({})).await
    }

    /// Sends `initialize` with the client's capabilities.
    pub async fn initialize_with(&self, version: &str, capabilities: Value) -> Value {
        let params = json!({
            "protocolVersion": version,
            "capabilities": capabilities,
            "clientInfo": {"name": "tests", "version": "1"}
        });
        let answer = self.request_as_is("initialize", params).await.expect("an answer to initialize");
        self.line(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string()).await;
        answer["result"].clone()
    }

    /// Sends a line as it is.
    pub async fn line(&self, line: &str) {
        if let Some(caller) = &self.http {
            let (caller, line, waiting) = (caller.clone(), line.to_owned(), Arc::clone(&self.waiting));
            let (address, says) = (self.address().await, self.says.clone());
            tokio::spawn(async move { post(&caller, &address, &line, &waiting, &says).await });
            return;
        }
        if let Some(input) = self.input.lock().await.as_mut() {
            // A server that has ended does not read. The test notices by the missing answer.
            let _ = input.write_all(format!("{line}\n").as_bytes()).await;
            let _ = input.flush().await;
        }
    }

    /// Closes the server's input and waits for it to end.
    pub async fn close(mut self) -> ExitStatus {
        self.end_input().await;
        self.wait().await
    }

    /// Tells it to end, as a service manager does.
    ///
    /// # Panics
    /// When it has ended, or the machine has no signals.
    pub fn terminate(&self) {
        let told = std::process::Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(told.expect("kill").success());
    }

    /// Closes the server's input, as a client that leaves does. Over HTTP nobody's leaving ends a server, so it is told to
    /// end.
    pub async fn end_input(&self) {
        if self.http.is_some() && self.child.id().is_some() {
            self.address().await; // before it serves, a signal would end it otherwise
            self.terminate();
        }
        self.input.lock().await.take();
    }

    /// Waits for the server to end by itself, and for the end of its stderr.
    pub async fn wait(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        if let Some(listening) = self.listening.take() {
            tokio::time::timeout(PATIENCE, listening).await.expect("stderr ends").expect("it was read");
        }
        ended.expect("the server ends").expect("a status")
    }

    /// Kills the server, as `kill -9` does.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("killed");
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id().expect("running")
    }

    /// Ends the server and returns all of its stderr. (Its log is written beside the calls, so lines may come after an
    /// answer.)
    pub async fn last_words(&mut self) -> String {
        self.end_input().await;
        self.wait().await;
        self.stderr()
    }

    /// The server's stderr so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.borrow().clone()
    }
}

/// Where a server says that it serves.
fn address_in(said: &str) -> Option<String> {
    let (_, behind) = said.split_once(" serves MCP at ")?;
    let (address, _) = behind.split_once('\n')?;
    Some(address.to_owned())
}

/// Posts a line, and passes its answers on. If there is none, who waits for it learns that.
async fn post(
    caller: &Caller,
    address: &str,
    line: &str,
    waiting: &Waiting,
    says: &mpsc::WeakUnboundedSender<Value>,
) {
    let take = |id: &Value| waiting.lock().unwrap().as_mut()?.remove(&id.as_u64()?);
    if let Ok(reply) = caller.try_post(address, line, &[]).await {
        for message in reply.messages() {
            if !message["method"].is_null() {
                let _ = says.upgrade().map(|says| says.send(message)); // a test that has ended does not listen
            } else if let Some(sender) = take(&message["id"]) {
                let _ = sender.send(message);
            }
        }
    }
    let asked: Value = serde_json::from_str(line).unwrap_or_default();
    drop(take(&asked["id"]));
}

/// A request's parameters with the metadata of 2026-07-28.
fn with_meta(mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    params
}

/// A request's parameters with the metadata of 2026-07-28, of a client with these capabilities.
#[must_use]
pub fn with_capabilities(params: Value, capabilities: Value) -> Value {
    let mut params = with_meta(params);
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
    params
}

/// A tool's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Told(pub Value);

impl Told {
    /// The answer in a response to `tools/call`.
    #[must_use]
    pub fn of(response: &Value) -> Self {
        let result = &response["result"];
        let told = result["structuredContent"].clone();
        assert!(told["success"].is_boolean(), "not the one shape: {response}");
        let text: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().expect("a text")).expect("JSON");
        assert_eq!(text, told, "the text mirrors the structured content");
        let failed = result["isError"].as_bool().unwrap_or(false);
        assert_eq!(failed, told["success"] == false, "isError says the same as success");
        if failed {
            let fields = ["error_code", "http_status", "error_message", "retry_safe", "details"];
            assert!(fields.iter().all(|field| !told[field].is_null()), "an incomplete failure: {told}");
        }
        Self(told)
    }

    /// The data of a success. A call for this alone asserts that it is one.
    ///
    /// # Panics
    /// When it is a failure.
    pub fn data(&self) -> &Value {
        assert_eq!(self.0["success"], true, "refused: {}", self.0);
        &self.0["data"]
    }

    /// The error code of a failure. A call for this alone asserts that it is one.
    ///
    /// # Panics
    /// When it is a success.
    pub fn code(&self) -> &str {
        self.0["error_code"].as_str().unwrap_or_else(|| panic!("not refused: {}", self.0))
    }

    /// The details of a failure.
    #[must_use]
    pub fn details(&self) -> &Value {
        &self.0["details"]
    }

    /// Whether it is a success.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.0["success"] == true
    }
}
