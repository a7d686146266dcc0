//! Several servers on one folder, each with calls in flight: what they do together, and how long the unluckiest call
//! waits. And one server with everybody on one booking.

use crate::hotels::Hotel;
use crate::measure::{Effort, IN_FLIGHT};
use crate::peer::Peer;
use crate::report::Report;
use crate::workload::Work;
use std::thread;
use std::time::{Duration, Instant};
use tests::samples::Samples;

/// Writes that each server has in flight.
const EACH: usize = 8;

/// 1, 2, 4 and 8 servers on one folder.
pub(crate) fn of_servers(report: &mut Report, effort: &Effort) {
    let mut alone = None;
    for servers in [1, 2, 4, 8] {
        // The same number of calls in all, so that the hotel and its journal grow alike.
        let (rate, waits) = together(effort, servers, &Work::Write);
        let share = rate / *alone.get_or_insert(rate);
        let most = waits.worst().as_secs_f64() / waits.p50().as_secs_f64();
        report.crowd(servers, rate, share, &waits, most);
    }
}

/// Everybody on one booking: one call after the other, then many in flight.
pub(crate) fn on_one_booking(report: &mut Report, effort: &Effort) {
    let hotel = Hotel::small();
    let mut peer = hotel.staff();
    let mut next = 0;
    let mut rates = [1, IN_FLIGHT].map(|in_flight| (in_flight, Samples::default()));
    for _ in 0..=effort.rounds {
        for (in_flight, samples) in &mut rates {
            let turns = next..next + effort.flood / 2;
            next = turns.end;
            samples.add(peer.flood(&Work::OneBooking, turns, *in_flight));
        }
    }
    let calls = u32::try_from(effort.flood / 2).map_or(0.0, f64::from);
    let [one_by_one, many] = rates.map(|(_, samples)| calls / samples.p50().as_secs_f64());
    report.one_booking(one_by_one, many);
}

/// So many servers at once: calls a second in all, and how long each call took.
fn together(effort: &Effort, servers: usize, work: &Work) -> (f64, Samples) {
    let hotel = Hotel::small();
    let mut peers: Vec<Peer> = (0..servers).map(|_| hotel.staff()).collect();
    for (at, peer) in peers.iter_mut().enumerate() {
        peer.list_tools();
        peer.flood(work, at * EACH..(at + 1) * EACH, EACH); // warmed up
    }
    let calls = effort.flood * 4 / servers;
    let began = Instant::now();
    let waits: Vec<Vec<Duration>> = thread::scope(|scope| {
        let all: Vec<_> = peers
            .iter_mut()
            .enumerate()
            .map(|(at, peer)| scope.spawn(move || peer.timed_flood(work, at * calls..(at + 1) * calls, EACH)))
            .collect();
        all.into_iter().map(|one| one.join().expect("every call is answered")).collect()
    });
    let took = began.elapsed();
    let mut samples = Samples::default();
    waits.into_iter().flatten().for_each(|wait| samples.add(wait));
    let done = u32::try_from(calls * servers).map_or(0.0, f64::from);
    (done / took.as_secs_f64(), samples)
}
