//! An agent that loses an answer plans anew: another token or none, the next free room, other spacing and case, another
//! server; meanwhile servers are killed. Each of its wishes is granted once. The same trajectories are played against a
//! server that goes by tokens alone, and both counts are printed side by side.
//!
//! `REPLANNING_TRAJECTORIES=10000 cargo test -p tests replanning -- --nocapture` plays more; `SEED` plays others.

mod agent;
mod hotel;
mod naive;
mod trajectories;
mod words;

use crate::kills::number;
use agent::play;
use hotel::OurHotel;
use naive::NaiveServer;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tests::{Backend, World};
use tokio::task::JoinSet;
use trajectories::{Loss, Trajectory, Wish};

/// Trajectories at a time: part of each is waiting for processes to start and end.
const AT_A_TIME: usize = 20;

/// What there may be one of.
const fn kind(wish: &Wish) -> &'static str {
    match wish {
        Wish::Book { .. } => "bookings",
        Wish::Towels { .. } => "cases of guests",
        Wish::Repair { .. } => "cases of maintenance",
        Wish::CheckIn { .. } => "check-ins",
        Wish::CheckOut { .. } => "charges",
    }
}

/// What was played of a kind of wish, and what came of it.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    trajectories: i64,
    calls: u64,
    lost: usize,
    killed: u64,
    second: i64,
    naive_second: i64,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.trajectories += other.trajectories;
        self.calls += other.calls;
        self.lost += other.lost;
        self.killed += other.killed;
        self.second += other.second;
        self.naive_second += other.naive_second;
    }
}

async fn trajectory(seed: u64, seeded: Arc<World>) -> (&'static str, Count) {
    let played = Trajectory::of(seed);
    let mut naive = NaiveServer::default();
    play(&played, &mut naive).await;
    let world = seeded.copy().with_env("HOTEL_CALL_DEADLINE_SECONDS", "7");
    let mut ours = OurHotel::on(world, &played);
    let (calls, told) = play(&played, &mut ours).await;
    let granted = told["success"] == true || told["error_code"] == "ALREADY_BOOKED";
    assert!(granted, "{played:#?}\nended with {told}");
    ours.comes_to_rest().await;
    let effects = ours.effects(&played.wish);
    assert!(effects > 0, "{played:#?}\nwas told {told}, and there is nothing");
    if effects > 1 {
        eprintln!("{effects} of one wish: {played:#?}");
    }
    let count = Count {
        trajectories: 1,
        calls,
        lost: played.attempts.iter().filter(|attempt| attempt.loss != Loss::None).count(),
        killed: ours.killed,
        second: effects - 1,
        naive_second: (naive.effects() - 1).max(0),
    };
    (kind(&played.wish), count)
}

fn table(counts: &BTreeMap<&str, Count>) -> String {
    let mut text = String::from(
        "| one too many | trajectories | calls | answers lost | servers killed | this hotel | by tokens alone |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    for (kind, c) in counts {
        let Count { trajectories, calls, lost, killed, second, naive_second } = c;
        writeln!(
            text,
            "| {kind} | {trajectories} | {calls} | {lost} | {killed} | {second} | {naive_second} |"
        )
        .expect("a line");
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_plans_anew_gets_one_of_what_it_wished_for_and_pays_once() {
    let (first, many) = (number("SEED", 1), number("REPLANNING_TRAJECTORIES", 120));
    let seeded = Arc::new(World::in_memory(Backend::Embedded));
    seeded.run_staff(&["reconcile", "--json"]).await; // makes the hotel
    let mut playing = JoinSet::new();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut note = |ended: Option<Result<(&'static str, Count), tokio::task::JoinError>>| {
        let (kind, count) = ended.expect("a trajectory").expect("it was played to its end");
        counts.entry(kind).or_default().add(&count);
    };
    for seed in first..first + many {
        if playing.len() >= AT_A_TIME {
            note(playing.join_next().await);
        }
        playing.spawn(trajectory(seed, Arc::clone(&seeded)));
    }
    while !playing.is_empty() {
        note(playing.join_next().await);
    }
    eprintln!("{}", table(&counts));
    for (kind, count) in &counts {
        assert_eq!(count.second, 0, "{kind}: one too many");
    }
    // Nobody comes twice to a hotel that knows who is in; of all else there would be a second one.
    for kind in ["bookings", "cases of guests", "cases of maintenance", "charges"] {
        assert!(counts[kind].naive_second > 0, "{kind}: no trajectory would have done harm anywhere");
    }
}
