//! How often, and in which order: servers take turns in short rounds, so that a noisy moment of the machine meets all.

use crate::peer::Peer;
use crate::workload::Work;
use std::time::{Duration, Instant};
use tests::samples::Samples;

/// How much is measured.
pub(crate) struct Effort {
    pub(crate) starts: usize,
    pub(crate) rounds: usize,
    /// Calls of a round, one after the other.
    pub(crate) calls: usize,
    /// Calls of a round with 32 in flight.
    pub(crate) flood: usize,
    /// Calls under strace.
    pub(crate) traced: usize,
    /// Stays from booking to checkout.
    pub(crate) stays: usize,
    /// Rooms, guests and bookings of the large hotel.
    pub(crate) rooms: u32,
    pub(crate) guests: u32,
    pub(crate) bookings: u32,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        starts: 40,
        rounds: 10,
        calls: 200,
        flood: 1_000,
        traced: 100,
        stays: 150,
        rooms: 20_000,
        guests: 100_000,
        bookings: 1_000_000,
    };
    pub(crate) const QUICK: Self = Self {
        starts: 5,
        rounds: 2,
        calls: 50,
        flood: 200,
        traced: 10,
        stays: 10,
        rooms: 200,
        guests: 1_000,
        bookings: 10_000,
    };
}

pub(crate) const IN_FLIGHT: usize = 32;

/// The median time from starting each server to its first list of tools.
pub(crate) fn starts<const N: usize>(effort: &Effort, start: [&dyn Fn() -> Peer; N]) -> [Duration; N] {
    let mut samples = start.map(|_| Samples::default());
    for _ in 0..effort.starts {
        for (start, samples) in start.iter().zip(&mut samples) {
            let began = Instant::now();
            let mut peer = start();
            peer.list_tools();
            samples.add(began.elapsed());
        }
    }
    samples.map(|samples| samples.p50())
}

/// How long each call takes on each server, one in flight.
pub(crate) fn in_turns<const N: usize>(effort: &Effort, peers: &mut [Peer; N], work: &Work) -> [Samples; N] {
    let mut samples = [(); N].map(|()| Samples::default());
    for round in 0..=effort.rounds {
        for (peer, samples) in peers.iter_mut().zip(&mut samples) {
            for turn in 0..effort.calls {
                let took = peer.call(work, round * effort.calls + turn);
                // The first round warms up caches.
                if round > 0 {
                    samples.add(took);
                }
            }
        }
    }
    samples
}

/// How many calls a second each server answers with many in flight: the median round.
pub(crate) fn throughputs<const N: usize>(effort: &Effort, peers: &mut [Peer; N], work: &Work) -> [f64; N] {
    let mut samples = [(); N].map(|()| Samples::default());
    for round in 0..effort.rounds {
        for (peer, samples) in peers.iter_mut().zip(&mut samples) {
            let turns = round * effort.flood..(round + 1) * effort.flood;
            samples.add(peer.flood(work, turns, IN_FLIGHT));
        }
    }
    let calls = u32::try_from(effort.flood).map_or(0.0, f64::from);
    samples.map(|samples| calls / samples.p50().as_secs_f64())
}
