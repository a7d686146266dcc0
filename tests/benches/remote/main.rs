//! What the servers cost on the real systems: the release binaries over stdio against the fakes, which take as long as the
//! systems did in published articles about the same tools (docs/evidence.md).
//!
//! `cargo bench -p tests --bench remote`; `-- --quick` for a look whether it still runs, `-- --full` to wait as long as
//! the articles did where otherwise latencies are a tenth of that (one guest after the other); `-- --sustained` for the
//! minute of 100 calls a second alone. Own time is never scaled.
#![allow(clippy::print_stdout)]

mod articles;
mod crowd;
mod peer;
mod report;
mod stage;
mod sustained;
mod tools;
mod trace;

use articles::Pace;
use report::Report;

/// How much is measured.
pub(crate) struct Effort {
    /// Guests, one after the other.
    alone: usize,
    /// How often a crowd of 20 comes.
    crowds: usize,
    /// Seconds of 100 calls each.
    seconds: usize,
    /// What latencies are divided by for one guest after the other.
    divided_by: u32,
}

fn main() {
    let has = |name: &str| std::env::args().any(|argument| argument == name);
    let mut effort = if has("--quick") {
        Effort { alone: 4, crowds: 1, seconds: 10, divided_by: 10 }
    } else {
        Effort { alone: 25, crowds: 3, seconds: 60, divided_by: 10 }
    };
    if has("--full") {
        effort.divided_by = 1;
    }
    println!("{}\n", tests::machine());
    println!("{}", report::scale(effort.divided_by));
    let mut report = Report::default();
    if has("--sustained") {
        sustained::calls(&mut report, effort.seconds);
        return;
    }
    for saved in [1.0, 0.75, 0.5] {
        let pace = Pace { saved, divided_by: effort.divided_by };
        tools::stays(&mut report, &effort, pace);
    }
    let pace = Pace { divided_by: effort.divided_by, ..Pace::REAL };
    tools::others(&mut report, &effort, pace);
    crowd::of(&mut report, 20, effort.crowds);
    crowd::of(&mut report, 200, 1);
    sustained::calls(&mut report, effort.seconds);
    println!("{report}");
    println!("{}\n", tests::machine());
}
