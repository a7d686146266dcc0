//! Servers killed in the middle of their calls. A round sends calls, kills the server after so many of its writes have
//! reached the disk, starts another, and makes the same calls again: each must have been done once.
//!
//! `KILLS=500 cargo test --release -p tests kills` makes more rounds; `SEED` makes others; `KILLS_ONLY` is the one tool
//! that they kill.

use serde_json::{Value, json};
use std::sync::Arc;
use tests::scenes::{Call, LAST_PAYMENT, Scene};
use tests::{Books, Server, Told, World, day};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Rounds at a time: most of a round is waiting for a dead server's lease to end.
const AT_A_TIME: usize = 24;

/// The scenes that do not get in each other's way.
fn scenes() -> Vec<Scene> {
    tests::scenes::scenes().into_iter().filter(|scene| scene.shares_the_hotel).collect()
}

pub(crate) fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// The scenes servers are killed in: all, or those of one tool.
fn chosen_scenes() -> Vec<Scene> {
    let mut scenes = scenes();
    if let Ok(only) = std::env::var("KILLS_ONLY") {
        scenes.retain(|scene| scene.call.tool == only);
        assert!(!scenes.is_empty(), "KILLS_ONLY: no scene calls {only}");
    }
    scenes
}

/// A number of its own for each round: splitmix64.
pub(crate) fn random(seed: u64) -> u64 {
    let z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// How much has been written ahead in the hotel's files: it changes with every transaction.
fn written(world: &World) -> u64 {
    let length = |name: &str| std::fs::metadata(world.data().join(name)).map_or(0, |file| file.len());
    ["journal.db-wal", "payments.db-wal", "hotel.db-wal", "messages.db-wal"].into_iter().map(length).sum()
}

/// Waits until `writes` transactions have reached the disk and then a little longer, or until it cannot come to that.
async fn let_it_write(world: &World, writes: u64, longer: u64) {
    let (mut before, mut seen) = (written(world), 0);
    for _ in 0..20_000 {
        if seen >= writes {
            break;
        }
        tokio::task::yield_now().await;
        let now = written(world);
        seen += u64::from(now != before);
        before = now;
    }
    for _ in 0..longer {
        std::hint::spin_loop();
    }
}

/// Makes a call until it is answered for good, as a patient agent does.
async fn insist(server: &Server, call: &Call) -> Told {
    loop {
        let told = server.call(call.tool, call.arguments.clone()).await;
        assert_ne!(told.0["error_code"], "INTERNAL_ERROR", "{}: {}", call.tool, server.stderr());
        if told.0["retry_safe"] != true {
            return told;
        }
    }
}

/// Does what must have happened before the scenes, and tells them which payment came of it.
pub(crate) async fn prepare(world: &World, server: &Server, scenes: &mut [Scene]) {
    for scene in scenes {
        for call in &scene.before {
            let told = server.call(call.tool, call.arguments.clone()).await;
            assert!(told.succeeded() || told.code() == "PAYMENT_ACTION_REQUIRED", "{told:?}");
        }
        if scene.call.arguments["payment_intent_id"] == LAST_PAYMENT {
            let last = "SELECT id FROM intents ORDER BY rowid DESC LIMIT 1";
            scene.call.arguments["payment_intent_id"] = Books::open(world).texts(last).remove(0).into();
        }
    }
}

fn without_replayed(told: &Told) -> Value {
    let mut told = told.0.clone();
    if let Some(data) = told["data"].as_object_mut() {
        data.remove("replayed");
    }
    told
}

/// One round. Answers how many calls the killed server was sent, and how many it had answered.
async fn round(seed: u64, strike: Arc<Semaphore>) -> (usize, usize) {
    let luck = random(seed);
    let world = World::new();
    let mut scenes = chosen_scenes();
    // Mostly one call alone, so that each of its moments is met; every fourth time all of them at once.
    if !seed.is_multiple_of(4) {
        let chosen = usize::try_from(luck >> 32).expect("fits") % scenes.len();
        scenes = vec![scenes.swap_remove(chosen)];
    }
    let permit = strike.acquire().await.expect("open");
    let mut doomed = world.staff();
    prepare(&world, &doomed, &mut scenes).await;
    doomed.request("tools/list", json!({})).await.expect("up");
    let mut pending = vec![];
    for scene in &scenes {
        pending.push(doomed.send(scene.call.tool, scene.call.arguments.clone()).await);
    }
    let writes = luck % (14 * scenes.len() as u64).min(40);
    let_it_write(&world, writes, (luck >> 8) % 60_000).await;
    doomed.kill().await;
    let mut answered = vec![];
    for answer in pending {
        answered.push(answer.await);
    }
    drop(permit);

    let next = Arc::new(world.staff());
    let mut again = JoinSet::new();
    for (at, scene) in scenes.iter().enumerate() {
        let (server, call) = (Arc::clone(&next), scene.call.clone());
        again.spawn(async move { (at, insist(&server, &call).await) });
        // Somebody else asks for the same: it is done once all the same.
        if let Some(other) = scene.somebody_else.clone().filter(|_| luck.is_multiple_of(3)) {
            let server = world.start("staff-server", &[], &[("STAFF_EMAIL", "night@dewyhotel.com")]);
            again.spawn(async move { (usize::MAX, insist(&server, &other).await) });
        }
    }
    while let Some(ended) = again.join_next().await {
        let (at, told) = ended.expect("no panic");
        assert!(told.succeeded(), "seed {seed}: {told:?}; stderr: {}", next.stderr());
        if let Some(Some(before)) = answered.get(at) {
            assert_eq!(
                without_replayed(before),
                without_replayed(&told),
                "seed {seed}: the answer stays the same"
            );
        }
    }
    let books = Books::open(&world);
    for scene in &scenes {
        let effects = books.count(&scene.effects);
        assert_eq!(effects, 1, "seed {seed}: {} was done {effects} times", scene.call.tool);
    }
    books.are_in_order();
    (answered.len(), answered.iter().flatten().count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_killed_in_the_middle_of_its_calls_loses_nothing_and_does_nothing_twice() {
    let (kills, first) = (number("KILLS", 40), number("SEED", 1));
    let strike = Arc::new(Semaphore::new(2));
    let mut rounds = JoinSet::new();
    let mut tally = Tally::default();
    for seed in first..first + kills {
        if rounds.len() >= AT_A_TIME {
            tally.note(rounds.join_next().await);
        }
        rounds.spawn(round(seed, Arc::clone(&strike)));
    }
    while !rounds.is_empty() {
        tally.note(rounds.join_next().await);
    }
    eprintln!("{tally:?}");
    assert!(
        tally.harm.is_empty(),
        "{} of {kills} kills did harm:\n{}",
        tally.harm.len(),
        tally.harm.join("\n")
    );
    assert_eq!(tally.kills, kills);
    assert!(tally.answered < tally.calls, "some calls were killed before they were answered: {tally:?}");
}

#[derive(Debug, Default)]
struct Tally {
    kills: u64,
    calls: usize,
    answered: usize,
    harm: Vec<String>,
}

impl Tally {
    fn note(&mut self, round: Option<Result<(usize, usize), tokio::task::JoinError>>) {
        self.kills += 1;
        match round.expect("a round") {
            Ok((calls, answered)) => {
                self.calls += calls;
                self.answered += answered;
            }
            Err(panic) => {
                let panic = panic.into_panic();
                let said = panic.downcast_ref::<String>().cloned();
                self.harm.push(said.unwrap_or_else(|| "a panic without words".to_owned()));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_servers_started_at_once_on_an_empty_folder_all_work() {
    for _ in 0..3 {
        let world = World::new();
        let servers: Vec<_> =
            (0..8).map(|i| if i % 2 == 0 { world.staff() } else { world.kiosk() }).collect();
        let mut pending = vec![];
        for (i, server) in servers.iter().enumerate() {
            let guest = [
                "soojin.kim@example.com",
                "patrick.obrien@example.com",
                "maria.garcia@example.com",
                "rthompson@example.com",
            ];
            let wish = json!({"guest_email": guest[i % 4], "room_number": format!("20{}", i % 4),
                              "check_in_date": day(20), "check_out_date": day(22)});
            pending.push(server.send("create_booking", wish).await);
        }
        let mut created = 0;
        for answer in pending {
            let told = answer.await.expect("an answer");
            created += u32::from(told.succeeded() && told.data()["created"] == true);
        }
        assert_eq!(created, 3, "203 is out of service; of two who ask for the same, one books");
        let books = Books::open(&world);
        assert_eq!(books.count("SELECT count(*) FROM rooms"), 22, "the hotel is seeded once");
        books.are_in_order();
        for server in servers {
            assert!(server.close().await.success());
        }
    }
}

/// Ends a server that has just been sent all the calls; the next one must answer them all as done once.
async fn ended_in_the_middle(end: impl AsyncFnOnce(Server)) {
    let world = World::new();
    let mut scenes = scenes();
    let leaving = world.staff();
    prepare(&world, &leaving, &mut scenes).await;
    leaving.request("tools/list", json!({})).await.expect("up");
    let mut pending = vec![];
    for scene in &scenes {
        pending.push(leaving.send(scene.call.tool, scene.call.arguments.clone()).await);
    }
    end(leaving).await;
    drop(pending);
    let next = world.staff();
    for scene in &scenes {
        let told = insist(&next, &scene.call).await;
        assert!(told.succeeded(), "{told:?}");
    }
    let books = Books::open(&world);
    for scene in &scenes {
        assert_eq!(books.count(&scene.effects), 1, "{} once", scene.call.tool);
    }
    books.are_in_order();
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_its_calls_leaves_a_whole_hotel() {
    ended_in_the_middle(async |server| assert!(server.close().await.success())).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_told_to_stop_in_the_middle_of_its_calls_leaves_a_whole_hotel() {
    ended_in_the_middle(async |mut server| {
        let told = std::process::Command::new("kill").arg("-TERM").arg(server.pid().to_string()).status();
        assert!(told.expect("kill").success());
        assert!(server.wait().await.success());
    })
    .await;
}
