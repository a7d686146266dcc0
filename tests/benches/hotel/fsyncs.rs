//! How often a server forces its writes to disk, as strace sees it.

use crate::peer::Peer;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The syncs per call while `call` is done `calls` times; none where there is no strace, or it may not attach.
pub(crate) fn during(
    peer: &mut Peer,
    calls: usize,
    mut call: impl FnMut(&mut Peer, usize) -> Duration,
) -> Option<f64> {
    let log = std::env::temp_dir().join(format!("hotel-bench-fsyncs-{}", peer.pid()));
    let mut strace = Command::new("strace")
        .args(["-f", "-e", "trace=fsync,fdatasync", "-o"])
        .arg(&log)
        .args(["-p", &peer.pid().to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    // It says on stderr when it has attached, or that it may not.
    let mut said = String::new();
    let attached =
        BufReader::new(strace.stderr.take()?).read_line(&mut said).is_ok() && said.contains("attached");
    if attached {
        for turn in 0..calls {
            call(peer, turn);
        }
        let _ = Command::new("kill").args(["-INT", &strace.id().to_string()]).status();
    }
    strace.wait().ok()?;
    let text = std::fs::read_to_string(&log);
    let _ = std::fs::remove_file(&log);
    let count = text.ok()?.lines().filter(|line| line.contains("sync(")).count();
    let per = |n: usize| u32::try_from(n).map_or(0.0, f64::from);
    attached.then(|| per(count) / per(calls))
}
