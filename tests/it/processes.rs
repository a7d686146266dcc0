//! Eight servers on one hotel: staff, kiosk and guests call everything at once, often for the same booking, while servers
//! are killed, told to stop and left by their clients. Nothing is lost and nothing is done twice.
//!
//! `PROCESSES_ROUNDS=50 cargo test -p tests processes::` makes more rounds; `SEED` makes others.

mod books;
mod servers;
mod told;
mod wishes;

use crate::kills::{number, random};
use servers::Servers;
use std::sync::Arc;
use tokio::task::JoinSet;
use told::Ledger;
use wishes::{Caller, Wish};

/// How many agents each caller has, and how many wishes an agent.
const AGENTS: [(Caller, u64); 4] =
    [(Caller::Manager, 6), (Caller::Kiosk, 4), (Caller::Beth, 3), (Caller::Carl, 3)];
const WISHES: u64 = 18;

/// A chain of random numbers: splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn of(seed: u64) -> Self {
        Self(random(seed))
    }

    /// Another chain that begins here.
    pub(crate) fn split(&mut self) -> Self {
        Self(self.below(u64::MAX))
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = random(self.0);
        self.0 % limit
    }

    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("fits")]
    }
}

/// Says which seed it was when a round fails, wherever it fails.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the storm of SEED={} did harm", self.0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_servers_that_come_and_go_lose_nothing_and_do_nothing_twice() {
    let first = number("SEED", 1);
    for seed in first..first + number("PROCESSES_ROUNDS", 2) {
        storm(seed).await;
    }
}

async fn storm(seed: u64) {
    let _named = Named(seed);
    let servers = Arc::new(Servers::start(Luck(seed)).await);
    let mut agents = JoinSet::new();
    for (caller, how_many) in AGENTS {
        for agent in 0..how_many {
            let servers = Arc::clone(&servers);
            let name = format!("{seed}-{caller:?}-{agent}");
            let mut luck = Luck(seed ^ random(u64::from(caller as u8) << 8 | agent));
            agents.spawn(async move {
                let mut ledger = Ledger::default();
                for n in 0..WISHES {
                    let wish = Wish::random(caller, &mut luck, &format!("{name}-{n}"));
                    ledger.note(caller, wish.see_through(&servers).await);
                }
                ledger
            });
        }
    }
    let mut ledger = Ledger::default();
    while let Some(agent) = agents.join_next().await {
        ledger.append(agent.expect("an agent whose calls were all answered"));
    }
    let ended = servers.leave_a_hotel_at_rest().await;
    books::show_each_effect_once(servers.world(), &ledger);
    ledger.is_told_again(&servers).await;
    books::show_each_effect_once(servers.world(), &ledger);
    eprintln!("SEED={seed}: {ended:?}; {}", ledger.tally());
    ended.was_a_storm();
}
