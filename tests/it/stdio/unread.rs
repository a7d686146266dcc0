//! A client that does not read: the log on stderr keeps nobody waiting, and answers that nobody takes keep requests from
//! being read, instead of filling the memory.

#![cfg(unix)]

use super::{call, request};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tests::World;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin};

/// Nothing here takes this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server whose stderr is a pipe that nobody reads.
fn unheard(world: &World, env: &[(&str, &str)]) -> Child {
    let mut command = world.command("staff-server", &[], env);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.spawn().expect("it starts")
}

/// Sends lines and answers as many answers.
async fn answered(child: &mut Child, lines: Vec<String>) -> Vec<Value> {
    let mut input: ChildStdin = child.stdin.take().expect("piped");
    let amount = lines.len();
    let sending = tokio::spawn(async move {
        for line in lines {
            input.write_all(format!("{line}\n").as_bytes()).await.expect("it reads");
        }
        input
    });
    let mut output = BufReader::new(child.stdout.as_mut().expect("piped")).lines();
    let mut answers = vec![];
    while answers.len() < amount {
        let line = tokio::time::timeout(PATIENCE, output.next_line()).await.expect("an answer in time");
        answers.push(serde_json::from_str(&line.expect("a line").expect("it lives")).expect("JSON"));
    }
    child.stdin = Some(sending.await.expect("it was sent"));
    answers
}

/// Told to end, it ends with exit code 0.
async fn ends(child: &mut Child) {
    let pid = child.id().expect("running").to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    let ended = tokio::time::timeout(Duration::from_secs(20), child.wait()).await.expect("it ends");
    assert_eq!(ended.expect("a status").code(), Some(0));
}

#[tokio::test]
async fn two_thousand_calls_are_answered_though_nobody_reads_the_log() {
    let world = World::new();
    let mut child = unheard(&world, &[("RUST_LOG", "info")]);
    let lines = (0..2_000).map(|id| match id % 4 {
        0 => call(id, "search_contacts", &json!({"query": "Beth"})),
        1 => call(id, "there_is_no_such_tool", &json!({})),
        2 => call(id, "search_rooms_on_behalf_of_staff", &json!({"room_number": "101"})),
        _ => request(id, "nonsense/method", json!({})),
    });
    let answers = answered(&mut child, lines.collect()).await;
    let wrong = answers.iter().filter(|answer| answer["error"].is_object()).count();
    assert_eq!(wrong, 1_000);
    ends(&mut child).await;
}

/// What a client calls things is not said back at length, to the log neither.
#[tokio::test]
async fn long_texts_of_clients_do_not_fill_the_log_and_what_is_dropped_is_counted() {
    let world = World::new();
    let mut child = unheard(&world, &[("RUST_LOG", "trace")]);
    let long = "x".repeat(100_000);
    let lines = (0..400).map(|id| match id % 2 {
        0 => call(id, &long, &json!({})),
        _ => request(id, &long, json!({})),
    });
    assert_eq!(answered(&mut child, lines.collect()).await.len(), 400);
    let more = (1_000..3_000).map(|id| call(id, "nobody_has_this_tool\nWARN forged", &json!({})));
    answered(&mut child, more.collect()).await;
    // Each is logged step by step.
    let nobody = json!({"guest_email": "nobody@guests.example"});
    let logged = (3_000..7_000).map(|id| call(id, "check_in_guest", &nobody));
    answered(&mut child, logged.collect()).await;
    // Now somebody reads, and more is said.
    let mut stderr = child.stderr.take().expect("piped");
    let reading = tokio::spawn(async move {
        let mut said = String::new();
        stderr.read_to_string(&mut said).await.map(|_| said)
    });
    drop(child.stdin.take());
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await.expect("it ends").expect("a status");
    assert_eq!(ended.code(), Some(0));
    let said = reading.await.expect("it was read").expect("text");
    assert!(said.contains("lines of the log were dropped"), "{}", &said[said.len().saturating_sub(2_000)..]);
    let longest = said.lines().map(str::len).max().unwrap_or_default();
    assert!(longest < 2_100, "a line of {longest} bytes");
    assert!(!said.lines().any(|line| line.starts_with("WARN forged")), "a client wrote a line of the log");
    assert!(
        !said.contains("nobody_has_this_tool") && !said.contains("xxxx"),
        "what clients said is in the log"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_client_that_reads_no_answers_is_not_read_any_further() {
    let world = World::new();
    let mut child = unheard(&world, &[]);
    // It is served before, so that what it costs to start does not count.
    answered(&mut child, vec![call(0, "search_rooms_on_behalf_of_staff", &json!({"limit": 50}))]).await;
    let before = resident_kb(&child);
    let mut input = child.stdin.take().expect("piped");
    let mut sending = tokio::spawn(async move {
        for id in 1..=20_000 {
            let line = call(id, "search_rooms_on_behalf_of_staff", &json!({"limit": 50}));
            if input.write_all(format!("{line}\n").as_bytes()).await.is_err() {
                return;
            }
        }
    });
    // However long one waits, the rest stays in the pipe.
    let all_read = tokio::time::timeout(Duration::from_secs(5), &mut sending).await;
    assert!(all_read.is_err(), "it read all that was sent");
    let grown = resident_kb(&child).saturating_sub(before);
    assert!(grown < 64 << 10, "it grew by {grown} KB");
    ends(&mut child).await;
    sending.abort();
}

/// How much of its memory is resident.
#[cfg(target_os = "linux")]
fn resident_kb(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().expect("running")));
    let status = status.expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}
