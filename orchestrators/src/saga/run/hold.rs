//! What a saga acts on is held against every other call: read, chosen, locked, and read again if somebody wrote in
//! between.

use super::Run;
use crate::saga::SagaError;
use crate::saga::journal::{Lock, StepOutcome, StepRow, Wanted};
use skills::systems::crm::{Case, Look, Room, Seen, Stay};
use skills::words::{BookingNumber, Email, Key};
use skills::{ErrorCode, LookUp, Outage, Refusal, Skill, System, refusals};
use std::time::{Duration, Instant};

/// The first pause while another call holds a lock, and the longest.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LONGEST_LOOK: Duration = Duration::from_millis(40);

/// The step that ends an unfinished checkout so that another call may go on with its stay.
const TAKE_OVER: &str = "take_over_checkout";

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

impl Hold for Room {
    fn lock_key(&self) -> Option<String> {
        Some(format!("room {}", self.number))
    }
}

impl Hold for Case {
    fn lock_key(&self) -> Option<String> {
        Some(format!("case {}", self.number))
    }
}

impl Run {
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
        if let Some(booking) = seen.incomplete.take().filter(|_| self.acting_guest().is_none()) {
            return Err(refusals::booking_incomplete(&booking.booking, &booking.missing).into());
        }
        if let Some(me) = self.acting_guest() {
            seen.booking = seen.booking.filter(|stay| stay.guest.email == *me);
            seen.paid = seen.paid.filter(|stay| stay.guest.email == *me);
            seen.case = seen.case.filter(|case| case.guest.as_ref().is_some_and(|guest| guest.email == *me));
        }
        Ok(seen)
    }

    /// Lets the next look be a new one.
    fn forget(&self, name: &str) {
        let name = &self.in_round(name);
        let mut state = self.state();
        state.known.remove(name);
        state.learned.retain(|step| step.name != *name);
    }

    /// Like [`Run::hold`], but a checkout that is still being finished and that nobody is working on at the moment is
    /// taken over rather than waited for: it will not go on, and its token answers `ended_as`. Says whether one was.
    ///
    /// # Errors
    /// As [`Run::hold`].
    pub async fn hold_taking_over<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
        ended_as: &Refusal,
    ) -> Result<(T, bool), SagaError> {
        let (_, chosen) = self.hold_ending(look, choose, Some(ended_as)).await?;
        let taken_over = self.ask(TAKE_OVER, &taking_over()).is_some();
        self.state().unknown |= taken_over; // what was taken over must be finished
        Ok((chosen, taken_over))
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
            if ended_as.is_none() && self.wants(&key) {
                return Ok((seen, chosen));
            }
            if self.lock(&key, ended_as).await? {
                return Ok((seen, chosen));
            }
            held = Some(key);
            self.forget(LookUp::NAME);
        }
    }

    /// Leaves the lock to the first announcement, which then is one write to the journal less: mostly nobody has it. If
    /// somebody has, or had it since, the saga begins again, having done nothing.
    fn wants(&self, key: &str) -> bool {
        let mut state = self.state();
        let later =
            self.call.is_first_hand() && !state.announced && !state.locks_at_once && state.wanted.is_none();
        if later {
            state.wanted = Some(Wanted { key: key.to_owned(), since: state.turn });
        }
        later
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
        let step = StepRow {
            name: TAKE_OVER.to_owned(),
            place: self.next_place(),
            input: taking_over(),
            undo: None,
            outcome: StepOutcome::Done(true.into()),
            started_at: skills::clock::now(),
            duration_ms: None,
        };
        let done =
            self.engine.journal().take_over(&self.call, key.to_owned(), code, answer, step.clone()).await?;
        if done {
            self.state().known.insert(step.name.clone(), step);
        }
        Ok(done)
    }
}

fn taking_over() -> Key {
    Key::derived(&[TAKE_OVER])
}
