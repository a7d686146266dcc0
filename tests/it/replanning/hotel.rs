//! The hotel's own servers, asked by the agent: they are started when they are wanted, and killed in the middle of a call.

use super::agent::{Call, Desk};
use super::trajectories::{Caller, Loss, Recovered, Trajectory, Wish};
use crate::recovery::{due, write};
use serde_json::{Value, json};
use std::collections::HashMap;
use tests::{Books, Server, World};

pub(super) struct OurHotel {
    world: World,
    guest: &'static str,
    servers: HashMap<Caller, Server>,
    /// Calls that got no answer because their server was killed.
    pub(super) killed: u64,
}

/// What a hotel nobody has come to has already.
const SEEDED_BOOKINGS: i64 = 10;
const SEEDED_CASES: i64 = 3;

impl OurHotel {
    pub(super) fn on(world: World, trajectory: &Trajectory) -> Self {
        let guest = match trajectory.wish {
            Wish::Book { guest, .. }
            | Wish::Towels { guest, .. }
            | Wish::CheckIn { guest, .. }
            | Wish::CheckOut { guest, .. } => guest,
            Wish::Repair { .. } => "",
        };
        Self { world, guest, servers: HashMap::new(), killed: 0 }
    }

    fn start(&self, caller: Caller, faults: &str) -> Server {
        let faults = ("HOTEL_FAULTS", faults);
        match caller {
            Caller::Manager => {
                self.world.start("staff-server", &[], &[("STAFF_EMAIL", "manager@dewyhotel.com"), faults])
            }
            Caller::NightStaff => {
                self.world.start("staff-server", &[], &[("STAFF_EMAIL", "night@dewyhotel.com"), faults])
            }
            Caller::Kiosk => self.world.start("guest-server", &[], &[faults]),
            Caller::Guest => self.world.start("guest-server", &[], &[("GUEST_EMAIL", self.guest), faults]),
        }
    }

    fn server(&mut self, caller: Caller) -> &Server {
        if !self.servers.contains_key(&caller) {
            let server = self.start(caller, "");
            self.servers.insert(caller, server);
        }
        &self.servers[&caller]
    }

    /// Everything unfinished is finished, as the next server does once it is due.
    pub(super) async fn comes_to_rest(&mut self) {
        for (_, server) in self.servers.drain() {
            server.close().await;
        }
        let unfinished = "SELECT (SELECT count(*) FROM calls WHERE outcome = 'running') \
                          + (SELECT count(*) FROM outbox WHERE state IN ('staged', 'sending'))";
        for _ in 0..20 {
            if Books::open(&self.world).count(unfinished) == 0 {
                return;
            }
            self.time_passes().await;
        }
        panic!("the hotel never came to rest");
    }

    /// How often the wish was granted, from the books; they must be in order.
    pub(super) fn effects(&self, wish: &Wish) -> i64 {
        let books = Books::open(&self.world);
        books.are_in_order();
        let count = |sql: &str| books.count(sql);
        match wish {
            Wish::Book { .. } => {
                let sales = count("SELECT count(*) - count(DISTINCT opportunity_id) FROM bookings");
                assert_eq!(sales, 1, "only two bookings of the seed share a sale");
                count("SELECT count(*) FROM bookings") - SEEDED_BOOKINGS
            }
            Wish::Towels { .. } | Wish::Repair { .. } => count("SELECT count(*) FROM cases") - SEEDED_CASES,
            Wish::CheckIn { booking, .. } => {
                assert!(count("SELECT count(*) FROM messages") <= 1, "one welcome");
                count(&format!(
                    "SELECT count(*) FROM bookings WHERE number = '{booking}' AND status = 'Checked In'"
                ))
            }
            // A second charge is one too many also if it was given back.
            Wish::CheckOut { booking, .. } => count(&format!(
                "SELECT count(*) FROM intents WHERE booking = '{booking}' AND status = 'succeeded'"
            )),
        }
    }
}

impl Desk for OurHotel {
    async fn free_rooms(&mut self, caller: Caller, from: &str, to: &str) -> Vec<String> {
        let nights = json!({"check_in_date": from, "check_out_date": to, "number_of_guests": 1});
        let told = self.server(caller).call("search_available_rooms", nights).await;
        let rooms = told.data()["rooms"].as_array().expect("rooms");
        rooms.iter().map(|room| room["room_number"].as_str().expect("a number").to_owned()).collect()
    }

    async fn time_passes(&mut self) {
        due(&self.world);
        let outbox = "UPDATE outbox SET lease_until = 0 WHERE state IN ('staged', 'sending')";
        write(&self.world, "journal.db", outbox, []);
        self.world.run_staff(&["reconcile", "--json"]).await;
    }

    async fn call(&mut self, caller: Caller, call: &Call, loss: Loss) -> Option<Value> {
        match loss {
            Loss::None => Some(self.server(caller).call(call.tool, call.arguments.clone()).await.0),
            Loss::Dropped => {
                let _lost = self.server(caller).call(call.tool, call.arguments.clone()).await;
                None
            }
            Loss::LeftAlone => {
                drop(self.server(caller).send(call.tool, call.arguments.clone()).await);
                None
            }
            Loss::Struck { step, how, recovered } => {
                let mut doomed = self.start(caller, &format!("{step}={}", how.fault()));
                let answer = doomed.try_call(call.tool, call.arguments.clone()).await;
                self.killed += u64::from(answer.is_none());
                doomed.kill().await;
                if recovered == Recovered::Soon {
                    due(&self.world);
                }
                None
            }
        }
    }
}
