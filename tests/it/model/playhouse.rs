//! Where stories are played: the hotels they begin in, and what was tried, for the report.

use crate::model::calls::{Ask, Step, Who};
use crate::model::stage::Stage;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};
use tests::{Backend, World};

pub(crate) struct Playhouse {
    backend: Backend,
    hotels: [OnceLock<World>; 2],
    pub(crate) tried: Mutex<BTreeMap<String, usize>>,
}

impl Playhouse {
    /// A playhouse whose hotels run on these systems.
    /// Whether the records keep the amount of a sale alone.
    pub(crate) fn shares(&self) -> bool {
        self.backend != Backend::Embedded
    }

    pub(crate) fn on(backend: Backend) -> Self {
        Self { backend, hotels: Default::default(), tried: Mutex::default() }
    }

    /// Plays a story to its end, or to where servers and model disagree. If some are `late`, Beth should have left
    /// yesterday and Sarah have come yesterday.
    pub(crate) async fn play(&self, late: bool, story: &[Step]) -> Result<(), String> {
        let mut stage = Stage::open(self, self.hotel(late).await, late);
        stage.compare().map_err(|problem| format!("before the first call: {problem}"))?;
        self.note("stories");
        // Where the systems are real a guest-server has a guest: who stands at the kiosk goes to the reception.
        let embedded = self.backend == Backend::Embedded;
        let here = |who| if who == Who::Kiosk && !embedded { Who::Staff } else { who };
        let of_guests = |ask: &Ask| matches!(ask, Ask::BookingsOfGuest { .. } | Ask::CasesOfGuest { .. });
        let there = |step: &&Step| embedded || step.who != Who::Kiosk || !of_guests(&step.ask);
        let story: Vec<Step> =
            story.iter().filter(there).map(|step| Step { who: here(step.who), ..step.clone() }).collect();
        for (at, step) in story.iter().enumerate() {
            stage.step(at, step).await.map_err(|problem| format!("call {at}, {step:?}: {problem}"))?;
        }
        stage.close();
        Ok(())
    }

    /// A hotel of the story's own; it is seeded once and copied.
    async fn hotel(&self, late: bool) -> World {
        let hotel = &self.hotels[usize::from(late)];
        if hotel.get().is_none() {
            let mut world = World::on(self.backend).with_env("HOTEL_CHECKOUT_TIME", "00:01");
            if late {
                world = world.with_booking_moved("BK-0001", -1).with_booking_moved("BK-0003", -1);
            }
            assert_eq!(world.run_staff(&["call", "search_contacts"]).await.code, Some(0));
            let _ = hotel.set(world); // or somebody else's, which is the same
        }
        hotel.get().expect("set").copy()
    }

    pub(crate) fn note(&self, what: &str) {
        *self.tried.lock().unwrap().entry(what.to_owned()).or_default() += 1;
    }
}
