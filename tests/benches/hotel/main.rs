//! What the servers cost: the release binaries over stdio, interleaved with a bare rmcp server over the same SQLite,
//! in a hotel of 22 rooms and in one of 20,000 rooms and a million bookings.
//!
//! `cargo bench -p tests`, or `cargo bench -p tests -- --quick` for a look whether it still runs, `-- --servers` for
//! several servers on one folder alone. A machine's figures
//! say little by themselves, so the table is one of ratios beside the limits of the design.
#![allow(clippy::print_stdout)]

mod bare;
mod crowd;
mod fsyncs;
mod hotels;
mod measure;
mod peer;
mod report;
mod stays;
mod workload;

use hotels::Hotel;
use measure::{Effort, in_turns, starts, throughputs};
use peer::Peer;
use report::{Report, Verdict};
use workload::Work;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, folder] = arguments.as_slice()
        && command == bare::COMMAND
    {
        return bare::serve(folder.as_ref());
    }
    let effort =
        if arguments.iter().any(|argument| argument == "--quick") { Effort::QUICK } else { Effort::FULL };
    println!("{} at the start\n", tests::machine());
    if arguments.iter().any(|argument| argument == "--servers") {
        let mut report = Report::default();
        together(&mut report, &effort);
        return println!("{report}");
    }
    let (small, large) = (Hotel::small(), Hotel::large(&effort));
    let mut report = Report::default();
    start_up(&mut report, &effort, &small, &large);
    calls(&mut report, &effort, &small, &large);
    together(&mut report, &effort);
    println!("{report}");
}

/// What several do at once.
fn together(report: &mut Report, effort: &Effort) {
    crowd::of_servers(report, effort);
    crowd::on_one_booking(report, effort);
}

/// From starting the process to the whole of its first answer to tools/list.
fn start_up(report: &mut Report, effort: &Effort, small: &Hotel, large: &Hotel) {
    let [bare, few, many] = starts(effort, [&|| small.bare(), &|| small.staff(), &|| large.staff()]);
    report.times("start to first tools/list", bare, few, many, Verdict::AtMostMillis(10.0));
}

fn calls(report: &mut Report, effort: &Effort, small: &Hotel, large: &Hotel) {
    let mut peers = [small.bare(), small.staff(), large.staff()];
    for peer in &mut peers {
        peer.list_tools();
    }
    for (work, limit) in workload::compared() {
        let [bare, few, many] = in_turns(effort, &mut peers, &work);
        report.times(
            &format!("{}, p50", work.name()),
            bare.p50(),
            few.p50(),
            many.p50(),
            Verdict::TimesBare(limit),
        );
        report.times(&format!("{}, p99", work.name()), bare.p99(), few.p99(), many.p99(), Verdict::Shown);
        let [bare, few, many] = throughputs(effort, &mut peers, &work);
        report.rates(&format!("{}, 32 in flight", work.name()), bare, few, many, Verdict::TimesBare(limit));
    }
    let [bare, few, many] = peers.each_ref().map(Peer::resident_mib);
    report.sizes("resident memory after that", bare, few, many, Verdict::AtMostMib(16.0));

    let [_, few, many] = &mut peers;
    let (few_stays, many_stays) = (stays::whole(effort, few), stays::whole(effort, many));
    for (name, few, many) in few_stays.beside(&many_stays) {
        report.pairs(name, few.p50(), many.p50());
    }
    for read in workload::searches() {
        let [_, few, many] = in_turns(effort, &mut peers, &read);
        report.pairs(&format!("{}, p50", read.name()), few.p50(), many.p50());
    }
    fsyncs_per_call(report, effort, &mut peers);
}

fn fsyncs_per_call(report: &mut Report, effort: &Effort, peers: &mut [Peer; 3]) {
    for (work, most) in [(Work::ReadByNumber, 0.0), (Work::Write, 2.0)] {
        let counted = peers
            .each_mut()
            .map(|peer| fsyncs::during(peer, effort.traced, |peer, turn| peer.call(&work, turn)));
        report.counts(&format!("fsyncs per {}", work.name()), counted, most);
    }
    let [_, few, many] = peers;
    let checkouts = [few, many].map(|peer| stays::fsyncs_per_checkout(effort, peer));
    report.counts("fsyncs per checkout", [None, checkouts[0], checkouts[1]], 4.0);
}
