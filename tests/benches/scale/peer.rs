//! A staff-server under load: one process, one pipe each way. Every answer is looked at: a fast refusal is no result.

use crate::process::Process;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

/// A call: the tool and its arguments.
pub(crate) type Call = (&'static str, Value);

/// A running server. Dropping it ends it.
pub(crate) struct Peer {
    pub(crate) process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: usize,
}

impl Peer {
    pub(crate) fn on(mut process: Process) -> Self {
        let (input, output) = (process.0.stdin.take(), process.0.stdout.take());
        let output = BufReader::with_capacity(1 << 16, output.expect("piped"));
        Self { process, input: input.expect("piped"), output, next_id: 0 }
    }

    /// Makes a call and does not wait.
    pub(crate) fn send(&mut self, (tool, arguments): &Call) {
        self.next_id += 1;
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {}
        });
        let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
        let request = json!({"jsonrpc": "2.0", "id": self.next_id, "method": "tools/call", "params": params});
        self.input.write_all(format!("{request}\n").as_bytes()).expect("the server reads");
    }

    /// Waits for an answer: the number of its call, and its data.
    pub(crate) fn receive(&mut self) -> (usize, Value) {
        let mut line = String::new();
        let read = self.output.read_line(&mut line).expect("the server writes");
        assert!(read > 0, "the server is gone");
        let mut answer: Value = serde_json::from_str(&line).expect("JSON");
        let told = &mut answer["result"]["structuredContent"];
        assert!(told["success"] == true, "not done: {line}");
        let data = told["data"].take();
        (answer["id"].as_u64().and_then(|id| usize::try_from(id).ok()).expect("an id"), data)
    }

    pub(crate) fn tool(&mut self, tool: &'static str, arguments: &Value) -> Value {
        self.send(&(tool, arguments.clone()));
        self.receive().1
    }

    /// Makes all calls, so many at a time; how long each took.
    pub(crate) fn flood(&mut self, calls: &[Call], in_flight: usize) -> Vec<Duration> {
        let first = self.next_id + 1;
        let (mut sent, mut took) = (vec![], vec![]);
        for at in 0..calls.len() + in_flight {
            if at >= in_flight && took.len() < calls.len() {
                let (id, _) = self.receive();
                let sent: &Instant = &sent[id - first];
                took.push(sent.elapsed());
            }
            if let Some(call) = calls.get(at) {
                sent.push(Instant::now());
                self.send(call);
            }
        }
        took
    }
}
