//! A running saga: its steps, their ways back, its locks and its messages.

mod asking;
mod attempt;
mod facts;
mod given;
mod hold;
mod replay;
mod rounds;
mod side_by_side;
mod so_far;
mod step;

pub(crate) use given::Described;
pub use hold::Hold;
pub use side_by_side::{beside, both};
pub use step::Step;

use super::ledger::Ledger;
use super::live::Live;
use super::record::{About, Held, StepRow};
use super::way_back::WayBack;
use crate::saga::SagaError;
use jiff::{SignedDuration, Timestamp};
use replay::Standing;
use serde_json::Value;
use skills::operations::messages::SendSms;
use skills::records::Stay;
use skills::systems::Hotel;
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Email, Key};
use skills::{Commit, FollowUp, Refusal, Skill};
use std::collections::HashMap;
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
    pub(crate) requests_per_guest: u32,
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

    /// Whether the journal has a step: then the saga asks for it again, whatever the records show now.
    pub(crate) fn knows(&self, step: &str) -> bool {
        let step = self.in_round(step);
        self.state().known.contains_key(&step)
    }

    /// An idempotency key for something this call makes: the same after a crash, different for another call.
    pub fn key_for(&self, what: &str) -> Key {
        let Held { caller, token, tool, attempt, .. } = &self.call;
        let what = self.in_round(what);
        Key::derived(&[caller, token, tool, &what, &attempt.to_string()])
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

    fn next_place(&self) -> i64 {
        let mut state = self.state();
        state.place += 1;
        state.place
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

    /// Records the guest and booking the call turned out to be about, for the audit trail.
    pub fn concerns(&self, guest: Option<&Email>, booking: Option<&BookingNumber>) {
        let mut state = self.state();
        let found =
            About { person: guest.map(ToString::to_string), subject: booking.map(ToString::to_string) };
        state.about = found.or(std::mem::take(&mut state.about));
    }
}
