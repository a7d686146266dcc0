//! The stage of a scene: the hotel before the call, and what the call does without faults.

use super::faults::{FAULTS, Fault, Recovery, Try};
use super::journal::{self, Step};
use super::worker::{is_elsewhere, worker};
use crate::scenes::{Call, LAST_PAYMENT, Scene};
use crate::{Backend, Books, World};
use serde_json::Value;

/// The fault point of sending texts.
pub(super) const SENDING: &str = "send_sms";
/// How often an agent calls again when it is told to.
const PATIENT_FOR: usize = 6;

/// How the scene ends without faults.
pub(super) struct Golden {
    pub(super) answer: Value,
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) texts: Vec<String>,
}

/// The steps of a variant that the plain call does not have.
struct Way {
    /// The fault that leads there.
    faults: Option<String>,
    steps: Vec<Step>,
}

/// A scene, prepared once and copied for each try.
pub(super) struct Stage {
    backend: Backend,
    pub(super) scene: Scene,
    world: World,
    /// The possible ends. There are several if an unfinished call may be finished before this call is made.
    pub(super) goldens: Vec<Golden>,
    /// How it ends after the refusal for which the scene has another way.
    pub(super) detour: Option<Golden>,
    ways: Vec<Way>,
    /// Steps that leave no journal entry before they are done.
    reads: Vec<String>,
}

impl Stage {
    /// Makes the calls that must come before, then watches the call.
    pub(super) async fn set(backend: Backend, scene: Scene) -> Self {
        let world = made(backend, &scene).await;
        let mut stage =
            Self { backend, scene, world, goldens: vec![], detour: None, ways: vec![], reads: vec![] };
        stage.watch().await;
        stage
    }

    /// The hotel before the call, for one try. The journal of a Restate server cannot be copied: there all is done again.
    pub(super) async fn copy(&self) -> World {
        if is_elsewhere() { made(self.backend, &self.scene).await } else { self.world.copy() }
    }

    async fn watch(&mut self) {
        let token = self.scene.call.token().to_owned();
        let known: Vec<Step> = journal::steps(&self.world, &token);
        let world = self.copy().await;
        let steps = self.new_steps(&world, "", &known).await;
        let before = Books::open(&self.world).ledger();
        self.goldens.push(self.golden(&world, before).await);
        if journal::is_unfinished(&self.world) {
            let world = self.copy().await;
            reconcile(&world).await;
            let before = Books::open(&world).ledger();
            self.goldens.push(self.golden(&world, before).await);
        }
        let plain = [known, steps.clone()].concat();
        let mut ways = vec![];
        for step in &steps {
            let (world, faults) = (self.copy().await, format!("{}=refused", step.name));
            let steps = self.new_steps(&world, &faults, &plain).await;
            if self.scene.detour.as_ref().is_some_and(|(name, _)| *name == step.name) {
                let before = Books::open(&self.world).ledger();
                self.detour = Some(self.golden(&world, before).await);
            }
            ways.push(Way { faults: Some(faults), steps });
        }
        self.ways.push(Way { faults: None, steps });
        self.ways.extend(ways.into_iter().filter(|way| !way.steps.is_empty()));
        if !is_elsewhere() {
            self.find_reads(&token).await;
        }
    }

    /// Makes the call and returns its steps that are not in `known`.
    async fn new_steps(&self, world: &World, faults: &str, known: &[Step]) -> Vec<Step> {
        self.call(world, faults).await.told.expect("an answer");
        let mut steps = journal::steps(world, self.scene.call.token());
        steps.retain(|step| known.iter().all(|known| known.name != step.name));
        steps
    }

    /// The end of a hotel in which the call runs without interruption.
    async fn golden(&self, world: &World, before: Vec<String>) -> Golden {
        let answer = self.insist(world).await.expect("an end");
        journal::texts_are_sent(world).await;
        let books = Books::open(world);
        books.are_in_order();
        let golden =
            Golden { answer: plain(answer), before, after: books.ledger(), texts: books.texts_sent() };
        let whole = golden.answer["success"] == true || golden.before == golden.after;
        assert!(whole, "{}: refused, and something was done: {}", self.scene.name, golden.answer);
        golden
    }

    /// Finds the steps that only read. They are not announced, so if the process is killed before one, the journal has no
    /// entry of it.
    async fn find_reads(&mut self, token: &str) {
        let mut reads = vec![];
        for way in &self.ways {
            for step in &way.steps {
                let world = self.world.copy();
                let kill = format!("{}=killed_before", step.name);
                let faults = way.faults.iter().cloned().chain([kill]).collect::<Vec<_>>().join("; ");
                let made = self.call(&world, &faults).await;
                assert!(made.killed, "{}: {faults} killed nobody", self.scene.name);
                if journal::steps(&world, token).iter().all(|found| found.name != step.name) {
                    reads.push(step.name.clone());
                }
            }
        }
        self.reads = reads;
    }

    /// All tries: every fault at every step.
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

    /// The faults that make a difference. For instance, a remote system has no transaction of ours to be killed in.
    fn faults(&self) -> impl Iterator<Item = &'static Fault> {
        let embedded = self.world.systems().is_none();
        let of_a_journal = |fault: &Fault| *fault == Fault::Cut && is_elsewhere();
        let inside = Fault::Killed("killed_inside");
        FAULTS.iter().filter(move |fault| !of_a_journal(fault) && (embedded || **fault != inside))
    }

    /// Whether the journal cannot end at this step: the result of a read is on the disk before an effect that follows from
    /// it is announced.
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

    /// Makes the call in a process of its own.
    pub(super) async fn call(&self, world: &World, faults: &str) -> Made {
        make(world, &self.scene, &self.scene.call, faults).await
    }

    /// Makes the call again and again until the answer is final, as a patient agent does.
    pub(super) async fn insist(&self, world: &World) -> Result<Value, String> {
        let mut told = Value::Null;
        for _ in 0..PATIENT_FOR {
            let made = self.call(world, "").await;
            told = made.told.ok_or("a process was killed that nothing struck")?;
            if told["retry_safe"] != true {
                return Ok(told);
            }
            journal::let_time_pass(world);
        }
        Err(format!("called {PATIENT_FOR} times, and still {}", told["error_code"]))
    }
}

/// Whether the fault strikes once or always, and who recovers.
fn variants(way: Option<&String>, step: &str, fault: Fault, recoveries: &[Recovery]) -> Vec<Try> {
    let one = |always, recovery| Try { way: way.cloned(), step: step.to_owned(), fault, always, recovery };
    match fault {
        // A Restate server retries in its own time: a fault that strikes always would be waited for.
        Fault::Fails(_) if is_elsewhere() => vec![one(false, Recovery::Reconciled)],
        Fault::Killed(_) if is_elsewhere() => vec![one(false, Recovery::CalledAgain)],
        Fault::Fails(_) => {
            [false, true].into_iter().map(|always| one(always, Recovery::Reconciled)).collect()
        }
        Fault::Killed(_) | Fault::Cut => recoveries.iter().map(|recovery| one(false, *recovery)).collect(),
    }
}

/// The hotel in which a scene begins: seeded, and all done that comes before.
async fn made(backend: Backend, scene: &Scene) -> World {
    let world = World::in_memory(backend);
    let _ = reconcile(&world).await; // makes the hotel
    for earlier in &scene.before {
        let told = make(&world, scene, earlier, earlier.faults).await.told.expect("an answer");
        let expected = told["success"] == true || told["retry_safe"] == true;
        assert!(expected, "{}: {} was refused before it: {told}", scene.name, earlier.tool);
    }
    journal::let_time_pass(&world);
    world
}

/// A call that was made.
pub(super) struct Made {
    /// The answer; none if the process was killed that had to give it.
    pub(super) told: Option<Value>,
    /// Whether the process was killed that played it: the server, or a worker.
    pub(super) killed: bool,
}

/// Makes a call in a process of its own.
async fn make(world: &World, scene: &Scene, call: &Call, faults: &str) -> Made {
    let mut call = call.clone();
    name_the_payment(world, &mut call);
    let arguments = call.arguments.to_string();
    let (server, who) = match scene.guest {
        Some(guest) => ("guest-server", ("GUEST_EMAIL", guest)),
        None => ("staff-server", ("STAFF_EMAIL", "manager@dewyhotel.com")),
    };
    let asked = ["call", call.tool, &arguments];
    if is_elsewhere() {
        let env = [who];
        let (ran, killed) = worker().await.play(faults, world.run(server, &asked, &env, "")).await;
        return Made { told: ran.code.map(|_| ran.json()), killed };
    }
    let env = [who, ("HOTEL_FAULTS", faults)];
    let ran = world.run(server, &asked, &env, "").await;
    let told = ran.code.map(|_| ran.json());
    Made { killed: told.is_none(), told }
}

/// Finishes unfinished calls, and returns the report.
pub(super) async fn reconcile(world: &World) -> Value {
    let asked = world.run_staff(&["reconcile", "--json"]);
    if is_elsewhere() { worker().await.play("", asked).await.0.json() } else { asked.await.json() }
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

/// An answer without the parts that differ between hotels: token, ids and times.
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
