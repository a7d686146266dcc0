//! A server under measurement: one process, one pipe each way. Answers are stamped when they come, by a thread that does
//! nothing else.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Nothing here takes as long.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running server. Dropping it ends it.
pub(crate) struct Peer {
    child: Child,
    input: ChildStdin,
    answers: Receiver<(Instant, String)>,
    made: Vec<Instant>,
}

/// A call that was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Which one, in the order they were made.
    pub(crate) id: usize,
    pub(crate) made: Instant,
    pub(crate) at: Instant,
    pub(crate) line: String,
}

impl Answered {
    pub(crate) fn succeeded(&self) -> bool {
        self.line.contains("\"success\":true")
    }

    /// The data of a success.
    pub(crate) fn data(&self) -> Value {
        let answer: Value = serde_json::from_str(&self.line).expect("JSON");
        answer["result"]["structuredContent"]["data"].clone()
    }
}

impl Peer {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the server starts");
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let mut output = BufReader::with_capacity(1 << 16, output.expect("piped"));
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            loop {
                let mut line = String::new();
                let read = output.read_line(&mut line).unwrap_or(0);
                let now = Instant::now();
                if read == 0 || sender.send((now, line)).is_err() {
                    return;
                }
            }
        });
        Self { child, input: input.expect("piped"), answers, made: vec![] }
    }

    /// Makes a call and does not wait; its id.
    pub(crate) fn send(&mut self, tool: &str, arguments: &Value) -> usize {
        let id = self.made.len();
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {}
        });
        let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
        let request = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        let line = format!("{request}\n");
        self.made.push(Instant::now());
        self.input.write_all(line.as_bytes()).expect("the server reads");
        id
    }

    /// Waits for this many answers, in whatever order they come.
    pub(crate) fn receive(&mut self, count: usize) -> Vec<Answered> {
        let mut answered = vec![];
        while answered.len() < count {
            let (at, line) = self.answers.recv_timeout(PATIENCE).expect("an answer");
            let message: Value = serde_json::from_str(&line).expect("JSON");
            let Some(id) = message["id"].as_u64().and_then(|id| usize::try_from(id).ok()) else { continue };
            answered.push(Answered { id, made: self.made[id], at, line });
        }
        answered
    }

    /// Makes a call and waits for it.
    pub(crate) fn alone(&mut self, tool: &str, arguments: &Value) -> Answered {
        self.send(tool, arguments);
        self.receive(1).remove(0)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
