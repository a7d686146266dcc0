//! A server under measurement: one process, one pipe each way, no client library in between, so that what is measured
//! is the server. Every answer is looked at: a fast refusal is no result.

use crate::workload::Work;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Whose tools a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The floor.
    Bare,
    /// The product's.
    Staff,
}

/// A running server. Dropping it ends it.
pub(crate) struct Peer {
    kind: Kind,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: u64,
    line: String,
}

impl Peer {
    pub(crate) fn start(kind: Kind, mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the server starts");
        let (input, output) = (child.stdin.take(), child.stdout.take());
        Self {
            kind,
            child,
            input: input.expect("piped"),
            output: BufReader::with_capacity(1 << 16, output.expect("piped")),
            next_id: 0,
            line: String::new(),
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A request as one line, complete by itself as the protocol of 2026-07-28 has it.
    fn request(&mut self, method: &str, mut params: Value) -> String {
        self.next_id += 1;
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {}
        });
        format!("{}\n", json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}))
    }

    fn send(&mut self, line: &str) {
        self.input.write_all(line.as_bytes()).expect("the server reads");
    }

    fn receive(&mut self) -> &str {
        self.line.clear();
        let read = self.output.read_line(&mut self.line).expect("the server writes");
        assert!(read > 0, "the server is gone");
        &self.line
    }

    pub(crate) fn list_tools(&mut self) {
        let line = self.request("tools/list", json!({}));
        self.send(&line);
        assert!(self.receive().contains("\"tools\""), "no list of tools: {}", self.line);
    }

    /// Calls a tool and waits; the answer's data.
    pub(crate) fn tool(&mut self, name: &str, arguments: &Value) -> (Duration, Value) {
        let line = self.request("tools/call", json!({"name": name, "arguments": arguments}));
        let began = Instant::now();
        self.send(&line);
        self.receive();
        let took = began.elapsed();
        let answer: Value = serde_json::from_str(&self.line).expect("JSON");
        let told = &answer["result"]["structuredContent"];
        assert!(told["success"] == true, "{name} was not done: {answer}");
        (took, told["data"].clone())
    }

    /// Does a piece of work for the `turn`-th time.
    pub(crate) fn call(&mut self, work: &Work, turn: usize) -> Duration {
        let (tool, arguments) = work.call(self.kind, turn);
        self.tool(tool, &arguments).0
    }

    /// Does a piece of work for each of `turns`, so many at a time.
    pub(crate) fn flood(&mut self, work: &Work, turns: std::ops::Range<usize>, in_flight: usize) -> Duration {
        let lines: Vec<String> = turns
            .map(|turn| {
                let (tool, arguments) = work.call(self.kind, turn);
                self.request("tools/call", json!({"name": tool, "arguments": arguments}))
            })
            .collect();
        let began = Instant::now();
        for at in 0..lines.len() + in_flight {
            if at >= in_flight {
                let done = self.receive().contains("\"success\":true");
                assert!(done, "{} was not done: {}", work.name(), self.line);
            }
            if let Some(line) = lines.get(at) {
                self.send(line);
            }
        }
        began.elapsed()
    }

    /// The same, and how long each call took.
    pub(crate) fn timed_flood(
        &mut self,
        work: &Work,
        turns: std::ops::Range<usize>,
        in_flight: usize,
    ) -> Vec<Duration> {
        let first = self.next_id + 1;
        let lines: Vec<String> = turns
            .map(|turn| {
                let (tool, arguments) = work.call(self.kind, turn);
                self.request("tools/call", json!({"name": tool, "arguments": arguments}))
            })
            .collect();
        let mut sent: Vec<Instant> = vec![];
        let mut took = vec![];
        for at in 0..lines.len() + in_flight {
            if at >= in_flight {
                let answer: Value = serde_json::from_str(self.receive()).expect("JSON");
                assert!(answer["result"]["structuredContent"]["success"] == true, "not done: {answer}");
                let place =
                    answer["id"].as_u64().and_then(|id| usize::try_from(id - first).ok()).expect("an id");
                took.push(sent[place].elapsed());
            }
            if let Some(line) = lines.get(at) {
                sent.push(Instant::now());
                self.send(line);
            }
        }
        took
    }

    /// Resident memory in MiB; none where there is no /proc.
    pub(crate) fn resident_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib / 1024.0)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
