//! The log: lines on stderr, written by a thread of its own so that no call ever waits for them. If stderr is not
//! read, lines are dropped, and their number is logged once there is room.
//!
//! A long line is cut: some, also of the protocol library, hold clients' texts, which have no limit of their own.

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The most bytes of a log line.
const LINE: usize = 2_000;
/// The most bytes that wait to be written.
const WAITING: usize = 256 * 1024;
/// How long a process that ends waits for its last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Lines {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    dropped: u64,
    /// Whether the thread has taken lines that it has not written yet.
    writing: bool,
}

#[derive(Default)]
struct Log {
    lines: Mutex<Lines>,
    changed: Condvar,
}

static LOG: OnceLock<Log> = OnceLock::new();

impl Log {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, line: Vec<u8>) {
        let mut lines = self.lines();
        if lines.bytes + line.len() > WAITING {
            lines.dropped += 1;
            return;
        }
        lines.bytes += line.len();
        lines.waiting.push_back(line);
        drop(lines);
        self.changed.notify_all();
    }

    /// Writes lines, for ever. Write errors are ignored: there is nowhere to report them.
    fn write(&self, mut to: impl Write) {
        loop {
            let mut lines = self.lines();
            while lines.waiting.is_empty() {
                lines = self.changed.wait(lines).unwrap_or_else(PoisonError::into_inner);
            }
            lines.writing = true;
            let taken = std::mem::take(&mut lines.waiting);
            lines.bytes = 0;
            let dropped = std::mem::take(&mut lines.dropped);
            drop(lines);
            for line in taken {
                let _ = to.write_all(&line);
            }
            if dropped > 0 {
                let _ =
                    writeln!(to, "{dropped} lines of the log were dropped here: nobody read them in time");
            }
            self.lines().writing = false;
            self.changed.notify_all();
        }
    }

    /// Waits a short time until everything is written.
    fn flush(&self) {
        let end = Instant::now() + LAST_LINES;
        let mut lines = self.lines();
        while lines.writing || !lines.waiting.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            lines = self.changed.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The log; its thread starts with the first line.
fn log() -> &'static Log {
    let mut is_new = false;
    let log = LOG.get_or_init(|| {
        is_new = true;
        Log::default()
    });
    if is_new {
        let thread = std::thread::Builder::new().name("log".to_owned());
        // Without a thread there is no log, but the hotel works.
        let _ = thread.spawn(move || log.write(io::stderr()));
    }
    log
}

/// Queues a line for stderr, after all earlier log lines, without waiting.
pub(super) fn say(line: &str) {
    log().put(whole(line.as_bytes()));
}

/// Waits a short time until all queued lines are written. To be called when the process ends.
pub(super) fn flush() {
    if let Some(log) = LOG.get() {
        log.flush();
    }
}

/// Logs go to stderr, because stdout belongs to the protocol. rmcp logs whole arguments below level info, and what was wrong
/// with a request above it, so it stays at info, and its service at error, whatever RUST_LOG says.
pub(super) fn log_to_stderr() {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;
    let chosen =
        std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,skills=info,orchestrators=info".to_owned());
    let chosen: Targets = chosen.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::WARN));
    let default = chosen.default_level().unwrap_or(LevelFilter::OFF);
    let capped = |target: &str, level: LevelFilter| {
        match target {
            // Its warnings repeat what callers said: an unknown tool's name, an address.
            _ if target.starts_with("rmcp::service") => level.min(LevelFilter::ERROR),
            _ if target.starts_with("rmcp") => level.min(LevelFilter::INFO),
            _ => level,
        }
    };
    let filter = Targets::new()
        .with_default(default)
        .with_targets(["rmcp", "rmcp::service"].map(|target| (target, capped(target, default))))
        .with_targets(chosen.iter().map(|(target, level)| (target.to_owned(), capped(target, level))));
    let filter = filter.with_target(skills::telemetry::TARGET, LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Event).with_ansi(io::stderr().is_terminal());
    let lines = lines.with_filter(filter);
    let _ = tracing_subscriber::registry().with(crate::telemetry::layer()).with(lines).try_init();
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a bug")));
}

/// The subscriber's writer for one event, written at once.
struct Event;

impl Write for Event {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        log().put(whole(event));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A text as one line: cut if too long, and without line breaks, which would make one line look like two.
fn whole(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii_end();
    let cut = &text[..text.len().min(LINE)];
    let text_of_it = String::from_utf8_lossy(cut).replace(['\n', '\r'], " ");
    let more = text.len() - cut.len();
    let end = if more > 0 { format!("… ({more} bytes more)\n") } else { "\n".to_owned() };
    (text_of_it + &end).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        let log = Log::default();
        for _ in 0..WAITING / 100 + 7 {
            log.put(vec![b'x'; 100]);
        }
        let lines = log.lines();
        assert_eq!((lines.waiting.len(), lines.dropped), (WAITING / 100, 7));
    }

    #[test]
    fn a_line_is_one_line_and_not_long() {
        assert_eq!(whole(b"told twice\nWARN a forged line\n"), b"told twice WARN a forged line\n");
        let long = String::from_utf8(whole("é".repeat(LINE).as_bytes())).unwrap();
        assert!(long.len() < LINE + 50 && long.ends_with("… (2000 bytes more)\n"), "{long}");
    }
}
