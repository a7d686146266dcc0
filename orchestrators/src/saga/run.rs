//! A saga at work: its steps, their ways back, what it holds, what it will send.

use crate::saga::SagaError;
use crate::saga::engine::Engine;
use crate::saga::journal::{About, Held, Lock, StepOutcome, StepRow};
use jiff::Timestamp;
use serde::Serialize;
use skills::messages::SendSms;
use skills::sqlite::Durability;
use skills::systems::crm::{Look, Seen, Stay};
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Date, Email, Key, RoomNumber};
use skills::{Call, Commit, ErrorCode, LookUp, Outage, Refusal, Skill, SkillError, System};
use std::borrow::Cow;
use std::collections::HashMap;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type UndoWork = Box<dyn for<'r> FnOnce(&'r Run) -> Boxed<'r, Result<(), SagaError>> + Send>;

/// The first pause between two tries of a step, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The first pause while another call holds a lock, and the longest.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LONGEST_LOOK: Duration = Duration::from_millis(40);

/// One run of a saga. Shared by reference, so that independent steps run side by side.
pub struct Run {
    engine: Arc<Engine>,
    call: Held,
    deadline: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Steps the journal knows from before.
    known: HashMap<String, StepRow>,
    /// Outcomes the journal does not know yet: written with the next announcement, or with the end.
    learned: Vec<StepRow>,
    undos: Vec<(Cow<'static, str>, UndoWork)>,
    messages: Vec<(Key, Sms)>,
    place: i64,
    /// An effect that binds the token is done.
    effects: bool,
    /// An effect that binds the token may be done.
    unknown: bool,
    turn: i64,
    locks: Vec<String>,
    about: About,
}

/// What a saga chose to act on: what it locks, and what to remember of it.
pub trait Hold {
    /// The key that only one call may hold at a time; none if there is nothing to write.
    fn lock_key(&self) -> Option<String>;
    /// The booking it turned out to be about.
    fn booking(&self) -> Option<&BookingNumber> {
        None
    }
    /// The guest it turned out to be about.
    fn guest(&self) -> Option<&Email> {
        None
    }
}

impl Hold for Stay {
    fn lock_key(&self) -> Option<String> {
        Some(format!("booking {}", self.booking))
    }
    fn booking(&self) -> Option<&BookingNumber> {
        Some(&self.booking)
    }
    fn guest(&self) -> Option<&Email> {
        Some(&self.guest.email)
    }
}

impl Hold for RoomNumber {
    fn lock_key(&self) -> Option<String> {
        Some(format!("room {self}"))
    }
}

/// Runs two independent steps side by side; the first failure is the failure of both.
///
/// # Errors
/// The first step's failure, else the second's.
pub async fn both<A, B, T, U>(a: A, b: B) -> Result<(T, U), SagaError>
where
    A: IntoFuture<Output = Result<T, SagaError>>,
    B: IntoFuture<Output = Result<U, SagaError>>,
{
    // Both are let finish: a step is not abandoned halfway because its neighbour failed.
    let (a, b) = tokio::join!(a.into_future(), b.into_future());
    Ok((a?, b?))
}

impl Run {
    pub(crate) fn new(engine: Arc<Engine>, call: Held, known: Vec<StepRow>) -> Self {
        let deadline = Instant::now() + engine.settings().call_deadline;
        let state = State {
            place: known.iter().map(|step| step.place).max().unwrap_or(0),
            known: known.into_iter().map(|step| (step.name.clone(), step)).collect(),
            turn: call.turn,
            ..State::default()
        };
        Self { engine, call, deadline, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the call was made.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.call.started_at
    }

    /// The hotel's day when the call was made.
    #[must_use]
    pub fn today(&self) -> Date {
        self.engine.hotel().day_of(self.now())
    }

    /// The moment that day began.
    #[must_use]
    pub fn start_of_today(&self) -> Timestamp {
        self.engine.hotel().start_of_day(self.now())
    }

    /// The hotel's currency, an ISO code in lower case.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.engine.hotel().currency
    }

    /// The one guest this call acts for, if it acts for one.
    #[must_use]
    pub fn acting_guest(&self) -> Option<&Email> {
        self.call.acting_guest.as_ref()
    }

    /// Whether the caller gave the token: an explicit new token asks for a new effect.
    #[must_use]
    pub fn explicit_token(&self) -> bool {
        self.call.explicit_token
    }

    /// How often the caller came back while the call waited for the guest.
    #[must_use]
    pub fn asked_again(&self) -> i64 {
        self.call.asked_again
    }

    /// A key of this call for something it makes: the same after a crash, another for another call.
    #[must_use]
    pub fn key_for(&self, what: &str) -> Key {
        let Held { caller, token, tool, attempt, .. } = &self.call;
        Key::derived(&[caller, token, tool, what, &attempt.to_string()])
    }

    /// A step: run once, its outcome kept. Named after its skill unless `named` says otherwise.
    pub fn step<S: Skill>(&self, skill: S) -> Step<'_, S> {
        Step { run: self, skill, name: S::NAME.into(), undo: None }
    }

    /// A step that commits several changes to the hotel's records, all or none.
    pub fn commit(&self, name: &'static str, changes: Commit) -> Step<'_, Commit> {
        self.step(changes).named(name)
    }

    /// Stages a message: it leaves once the saga has finished.
    pub fn afterwards(&self, send: SendSms) {
        let mut state = self.state();
        let key = self.key_for(&format!("message {}", state.messages.len()));
        state.messages.push((key, send.sms));
    }

    /// Reads what the workflow needs and, out of it, chooses what to act on; holds that against every other call; and
    /// reads and chooses again if another call held it in between. One write at a time per booking: a second call
    /// waits here, within its deadline, and then sees what the first one did.
    ///
    /// # Errors
    /// What choosing refuses, an outage, or that the wait took too long.
    pub async fn hold<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
    ) -> Result<(Seen, T), SagaError> {
        self.hold_ending(look, choose, None).await
    }

    /// Reads what a workflow needs, as far as this caller may see it: whatever belongs to another guest than the one
    /// this call acts for does not exist. This is the one place where that is decided for bookings and cases.
    ///
    /// # Errors
    /// An outage.
    pub async fn look(&self, look: Look) -> Result<Seen, SagaError> {
        let mut seen = self.step(LookUp(look)).await?;
        if let Some(me) = self.acting_guest() {
            seen.booking = seen.booking.filter(|stay| stay.guest.email == *me);
            seen.paid = seen.paid.filter(|stay| stay.guest.email == *me);
            seen.case = seen.case.filter(|case| case.guest.as_ref().is_some_and(|guest| guest.email == *me));
        }
        Ok(seen)
    }

    /// Lets the next look be a new one.
    fn forget(&self, name: &str) {
        let mut state = self.state();
        state.known.remove(name);
        state.learned.retain(|step| step.name != name);
    }

    /// Like [`Run::hold`], but a checkout that is still being finished and that nobody is working on at the moment is
    /// taken over rather than waited for: it will not go on, and its token answers `ended_as`.
    ///
    /// # Errors
    /// As [`Run::hold`].
    pub async fn hold_taking_over<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
        ended_as: &Refusal,
    ) -> Result<(Seen, T), SagaError> {
        self.hold_ending(look, choose, Some(ended_as)).await
    }

    async fn hold_ending<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
        ended_as: Option<&Refusal>,
    ) -> Result<(Seen, T), SagaError> {
        let mut held: Option<String> = None;
        loop {
            let seen = self.look(look.clone()).await?;
            let chosen = choose(&seen)?;
            self.concerns(chosen.guest(), chosen.booking());
            let Some(key) = chosen.lock_key() else { return Ok((seen, chosen)) };
            if let Some(other) = held.take_if(|held| *held != key) {
                self.engine.journal().unlock(&self.call, other).await?;
            }
            if self.lock(&key, ended_as).await? {
                return Ok((seen, chosen));
            }
            held = Some(key);
            self.forget(LookUp::NAME);
        }
    }

    /// Takes a lock, waiting for whoever has it; says whether what was read before still counts.
    async fn lock(&self, key: &str, ended_as: Option<&Refusal>) -> Result<bool, SagaError> {
        let mut pause = FIRST_LOOK;
        let let_go = self.engine.waits_for(key);
        loop {
            let since = self.state().turn;
            let taken_over = self.call.turn == 0;
            match self.engine.journal().lock(&self.call, key.to_owned(), since).await? {
                Lock::Fresh => {
                    self.state().locks.push(key.to_owned());
                    return Ok(true);
                }
                // A call that changed hands goes on from what it journaled; the expectations of its commit decide.
                Lock::Stale(_) if taken_over && self.call.effects => return Ok(true),
                Lock::Stale(turn) => {
                    let mut state = self.state();
                    state.turn = turn;
                    state.locks.push(key.to_owned());
                    return Ok(false);
                }
                Lock::Busy(holder) => {
                    if self.take_over(key, ended_as).await? {
                        return Ok(false); // what it did until then must be seen
                    }
                    self.engine.look_after(holder).await?;
                }
            }
            if Instant::now() + pause > self.deadline {
                return Err(SagaError::Outage(Outage {
                    error_code: ErrorCode::UpstreamTimeout,
                    ..Outage::unreached(System::Crm, "another call holds this booking")
                }));
            }
            // Woken by whoever of this process lets it go; other processes are looked after now and then.
            let _ = tokio::time::timeout(pause, let_go.notified()).await;
            pause = (pause * 2).min(LONGEST_LOOK);
        }
    }

    /// Ends the checkout that holds the lock, if it is to be ended and nobody is working on it at the moment.
    async fn take_over(&self, key: &str, ended_as: Option<&Refusal>) -> Result<bool, SagaError> {
        let Some(ended_as) = ended_as else { return Ok(false) };
        let answer = crate::answer::Answer::failure(ended_as).json().clone();
        let code = ended_as.error_code.as_str().to_owned();
        self.engine.journal().take_over(&self.call, key.to_owned(), code, answer).await
    }

    async fn run_step<S: Skill>(
        &self,
        skill: S,
        name: Cow<'static, str>,
        undo: Option<Undo>,
    ) -> Result<S::Output, SagaError> {
        let input = digest(&skill);
        let mut begun_before = false;
        let known = self.state().known.get(&*name).cloned(); // the guard must not outlive this line
        if let Some(known) = known {
            if known.input != input {
                return Err(diverged(&name));
            }
            match known.outcome {
                StepOutcome::Done(value) => {
                    let output = read_back(&name, value)?;
                    self.push_undo(&name, undo);
                    self.state().effects |= S::EFFECT.binds() && S::took_effect(&output);
                    return Ok(output);
                }
                StepOutcome::Refused(value) => return Err(SagaError::Refused(read_back(&name, value)?)),
                StepOutcome::Begun => begun_before = true,
            }
        }
        let mut row = StepRow {
            name: name.to_string(),
            place: self.next_place(),
            input,
            undo: undo.as_ref().map(|undo| undo.value.clone()),
            outcome: StepOutcome::Begun,
            started_at: Timestamp::now(),
            duration_ms: None,
        };
        let binds = S::EFFECT.binds();
        if S::EFFECT.writes() {
            let learned = std::mem::take(&mut self.state().learned);
            let durability = if binds { Durability::Forced } else { Durability::Relaxed };
            self.engine.journal().announce(&self.call, durability, learned, row.clone(), binds).await?;
        }
        self.push_undo(&name, undo);
        let began = Instant::now();
        let result = self.run_until_definite(&skill, &name, begun_before).await;
        row.duration_ms = Some(i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX));
        match &result {
            Ok(output) => row.outcome = StepOutcome::Done(serde_json::to_value(output).unwrap_or_default()),
            Err(SagaError::Refused(refusal)) => {
                row.outcome = StepOutcome::Refused(serde_json::to_value(refusal).unwrap_or_default());
            }
            Err(_) => {}
        }
        let mut state = self.state();
        match &result {
            Err(SagaError::Refused(_)) => state.undos.retain(|(step, _)| *step != name), // nothing was done
            Ok(output) => state.effects |= binds && S::took_effect(output),
            Err(SagaError::Unknown(_)) => state.unknown |= binds,
            Err(_) => {}
        }
        if row.outcome != StepOutcome::Begun {
            state.known.insert(row.name.clone(), row.clone());
            state.learned.push(row);
        }
        result
    }

    /// Runs a skill until its outcome is definite: an unknown outcome is settled by asking again under the same key.
    async fn run_until_definite<S: Skill>(
        &self,
        skill: &S,
        name: &str,
        begun_before: bool,
    ) -> Result<S::Output, SagaError> {
        let call = Call::new(self.engine.hotel(), self.key_for(name), self.today());
        // One that began before a crash may have taken effect then.
        let (mut pause, mut unknown) = (FIRST_PAUSE, begun_before && S::EFFECT.writes());
        loop {
            let timeout = self.engine.settings().step_timeout;
            let outage = match tokio::time::timeout(timeout, skill.run(&call)).await {
                Ok(Ok(output)) => return Ok(output),
                Ok(Err(SkillError::Refused(refusal))) => return Err(SagaError::Refused(refusal)),
                Ok(Err(SkillError::Outage(outage))) => outage,
                Err(_) => Outage {
                    error_code: ErrorCode::UpstreamTimeout,
                    ..Outage::unknown(System::Crm, format!("{name} took longer than {}s", timeout.as_secs()))
                },
            };
            unknown |= outage.effect_unknown && S::EFFECT.writes();
            tracing::warn!(step = name, reason = %outage.reason, unknown, "a step got no definite answer");
            let wait = outage.retry_after_seconds.map_or(pause, Duration::from_secs);
            if Instant::now() + wait > self.deadline {
                return Err(if unknown { SagaError::Unknown(outage) } else { SagaError::Outage(outage) });
            }
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn next_place(&self) -> i64 {
        let mut state = self.state();
        state.place += 1;
        state.place
    }

    fn push_undo(&self, step: &str, undo: Option<Undo>) {
        if let Some(undo) = undo {
            self.state().undos.push((step.to_owned().into(), undo.work));
        }
    }

    /// Runs the ways back, last first. Each is a step of its own, so that it is done once.
    pub(crate) async fn unwind(&self) -> Result<(), SagaError> {
        let undos = std::mem::take(&mut self.state().undos);
        for (step, undo) in undos.into_iter().rev() {
            match undo(self).await {
                Err(SagaError::Refused(why)) => {
                    return Err(SagaError::Stuck(why.detail("undo_of", step.as_ref())));
                }
                result => result?,
            }
        }
        Ok(())
    }

    pub(crate) const fn call(&self) -> &Held {
        &self.call
    }

    /// Whether an effect is done.
    pub(crate) fn has_effects(&self) -> bool {
        self.state().effects
    }

    /// Whether an effect is done or may be.
    pub(crate) fn may_have_effects(&self) -> bool {
        let state = self.state();
        state.effects || state.unknown
    }

    /// A look at something that is not part of the saga's story: not journaled, so that it is looked at anew each time.
    /// Only states that stay as they are may steer by it.
    ///
    /// # Errors
    /// An outage.
    pub async fn observe<S: Skill>(&self, skill: S) -> Result<S::Output, SagaError> {
        self.run_until_definite(&skill, S::NAME, false).await
    }

    pub(crate) fn take_learned(&self) -> Vec<StepRow> {
        std::mem::take(&mut self.state().learned)
    }

    /// Notes whom and what the call turned out to be about, for the audit trail.
    pub fn concerns(&self, guest: Option<&Email>, booking: Option<&BookingNumber>) {
        let mut state = self.state();
        state.about.guest = guest.cloned().or(state.about.guest.take());
        state.about.booking = booking.cloned().or(state.about.booking.take());
    }

    pub(crate) fn about(&self) -> About {
        self.state().about.clone()
    }

    pub(crate) fn take_messages(&self) -> Vec<(Key, Sms)> {
        std::mem::take(&mut self.state().messages)
    }
}

/// The locks were let go with the end of the call: who waits for them here need not wait longer.
impl Drop for Run {
    fn drop(&mut self) {
        let locks = std::mem::take(&mut self.state().locks);
        self.engine.let_go(&locks);
    }
}

struct Undo {
    value: serde_json::Value,
    work: UndoWork,
}

/// A step about to run. It runs when awaited.
#[must_use = "a step runs when it is awaited"]
pub struct Step<'a, S> {
    run: &'a Run,
    skill: S,
    name: Cow<'static, str>,
    undo: Option<Undo>,
}

impl<S: Skill> Step<'_, S> {
    /// Gives the step a name of its own: a name stands for one step of a saga.
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Registers the way back. It is journaled before the step begins, runs on a later definite no, and must be
    /// harmless if the step never took effect.
    pub fn undo<U: Skill>(mut self, undo: U) -> Self {
        let value = serde_json::json!({"skill": U::NAME, "input": undo});
        let name = format!("undo {}", self.name);
        let work: UndoWork =
            Box::new(move |run| Box::pin(async move { run.step(undo).named(name).await.map(|_| ()) }));
        self.undo = Some(Undo { value, work });
        self
    }
}

impl<'a, S: Skill> IntoFuture for Step<'a, S> {
    type Output = Result<S::Output, SagaError>;
    type IntoFuture = Boxed<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run.run_step(self.skill, self.name, self.undo))
    }
}

/// What a step asks for, as a digest: the journal keeps what steps answered, not what they were asked.
fn digest(skill: &impl Serialize) -> Key {
    Key::derived(&[&serde_json::to_string(skill).unwrap_or_default()])
}

fn read_back<T: serde::de::DeserializeOwned>(name: &str, value: serde_json::Value) -> Result<T, SagaError> {
    serde_json::from_value(value).map_err(|_| diverged(name))
}

/// The saga's code and its journal no longer tell the same story: another version of this program began the call.
fn diverged(step: &str) -> SagaError {
    let why = format!("The step {step} of this call was begun by another version of this program.");
    SagaError::Stuck(Refusal::new(ErrorCode::NeedsAttention, why).detail("step", step))
}
