//! A call that one version begins and the other finishes, in a hotel of its own.

use crate::kills::prepare;
use crate::recovery::due;
use serde_json::{Value, json};
use std::sync::Arc;
use tests::scenes::{Scene, scenes};
use tests::{Books, NEXT, Ran, World};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The server of this version.
pub(super) const THIS: &str = "staff-server";
/// The step that the next version has at the end.
pub(super) const ONLY_IN_NEXT: &str = "open_follow_up_case";
const STAFF: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");
/// How many hotels are tried at a time.
const AT_A_TIME: usize = 4;

/// A scene and the hotel in which its call is to be made.
pub(super) struct Stage {
    pub(super) scene: Scene,
    pub(super) world: World,
}

impl Stage {
    pub(super) async fn set(name: &str, world: World) -> Self {
        let mut scene = scenes().into_iter().find(|scene| scene.name == name).expect("the scene");
        let staff = world.staff();
        prepare(&world, &staff, std::slice::from_mut(&mut scene)).await;
        assert!(staff.close().await.success());
        Self { scene, world }
    }

    fn copy(&self) -> Self {
        Self { scene: self.scene.clone(), world: self.world.copy() }
    }

    /// Makes the call in a process of its own; that may be killed.
    pub(super) async fn call(&self, server: &str, faults: &str) -> Ran {
        let arguments = self.scene.call.arguments.to_string();
        let env = [STAFF, ("HOTEL_FAULTS", faults)];
        self.world.run(server, &["call", self.scene.call.tool, &arguments], &env, "").await
    }

    /// What a server finishes by itself in time.
    pub(super) async fn reconcile(&self, server: &str) -> Value {
        due(&self.world);
        self.world.run(server, &["reconcile", "--json"], &[STAFF], "").await.json()
    }

    /// The steps of the call, as one version takes them.
    async fn steps(&self, server: &str) -> Vec<String> {
        let watched = self.copy();
        let told = watched.call(server, "").await.json();
        assert_eq!(told["success"], true, "{told}");
        let token = self.scene.call.token();
        let steps = format!(
            "SELECT name FROM steps WHERE call = (SELECT max(id) FROM calls WHERE token = '{token}') ORDER BY place"
        );
        Books::open(&watched.world).texts(&steps)
    }

    /// Kills one version at every step that both have, each in a hotel of its own, and has the other finish the call.
    pub(super) async fn killed_at_every_step(self, killed: &'static str, finishes: &'static str) {
        let steps = self.steps(killed).await;
        assert_eq!(steps.iter().any(|step| step == ONLY_IN_NEXT), killed == NEXT, "{steps:?}");
        let permits = Arc::new(Semaphore::new(AT_A_TIME));
        let mut hotels = JoinSet::new();
        for step in steps.iter().filter(|step| *step != ONLY_IN_NEXT) {
            for kill in super::KILLS {
                let (stage, permits) = (self.copy(), Arc::clone(&permits));
                let fault = format!("{step}={kill}");
                hotels.spawn(async move {
                    let _permit = permits.acquire().await.expect("open");
                    stage.handed_over(killed, &fault, finishes).await;
                });
            }
        }
        while let Some(done) = hotels.join_next().await {
            done.unwrap();
        }
    }

    /// One version is killed, the other finishes.
    async fn handed_over(&self, killed: &str, fault: &str, finishes: &str) {
        let about = format!("{}: {killed} with {fault}", self.scene.name);
        assert_eq!(self.call(killed, fault).await.code, None, "{about}: killed");
        let found = self.reconcile(finishes).await;
        let open = [&found["needs_attention"], &found["pending"]];
        assert_eq!(open, [&json!([]), &json!([])], "{about}: {found}");
        let told = self.call(finishes, "").await.json();
        assert_eq!(told["success"], true, "{about}: {told}");
        let is_next = finishes == NEXT;
        assert_eq!(told["data"].get("follow_up_case").is_some(), is_next, "{about}: {told}");
        let again = self.call(killed, "").await.json();
        assert_eq!(again["data"]["replayed"], true, "{about}: {again}");
        assert_eq!(without_replayed(&told), without_replayed(&again), "{about}");
        self.is_done_once(usize::from(is_next));
    }

    /// All is done once, also what the next version does at the end, if it is done at all.
    pub(super) fn is_done_once(&self, follow_up_cases: usize) {
        let books = Books::open(&self.world);
        assert_eq!(books.count(&self.scene.effects), 1, "{}", self.scene.name);
        let opened = format!("SELECT name FROM steps WHERE name = '{ONLY_IN_NEXT}' AND outcome = 'done'");
        assert_eq!(books.rows(&opened).len(), follow_up_cases, "{}", self.scene.name);
        let last = [
            "Bring the welcome basket.",
            "Look for what the guest may have left.",
            "Ask what went wrong at the checkout.",
        ];
        let cases = last.map(|text| format!("'{text}'")).join(", ");
        let cases = books.rows(&format!("SELECT number FROM cases WHERE description IN ({cases})"));
        assert_eq!(cases.len(), follow_up_cases, "{}", self.scene.name);
        books.are_in_order();
    }
}

/// An answer apart from whether it was given before.
pub(super) fn without_replayed(told: &Value) -> Value {
    let mut told = told.clone();
    if let Some(data) = told["data"].as_object_mut() {
        data.remove("replayed");
    }
    told
}
