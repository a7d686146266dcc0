//! A running saga: its steps, their ways back, its locks and its messages.

mod asking;
mod attempt;
mod hold;
mod replay;
mod said;
mod step;

pub use hold::Hold;
pub(crate) use said::Described;
pub use step::Step;

use super::ledger::Ledger;
use super::live::Live;
use super::record::{About, Held, StepRow};
use super::way_back::WayBack;
use crate::saga::SagaError;
use jiff::{SignedDuration, Timestamp};
use replay::{Standing, UNDO};
use serde_json::Value;
use skills::operations::messages::SendSms;
use skills::records::Stay;
use skills::systems::Hotel;
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Date, Email, Key};
use skills::{Commit, ErrorCode, FollowUp, Refusal, Skill, refusals};
use std::collections::HashMap;
use std::future::IntoFuture;
use std::pin::pin;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use step::KnownBy;
use tracing::Span;

/// Shared by all runs: the hotel, its limits, the ways back that can be run.
pub(crate) struct Surroundings {
    pub(crate) hotel: Arc<Hotel>,
    pub(crate) call_deadline: Duration,
    pub(crate) step_timeout: Duration,
    pub(crate) bookings_per_guest: u32,
    pub(crate) ways_back: Vec<Arc<dyn WayBack>>,
    pub(crate) may_be_logged: fn(&str) -> bool,
}

/// One run of a saga. Shared by reference, so that independent steps run side by side.
pub struct Run {
    around: Arc<Surroundings>,
    ledger: Arc<dyn Ledger>,
    call: Held,
    /// The client that waits for it.
    live: Live,
    /// Its span in the call's trace.
    within: Span,
    /// The last stage that the client was told of. A saga that begins again does not go back.
    told: AtomicU32,
    deadline: Instant,
    /// When this run began, by the ledger's clock, and how long it may take.
    began: Timestamp,
    /// When the last step began that earlier runs left in the journal.
    last_step: Timestamp,
    longest: SignedDuration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Steps that the journal has from earlier runs.
    known: HashMap<String, StepRow>,
    /// Names of the journaled steps, except those of the previous program version.
    before: Vec<String>,
    /// The steps this run asked for, in order.
    asked: Vec<String>,
    /// Effects that are done and not undone.
    standing: Vec<Standing>,
    /// Outcomes not journaled yet: written with the next announcement, or with the end.
    learned: Vec<StepRow>,
    /// The journaled ways back, each with the step it undoes.
    undos: Vec<(String, Value)>,
    /// What the call started that must be followed up, each with its step.
    follow_ups: Vec<(String, FollowUp)>,
    messages: Vec<(Key, Sms)>,
    /// Warnings for the answer.
    warnings: Vec<String>,
    place: i64,
    /// An effect that binds the token is done.
    effects: bool,
    /// An effect that binds the token may be done.
    unknown: bool,
    /// The ways back are being run.
    unwinding: bool,
    /// The person has agreed to what is being done.
    agreed: bool,
    about: About,
    /// How many new rounds the saga has begun because the records had changed, and why the last one.
    round: u32,
    moved_on: Option<Refusal>,
}

/// How many new rounds a saga may begin while others keep changing the records.
const MOST_ROUNDS: u32 = 8;

/// Runs two independent steps side by side; the first failure is the failure of both.
///
/// # Errors
/// The first step's failure, else the second's.
pub async fn both<A, B, T, U>(a: A, b: B) -> Result<(T, U), SagaError>
where
    A: IntoFuture<Output = Result<T, SagaError>>,
    B: IntoFuture<Output = Result<U, SagaError>>,
{
    // Both run to their end: a step is not abandoned halfway because the other failed.
    let (a, b) = tokio::join!(a.into_future(), b.into_future());
    Ok((a?, b?))
}

/// Runs `side`, a read, beside `main`; waits for `side` only if `main`'s answer makes it `wanted`.
///
/// # Errors
/// `main`'s error, at once; else `side`'s, if it is wanted.
pub async fn beside<T, U>(
    main: impl IntoFuture<Output = Result<T, SagaError>>,
    side: impl IntoFuture<Output = Result<U, SagaError>>,
    wanted: impl FnOnce(&T) -> bool,
) -> Result<(T, Option<U>), SagaError> {
    let (mut main, mut side) = (pin!(main.into_future()), pin!(side.into_future()));
    let mut found = None;
    let done = loop {
        tokio::select! {
            biased;
            done = &mut main => break done?,
            answer = &mut side, if found.is_none() => found = Some(answer),
        }
    };
    if !wanted(&done) {
        return Ok((done, None));
    }
    let found = match found {
        Some(found) => found,
        None => side.await,
    };
    Ok((done, Some(found?)))
}

/// When the last of a call's steps began, or the call, if it has none.
pub(crate) fn last_step<'a>(call: &Held, steps: impl Iterator<Item = &'a StepRow>) -> Timestamp {
    steps.map(|step| step.started_at).fold(call.started_at, Timestamp::max)
}

impl Run {
    pub(crate) fn new(
        around: Arc<Surroundings>,
        ledger: Arc<dyn Ledger>,
        call: Held,
        known: Vec<StepRow>,
        live: Live,
        within: Span,
    ) -> Self {
        let deadline = Instant::now() + around.call_deadline;
        let state = State {
            place: known.iter().map(|step| step.place).max().unwrap_or(0),
            // Steps of the previous program version need not be asked for again: their effects are found by their keys.
            before: known
                .iter()
                .filter(|step| !step.input.is_of_the_version_before())
                .map(|step| step.name.clone())
                .collect(),
            known: known.into_iter().map(|step| (step.name.clone(), step)).collect(),
            ..State::default()
        };
        let (began, told) = (ledger.now(), AtomicU32::new(0));
        let last_step = last_step(&call, state.known.values());
        let longest = SignedDuration::try_from(around.call_deadline).unwrap_or(SignedDuration::MAX);
        let state = Mutex::new(state);
        Self { around, ledger, call, live, within, told, deadline, began, last_step, longest, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the call was made.
    pub fn now(&self) -> Timestamp {
        self.call.started_at
    }

    /// How long ago this run found the call's last step.
    pub(crate) fn since_last_step(&self) -> SignedDuration {
        self.began.duration_since(self.last_step)
    }

    /// The hotel's day when the call was made.
    pub fn today(&self) -> Date {
        self.around.hotel.day_of(self.now())
    }

    /// The last day whose nights are over by now: a stay can begin until the check-out time of its departure day.
    pub fn nights_over_by(&self) -> Date {
        self.around.hotel.calendar.nights_over_by(self.now())
    }

    /// Refuses to begin a call whose amounts would be in another currency than those of the records. A call that was
    /// taken over has begun already: it is finished.
    ///
    /// # Errors
    /// `CURRENCY_MISMATCH`.
    pub fn check_currency(&self) -> Result<(), Refusal> {
        let hotel = &self.around.hotel;
        match &hotel.currency_of_records {
            Some(records) if *records != hotel.currency && !self.resumed() => {
                Err(refusals::currency_mismatch(records, &hotel.currency))
            }
            _ => Ok(()),
        }
    }

    /// The hotel's day at a moment.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.around.hotel.day_of(moment)
    }

    /// The moment when the call's day began.
    pub fn start_of_today(&self) -> Timestamp {
        self.around.hotel.start_of_day(self.now())
    }

    /// The hotel's currency, an ISO code in lower case.
    pub fn currency(&self) -> &str {
        &self.around.hotel.currency
    }

    /// The one guest this call acts for, if any.
    pub fn acting_guest(&self) -> Option<&Email> {
        self.call.acts_for.as_ref()
    }

    /// How many new rounds the saga has begun because the records had changed.
    pub fn round(&self) -> u32 {
        self.state().round
    }

    /// The most open bookings a guest may make through their own server.
    pub fn bookings_per_guest(&self) -> u32 {
        self.around.bookings_per_guest
    }

    /// How often the caller retried while the call waited for the guest.
    pub fn asked_again(&self) -> i64 {
        self.call.asked_again
    }

    /// Whether the call was continued after it had waited or its process had died.
    pub const fn resumed(&self) -> bool {
        !self.call.is_first_hand()
    }

    /// Whether the call is older than this. Time only grows, so a saga may steer by it without a step.
    pub fn is_older_than(&self, age: SignedDuration) -> bool {
        self.ledger.now().duration_since(self.now()) > age
    }

    /// Whether the journal has a step: then the saga asks for it again, whatever the records show now.
    pub(crate) fn knows(&self, step: &str) -> bool {
        let step = self.in_round(step);
        self.state().known.contains_key(&step)
    }

    /// The day a call about a booking was first refused with this code, since one of the `settling` tools last succeeded.
    pub(crate) fn first_refused(
        &self,
        booking: &BookingNumber,
        code: ErrorCode,
        settling: &[&str],
    ) -> Result<Option<Date>, SagaError> {
        let moment = self.ledger.history().first_refused(booking.as_str(), code.as_str(), settling)?;
        Ok(moment.map(|moment| self.day_of(moment)))
    }

    /// Whether staff have cleared every call of a tool about a booking that needed attention, one of them after this moment.
    pub(crate) fn were_seen_to(
        &self,
        booking: &BookingNumber,
        tool: &str,
        after: Timestamp,
    ) -> Result<bool, SagaError> {
        self.ledger.history().were_seen_to(booking.as_str(), tool, after)
    }

    /// What this call started that must be followed up.
    pub(crate) fn follow_ups(&self) -> Vec<FollowUp> {
        self.state().follow_ups.iter().map(|(_, follow_up)| follow_up.clone()).collect()
    }

    /// Whether a way back started something that has not ended: a refund that has not reached the guest.
    pub(crate) fn is_on_its_way_back(&self) -> bool {
        self.state().follow_ups.iter().any(|(step, _)| step.starts_with(UNDO))
    }

    /// An idempotency key for something this call makes: the same after a crash, different for another call.
    pub fn key_for(&self, what: &str) -> Key {
        let Held { caller, token, tool, attempt, .. } = &self.call;
        let what = self.in_round(what);
        Key::derived(&[caller, token, tool, &what, &attempt.to_string()])
    }

    /// A step's name in this round: each round has steps of its own.
    pub(super) fn in_round(&self, name: &str) -> String {
        match self.state().round {
            0 => name.to_owned(),
            round if name.ends_with(&format!(" #{round}")) => name.to_owned(),
            round => format!("{name} #{round}"),
        }
    }

    /// A step: run once, its outcome journaled. Named after its skill unless `named` says otherwise.
    pub fn step<S: Skill>(&self, skill: S) -> Step<'_, S> {
        Step { run: self, skill, name: S::NAME.into(), undo: None, known_by: KnownBy::Input }
    }

    /// A step that commits several changes to the hotel's records, all or none.
    pub fn commit(&self, name: &'static str, changes: Commit) -> Step<'_, Commit> {
        self.step(changes).named(name)
    }

    /// Stages a message: it is sent once the saga has finished.
    pub fn afterwards(&self, send: SendSms) {
        let place = self.state().messages.len();
        let key = self.key_for(&format!("message {place}"));
        self.state().messages.push((key, send.sms));
    }

    /// Adds a warning to the answer: a value that was not used, or something that is wrong. One sentence.
    pub fn warn(&self, sentence: impl Into<String>) {
        let (mut state, sentence) = (self.state(), sentence.into());
        if !state.warnings.contains(&sentence) {
            state.warnings.push(sentence);
        }
    }

    /// Warns of what is wrong with a stay's price, if anything is.
    pub fn warn_of_price(&self, stay: &Stay) {
        stay.price_warning().into_iter().for_each(|sentence| self.warn(sentence));
    }

    pub(crate) fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.state().warnings)
    }

    fn next_place(&self) -> i64 {
        let mut state = self.state();
        state.place += 1;
        state.place
    }

    /// Runs the journaled ways back, last first. Each is a step of its own, so that it is done once.
    pub(crate) async fn unwind(&self) -> Result<(), SagaError> {
        let undos = std::mem::take(&mut self.state().undos);
        self.state().unwinding = true;
        for (step, undo) in undos.into_iter().rev() {
            let skill = undo["skill"].as_str().unwrap_or_default();
            let way_back = self.around.ways_back.iter().find(|way_back| way_back.name() == skill);
            let way_back = way_back.ok_or_else(|| SagaError::bug(&format!("{skill} is no way back")))?;
            let name = format!("{UNDO}{step}");
            match way_back.run(self, name, undo["input"].clone()).await {
                Err(SagaError::Refused(why) | SagaError::MovedOn(why)) => {
                    self.may_stand(&step, way_back.system());
                    return Err(SagaError::Stuck(why.detail("undo_of", step.as_str())));
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// Clears what a run without effects has read, so that it begins again.
    pub(crate) fn begin_again(&self) {
        *self.state() = State::default();
    }

    /// Begins a new round with a fresh read, after a step found that the records had changed. Not if an effect
    /// stands, nor if a fresh read led to the same refusal.
    pub(crate) fn begin_round(&self, moved_on: &Refusal) -> bool {
        let late = self.ledger.now().duration_since(self.began) > self.longest;
        let mut state = self.state();
        let same = state.moved_on.as_ref() == Some(moved_on);
        if state.effects || state.unknown || same || late || state.round >= MOST_ROUNDS {
            return false;
        }
        state.round += 1;
        state.moved_on = Some(moved_on.clone());
        (state.messages, state.warnings, state.undos) = Default::default();
        (state.standing, state.about) = Default::default();
        true
    }

    /// Whether a field's value may appear in the log.
    pub(crate) fn may_be_logged(&self) -> fn(&str) -> bool {
        self.around.may_be_logged
    }

    pub(crate) const fn call(&self) -> &Held {
        &self.call
    }

    /// Whether an effect is done.
    pub(crate) fn has_effects(&self) -> bool {
        self.state().effects
    }

    /// Whether the call continues forward after an effect: not while it is being undone.
    pub(crate) fn goes_forward(&self) -> bool {
        let state = self.state();
        state.effects && !state.unwinding
    }

    /// Whether an effect is done or may be: in this run, or in an earlier one that did not learn its outcome.
    pub(crate) fn may_have_effects(&self) -> bool {
        let state = self.state();
        state.effects || state.unknown || self.call.effects
    }

    /// A read that is not journaled, so that every run reads anew. A saga may steer only by states that never change again.
    ///
    /// # Errors
    /// An outage.
    pub async fn observe<S: Skill>(&self, skill: S) -> Result<S::Output, SagaError> {
        let name = format!("observe {}", S::NAME);
        let (output, outcome) = self.perform(skill, &name, S::NAME, None, 0).await.result?;
        self.told::<S>(output, &outcome, &name)
    }

    /// All steps that the call has by now.
    #[cfg(feature = "restate")]
    pub(crate) fn rows(&self) -> Vec<StepRow> {
        let state = self.state();
        let mut rows = state.known.clone();
        rows.extend(state.learned.iter().map(|row| (row.name.clone(), row.clone())));
        rows.into_values().collect()
    }

    pub(crate) fn take_learned(&self) -> Vec<StepRow> {
        std::mem::take(&mut self.state().learned)
    }

    /// Records the guest and booking the call turned out to be about, for the audit trail.
    pub fn concerns(&self, guest: Option<&Email>, booking: Option<&BookingNumber>) {
        let mut state = self.state();
        let found =
            About { person: guest.map(ToString::to_string), subject: booking.map(ToString::to_string) };
        state.about = found.or(std::mem::take(&mut state.about));
    }

    pub(crate) fn about(&self) -> About {
        self.state().about.clone()
    }

    pub(crate) fn take_messages(&self) -> Vec<(Key, Sms)> {
        std::mem::take(&mut self.state().messages)
    }
}
