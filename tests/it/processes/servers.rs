//! The eight servers: which of them is asked, and which of them ends next, and how.

use super::Luck;
use super::wishes::{Call, Caller};
use crate::recovery::{due, write};
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tests::{Books, Server, Told, World};
use tokio::sync::Mutex as AsyncMutex;

/// Who the eight servers act for.
const EIGHT: [Caller; 8] = [
    Caller::Manager,
    Caller::Manager,
    Caller::Manager,
    Caller::Kiosk,
    Caller::Kiosk,
    Caller::Beth,
    Caller::Beth,
    Caller::Carl,
];

/// So many calls are answered, more or less, until the next server ends.
const CALLS_BETWEEN_ENDINGS: u64 = 12;

/// A server, and the tokens of what it was asked and has not answered yet.
struct Place {
    caller: Caller,
    server: AsyncMutex<Server>,
    asked: Mutex<HashSet<String>>,
}

pub(super) struct Servers {
    world: World,
    places: Vec<Place>,
    luck: Mutex<Luck>,
    until_next: AtomicU64,
    endings: AtomicU64,
    ended: Mutex<Ended>,
}

/// How servers ended, and how many calls they left without an answer.
#[derive(Debug, Default, Clone)]
pub(super) struct Ended {
    killed: u64,
    told_to_stop: u64,
    left: u64,
    unanswered: u64,
}

impl Ended {
    /// A round in which nothing went wrong shows nothing.
    pub(super) fn was_a_storm(&self) {
        assert!(self.killed > 0 && self.told_to_stop > 0 && self.left > 0 && self.unanswered > 0, "{self:?}");
    }
}

fn start(world: &World, caller: Caller) -> Server {
    match caller {
        Caller::Manager => world.staff(),
        Caller::Kiosk => world.kiosk(),
        Caller::Beth => world.guest("beth.gibbs@email.com"),
        Caller::Carl => world.guest("carl.smith@example.com"),
    }
}

impl Servers {
    pub(super) async fn start(luck: Luck) -> Self {
        let world = World::new();
        world.staff().call("search_contacts", serde_json::json!({})).await.data(); // there is a journal to look into
        let place = |caller| Place {
            caller,
            server: AsyncMutex::new(start(&world, caller)),
            asked: Mutex::default(),
        };
        let places = EIGHT.map(place).into();
        let until_next = AtomicU64::new(CALLS_BETWEEN_ENDINGS);
        Self {
            world,
            places,
            luck: Mutex::new(luck),
            until_next,
            endings: AtomicU64::new(0),
            ended: Mutex::default(),
        }
    }

    pub(super) const fn world(&self) -> &World {
        &self.world
    }

    pub(super) fn below(&self, limit: u64) -> u64 {
        self.luck.lock().unwrap().below(limit)
    }

    /// Asks any server of this caller; none if it ended before it answered. Every so often a server ends then.
    pub(super) async fn ask(&self, caller: Caller, call: &Call) -> Option<Told> {
        let mine: Vec<_> = self.places.iter().filter(|place| place.caller == caller).collect();
        let place = self.luck.lock().unwrap().pick(&mine);
        let token = call.arguments["idempotency_token"].as_str().unwrap_or_default().to_owned();
        let answer = {
            let server = place.server.lock().await;
            place.asked.lock().unwrap().insert(token.clone());
            server.send(call.tool, call.arguments.clone()).await
        };
        if self.until_next.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.until_next.store(1 + self.below(2 * CALLS_BETWEEN_ENDINGS), Ordering::SeqCst);
            self.end(place).await;
        }
        let told = answer.await;
        place.asked.lock().unwrap().remove(&token);
        match &told {
            Some(told) => nobody_met_a_lock(&told.0.to_string()),
            None => self.ended.lock().unwrap().unanswered += 1,
        }
        told
    }

    /// Ends a server that was just asked something, in every way in turn; another stands in its place.
    async fn end(&self, place: &Place) {
        let turn = self.endings.fetch_add(1, Ordering::SeqCst);
        match turn % 8 {
            0 | 2 | 4 | 6 => {
                self.kill(place).await;
                self.ended.lock().unwrap().killed += 1;
            }
            3 => {
                leave(self.replace(place).await).await;
                self.ended.lock().unwrap().left += 1;
            }
            odd => {
                stop(self.replace(place).await, if odd == 7 { "INT" } else { "TERM" }).await;
                self.ended.lock().unwrap().told_to_stop += 1;
            }
        }
        if turn % 5 == 4 {
            due(&self.world); // the machine has slept: to every server each of the others looks dead
        }
    }

    /// Puts another server into a place, for whoever asks from now on.
    async fn replace(&self, place: &Place) -> Server {
        let fresh = start(&self.world, place.caller);
        std::mem::replace(&mut *place.server.lock().await, fresh)
    }

    /// Kills a server at any moment. The lease of what it ran is over at once: nobody has to wait for it here.
    async fn kill(&self, place: &Place) {
        let mut server = place.server.lock().await;
        for _ in 0..self.below(300) {
            tokio::task::yield_now().await;
        }
        server.kill().await;
        let asked: Vec<_> = place.asked.lock().unwrap().iter().cloned().collect();
        nobody_met_a_lock(&server.stderr());
        *server = start(&self.world, place.caller);
        let sql = "UPDATE calls SET lease_until = 0 WHERE outcome = 'running' AND owner IN \
                   (SELECT owner FROM calls WHERE token IN (SELECT value FROM json_each(?)))";
        write(&self.world, "journal.db", sql, [serde_json::json!(asked).to_string()]);
    }

    /// Ends all servers and lets everything unfinished be finished, as the next server would once it is due; then eight
    /// others stand in their places.
    pub(super) async fn leave_a_hotel_at_rest(&self) -> Ended {
        for place in &self.places {
            leave(self.replace(place).await).await;
        }
        let unfinished = "SELECT count(*) FROM calls WHERE outcome = 'running'";
        for _ in 0..20 {
            due(&self.world);
            write(
                &self.world,
                "journal.db",
                "UPDATE outbox SET lease_until = 0 WHERE state IN ('staged', 'sending')",
                [],
            );
            let ran = self.world.run_staff(&["reconcile", "--json"]).await;
            nobody_met_a_lock(&ran.stderr);
            if Books::open(&self.world).count(unfinished) == 0 {
                break;
            }
        }
        self.until_next.store(u64::MAX, Ordering::SeqCst); // the storm is over
        self.ended.lock().unwrap().clone()
    }
}

async fn stop(mut server: Server, signal: &str) {
    // Until it is up nobody listens to signals; what it was asked before is being worked on then.
    server.request("tools/list", serde_json::json!({})).await.expect("up");
    let told = std::process::Command::new("kill").args(["-s", signal, &server.pid().to_string()]).status();
    assert!(told.unwrap().success());
    assert_eq!(server.wait().await.code(), Some(0), "{signal}: {}", server.stderr());
    nobody_met_a_lock(&server.stderr());
}

async fn leave(mut server: Server) {
    server.end_input().await;
    assert_eq!(server.wait().await.code(), Some(0), "{}", server.stderr());
    nobody_met_a_lock(&server.stderr());
}

/// What a client or an operator reads speaks of no lock, and of nothing that went wrong inside.
fn nobody_met_a_lock(said: &str) {
    for word in ["locked", "busy", "ERROR", "INTERNAL_ERROR", "panicked"] {
        assert!(!said.contains(word), "{said}");
    }
}
