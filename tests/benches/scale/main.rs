//! What calls cost on a Restate server: check-in and checkout on the embedded hotel with 1, 2 and 4 workers behind one address,
//! beside the embedded engine; memory, bytes kept per call, and the time until another worker takes over.
//!
//! `cargo bench -p tests --bench scale`, or `-- --quick` for a look whether it still runs. It needs the Restate server:
//! `npm ci --ignore-scripts` in tests/restate. Everything runs on this one machine, so more workers show how calls are
//! spread, not how far a hotel can grow.
#![allow(clippy::print_stdout)]

mod balancer;
mod engine;
mod hotel;
mod peer;
mod process;
mod report;
mod setting;
mod stays;
mod takeover;

use engine::Engine;
use report::Report;
use setting::Setting;

/// How much is measured.
pub(crate) struct Effort {
    /// How often all settings are measured in turn.
    rounds: usize,
    /// Stays of a round, by how many calls are in flight.
    stays: [(usize, usize); 3],
    /// Workers that are killed in the middle of a checkout.
    kills: usize,
}

impl Effort {
    const FULL: Self = Self { rounds: 3, stays: [(1, 60), (16, 128), (64, 256)], kills: 20 };
    const QUICK: Self = Self { rounds: 1, stays: [(1, 4), (16, 16), (64, 64)], kills: 2 };
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    if let Err(why) = engine::server() {
        return println!("SKIPPED, nothing was measured: {why}");
    }
    let worker = process::worker();
    println!("{}; Restate server {}\n", tests::machine(), engine::version());
    let mut report = Report::default();
    for round in 0..effort.rounds {
        for setting in setting::ALL {
            eprintln!("round {}: {setting}", round + 1);
            measure(&mut report, &effort, setting, &worker);
        }
    }
    takeover::measure(&mut report, &effort, &worker);
    println!("{report}");
}

/// One round on one setting. All is started anew, so that no setting meets what another has left.
fn measure(report: &mut Report, effort: &Effort, setting: Setting, worker: &std::path::Path) {
    let rooms = effort.stays.iter().map(|(_, stays)| *stays).max().unwrap_or_default();
    let hotels: Vec<_> = (0..setting.hotels).map(|_| hotel::Hotel::of(rooms)).collect();
    if setting.workers == 0 {
        let mut peers: Vec<_> = hotels.iter().map(|hotel| hotel.staff(None)).collect();
        let done = stays::rounds(report, effort, setting, &mut peers);
        report.memory(setting, "staff-server", peers.iter().filter_map(|peer| peer.process.resident_mib()));
        drop(peers);
        let kept = hotels.iter().map(hotel::Hotel::bytes_of_journal).sum();
        return report.kept(setting, "journal.db", kept, done);
    }
    let engine = Engine::start();
    let workers = engine.workers(worker, &hotels, setting.workers, balancer::Turns::RoundRobin);
    let mut peers: Vec<_> = hotels.iter().map(|hotel| hotel.staff(Some(&engine.ingress))).collect();
    stays::warm_up(&mut peers);
    let before = (engine.bytes_of_folder(), engine.bytes_of_state());
    let done = stays::rounds(report, effort, setting, &mut peers);
    report.share_of_busiest(setting, &workers.seconds_of_processor());
    report.memory(setting, "staff-server", peers.iter().filter_map(|peer| peer.process.resident_mib()));
    report.memory(setting, "a worker", workers.resident_mib());
    report.memory(setting, "Restate server", engine.process.resident_mib().into_iter());
    report.kept(setting, "state, for HOTEL_AUDIT_DAYS", engine.bytes_of_state() - before.1, done);
    report.kept(setting, "data folder, log and journals included", engine.bytes_of_folder() - before.0, done);
}
