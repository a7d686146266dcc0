//! The stage of a scene: the hotel as it is before the call, and what the call does when nothing strikes.

use super::faults::{FAULTS, Fault, Recovery, Try};
use super::journal::{self, Step};
use crate::scenes::{Call, LAST_PAYMENT, Scene};
use crate::{Backend, Books, World};
use serde_json::Value;

/// The point at which texts are sent.
pub(super) const SENDING: &str = "send_sms";
/// An agent that is told to call again does not do so for ever.
const PATIENT_FOR: usize = 6;

/// How the scene ends when nothing strikes.
pub(super) struct Golden {
    pub(super) answer: Value,
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) texts: Vec<String>,
}

/// Steps that a call takes, those it has in common with the plain way left out.
struct Way {
    /// What leads there.
    faults: Option<String>,
    steps: Vec<Step>,
}

/// A scene, set once and copied for each try.
pub(super) struct Stage {
    pub(super) scene: Scene,
    world: World,
    /// More than one if something unfinished may be finished before the call is made.
    pub(super) goldens: Vec<Golden>,
    /// How it ends after the refusal that the scene has another way for.
    pub(super) detour: Option<Golden>,
    ways: Vec<Way>,
    /// Steps that leave no trace before they are done.
    reads: Vec<String>,
}

impl Stage {
    /// Does what must have happened before, and watches the call.
    pub(super) async fn set(backend: Backend, mut scene: Scene) -> Self {
        let world = World::in_memory(backend);
        let _ = reconcile(&world).await; // makes the hotel
        for mut earlier in std::mem::take(&mut scene.before) {
            name_the_payment(&world, &mut earlier);
            let told = make(&world, &scene, &earlier, earlier.faults).await.expect("an answer");
            let expected = told["success"] == true || told["retry_safe"] == true;
            assert!(expected, "{}: {} was refused before it: {told}", scene.name, earlier.tool);
        }
        name_the_payment(&world, &mut scene.call);
        journal::let_time_pass(&world);
        let mut stage = Self { scene, world, goldens: vec![], detour: None, ways: vec![], reads: vec![] };
        stage.watch().await;
        stage
    }

    async fn watch(&mut self) {
        let token = self.scene.call.token().to_owned();
        let known: Vec<Step> = journal::steps(&self.world, &token);
        let world = self.world.copy();
        let steps = self.new_steps(&world, "", &known).await;
        self.goldens.push(self.golden(&world, &self.world).await);
        if journal::is_unfinished(&self.world) {
            let finished = self.world.copy();
            reconcile(&finished).await;
            let world = finished.copy();
            self.goldens.push(self.golden(&world, &finished).await);
        }
        let plain = [known, steps.clone()].concat();
        let mut ways = vec![];
        for step in &steps {
            let (world, faults) = (self.world.copy(), format!("{}=refused", step.name));
            let steps = self.new_steps(&world, &faults, &plain).await;
            if self.scene.detour.as_ref().is_some_and(|(name, _)| *name == step.name) {
                self.detour = Some(self.golden(&world, &self.world).await);
            }
            ways.push(Way { faults: Some(faults), steps });
        }
        self.ways.push(Way { faults: None, steps });
        self.ways.extend(ways.into_iter().filter(|way| !way.steps.is_empty()));
        self.find_reads(&token).await;
    }

    /// Makes the call and answers the steps it took that are not among `known`.
    async fn new_steps(&self, world: &World, faults: &str, known: &[Step]) -> Vec<Step> {
        self.call(world, faults).await.expect("an answer");
        let mut steps = journal::steps(world, self.scene.call.token());
        steps.retain(|step| known.iter().all(|known| known.name != step.name));
        steps
    }

    /// What became of a hotel in which the call is made to its end.
    async fn golden(&self, world: &World, before: &World) -> Golden {
        let answer = self.insist(world).await.expect("an end");
        let books = Books::open(world);
        books.are_in_order();
        let before = Books::open(before).ledger();
        let golden =
            Golden { answer: plain(answer), before, after: books.ledger(), texts: books.texts_sent() };
        let whole = golden.answer["success"] == true || golden.before == golden.after;
        assert!(whole, "{}: refused, and something was done: {}", self.scene.name, golden.answer);
        golden
    }

    /// A step that only reads is not announced: a process killed before it leaves no trace of it.
    async fn find_reads(&mut self, token: &str) {
        let mut reads = vec![];
        for way in &self.ways {
            for step in &way.steps {
                let world = self.world.copy();
                let kill = format!("{}=killed_before", step.name);
                let faults = way.faults.iter().cloned().chain([kill]).collect::<Vec<_>>().join("; ");
                let told = self.call(&world, &faults).await;
                assert!(told.is_none(), "{}: {faults} killed nobody", self.scene.name);
                if journal::steps(&world, token).iter().all(|found| found.name != step.name) {
                    reads.push(step.name.clone());
                }
            }
        }
        self.reads = reads;
    }

    /// Every fault at every step.
    pub(super) fn tries(&self) -> Vec<Try> {
        let mut tries = vec![];
        for way in &self.ways {
            for step in &way.steps {
                for &fault in self.faults() {
                    if fault == Fault::Cut && self.cannot_be_cut(way, step) {
                        continue;
                    }
                    let recoveries = [Recovery::Reconciled, Recovery::CalledAgain];
                    tries.extend(variants(way.faults.as_ref(), &step.name, fault, &recoveries));
                }
            }
        }
        if self.sends_a_text() {
            for &fault in self.faults().filter(|fault| **fault != Fault::Cut) {
                tries.extend(variants(None, SENDING, fault, &[Recovery::Reconciled]));
            }
        }
        tries
    }

    /// Those that strike differently: a system of others has no inside to be killed in.
    fn faults(&self) -> impl Iterator<Item = &'static Fault> {
        let embedded = self.world.systems().is_none();
        FAULTS.iter().filter(move |fault| embedded || **fault != Fault::Killed("killed_inside"))
    }

    /// What a read answered is on the disk before an effect that follows from it is announced.
    fn cannot_be_cut(&self, way: &Way, step: &Step) -> bool {
        self.reads(&step.name) && journal::after(&way.steps, step).any(|later| !self.reads(&later.name))
    }

    pub(super) fn reads(&self, step: &str) -> bool {
        self.reads.iter().any(|read| read == step)
    }

    fn sends_a_text(&self) -> bool {
        let before = Books::open(&self.world).texts_sent().len();
        self.goldens[0].texts.len() > before
    }

    pub(super) fn name(&self) -> String {
        self.scene.name.clone()
    }

    /// The hotel before the call, for one try.
    pub(super) fn copy(&self) -> World {
        self.world.copy()
    }

    /// Makes the call in a process of its own; none if that was killed.
    pub(super) async fn call(&self, world: &World, faults: &str) -> Option<Value> {
        make(world, &self.scene, &self.scene.call, faults).await
    }

    /// Makes the call until it is answered for good, as a patient agent does.
    pub(super) async fn insist(&self, world: &World) -> Result<Value, String> {
        let mut told = Value::Null;
        for _ in 0..PATIENT_FOR {
            told = self.call(world, "").await.ok_or("a process was killed that nothing struck")?;
            if told["retry_safe"] != true {
                return Ok(told);
            }
            journal::let_time_pass(world);
        }
        Err(format!("called {PATIENT_FOR} times, and still {}", told["error_code"]))
    }
}

/// The ways a fault can strike there.
fn variants(way: Option<&String>, step: &str, fault: Fault, recoveries: &[Recovery]) -> Vec<Try> {
    let one = |always, recovery| Try { way: way.cloned(), step: step.to_owned(), fault, always, recovery };
    match fault {
        Fault::Fails(_) => {
            [false, true].into_iter().map(|always| one(always, Recovery::Reconciled)).collect()
        }
        Fault::Killed(_) | Fault::Cut => recoveries.iter().map(|recovery| one(false, *recovery)).collect(),
    }
}

/// Makes a call in a process of its own; none if that was killed.
async fn make(world: &World, scene: &Scene, call: &Call, faults: &str) -> Option<Value> {
    let arguments = call.arguments.to_string();
    let (server, who) = match scene.guest {
        Some(guest) => ("guest-server", ("GUEST_EMAIL", guest)),
        None => ("staff-server", ("STAFF_EMAIL", "manager@dewyhotel.com")),
    };
    let env = [who, ("HOTEL_FAULTS", faults)];
    let ran = world.run(server, &["call", call.tool, &arguments], &env, "").await;
    ran.code.map(|_| ran.json())
}

/// Finishes what is unfinished, and answers what was reported.
pub(super) async fn reconcile(world: &World) -> Value {
    world.run_staff(&["reconcile", "--json"]).await.json()
}

fn name_the_payment(world: &World, call: &mut Call) {
    if call.arguments["payment_intent_id"] == LAST_PAYMENT {
        call.arguments["payment_intent_id"] = last_payment(world).into();
    }
}

/// The payment that was made last.
pub(super) fn last_payment(world: &World) -> String {
    Books::open(world).texts("SELECT id FROM intents ORDER BY rowid DESC LIMIT 1").remove(0)
}

/// An answer without what differs from one hotel to the next: its token, ids and moments.
pub(super) fn plain(answer: Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let kept =
                fields.into_iter().filter(|(name, _)| name != "idempotency_token" && name != "replayed");
            kept.map(|(name, value)| (name, plain(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(plain).collect(),
        Value::String(text) if is_an_id(&text) || text.parse::<jiff::Timestamp>().is_ok() => "…".into(),
        other => other,
    }
}

/// The processor's ids: a prefix and 24 letters or digits.
fn is_an_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, rest)| prefix.len() == 2 && rest.len() == 24)
}
