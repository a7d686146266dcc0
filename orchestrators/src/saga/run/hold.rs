//! What a saga acts on is held against every other call: read, chosen, locked, and read again if somebody wrote in
//! between.

use super::Run;
use crate::engine::journal::{Lock, StepOutcome, StepRow, Wanted};
use crate::saga::SagaError;
use serde::Deserialize;
use skills::operations::LookUp;
use skills::records::{Case, Look, Room, Seen, Stay};
use skills::words::{BookingNumber, Email, Key};
use skills::{ErrorCode, Outage, Refusal, Skill, System, refusals};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first pause while another call holds a lock, and the longest.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LONGEST_LOOK: Duration = Duration::from_millis(8);

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
    /// this call acts for does not exist. This is the one place where that is decided for bookings and cases. Of the texts
    /// in its lists only the beginning is seen.
    ///
    /// # Errors
    /// An outage.
    pub async fn look(&self, look: Look) -> Result<Seen, SagaError> {
        let seen = self.look_closely(look).await?;
        Ok(self.without_long_texts(seen, None))
    }

    /// The same with every text whole, for whoever has still to choose.
    async fn look_closely(&self, look: Look) -> Result<Seen, SagaError> {
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

    /// What was seen with only the beginning of long texts that nobody acts on, here and in the step that the journal will
    /// keep. Run again, the saga chooses the same, since no choice goes by a text.
    fn without_long_texts(&self, seen: Seen, chosen: Option<&BookingNumber>) -> Seen {
        if !seen.has_long_texts(chosen) {
            return seen;
        }
        let name = self.in_round(LookUp::NAME);
        let mut state = self.state();
        let state = &mut *state;
        let looked = state.learned.iter_mut().find(|step| step.name == name);
        if let Some(step) = looked
            && let StepOutcome::Done(value) = &mut step.outcome
            && let Ok(all) = Seen::deserialize(&*value)
        {
            *value = serde_json::to_value(all.without_long_texts(chosen)).unwrap_or_default();
            state.known.insert(step.name.clone(), step.clone());
        }
        seen.without_long_texts(chosen)
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
            let seen = self.look_closely(look.clone()).await?;
            let chosen = choose(&seen);
            let booking = chosen.as_ref().ok().and_then(Hold::booking);
            let seen = self.without_long_texts(seen, booking);
            let chosen = chosen?;
            self.concerns(chosen.guest(), chosen.booking());
            let Some(key) = chosen.lock_key() else { return Ok((seen, chosen)) };
            if self.stands_in_line(&key).await? {
                self.forget(LookUp::NAME); // whoever was before us has changed what was seen
                continue;
            }
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

    /// Waits until this call is the first of its process that wants the lock; says whether it had to wait. A call that
    /// changed hands does not stand in line: it may be what the one in front waits for.
    async fn stands_in_line(&self, key: &str) -> Result<bool, SagaError> {
        if !self.call.is_first_hand() || self.state().in_front.as_ref().is_some_and(|(mine, _)| mine == key) {
            return Ok(false);
        }
        self.state().in_front = None; // it is another one that is wanted by now
        let line = self.engine.line(key);
        if let Ok(front) = Arc::clone(&line).try_lock_owned() {
            self.state().in_front = Some((key.to_owned(), front));
            return Ok(false);
        }
        let Ok(front) = tokio::time::timeout_at(self.deadline.into(), line.lock_owned()).await else {
            return Err(held_for_too_long());
        };
        let turn = self.engine.journal().turn()?;
        let mut state = self.state();
        state.turn = turn;
        state.in_front = Some((key.to_owned(), front));
        Ok(true)
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
        let mut first = true;
        loop {
            let since = self.state().turn;
            let taken_over = self.call.turn == 0;
            match self.engine.journal().lock(&self.call, key.to_owned(), since).await? {
                Lock::Fresh => return Ok(true),
                // A call that changed hands goes on from what it journaled; the expectations of its commit decide.
                Lock::Stale(_) if taken_over && self.call.effects => return Ok(true),
                Lock::Stale(turn) => {
                    self.state().turn = turn;
                    return Ok(false);
                }
                Lock::Busy(holder) => {
                    if self.take_over(key, ended_as).await? {
                        return Ok(false); // what it did until then must be seen
                    }
                    self.engine.look_after(holder, std::mem::take(&mut first)).await?;
                }
            }
            // Only the first in line of each process asks, and only once the journal says that it may be had.
            loop {
                if Instant::now() + pause > self.deadline {
                    return Err(held_for_too_long());
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_LOOK);
                if ended_as.is_some() || self.engine.journal().is_to_be_had(key)? {
                    break;
                }
            }
        }
    }

    /// Ends the checkout that holds the lock, if it is to be ended and nobody is working on it at the moment.
    async fn take_over(&self, key: &str, ended_as: Option<&Refusal>) -> Result<bool, SagaError> {
        let Some(ended_as) = ended_as else { return Ok(false) };
        let answer = crate::tool::answer::Answer::failure(ended_as).json().clone();
        let code = ended_as.error_code.as_str().to_owned();
        let step = StepRow {
            name: TAKE_OVER.to_owned(),
            place: self.next_place(),
            input: taking_over(),
            undo: None,
            outcome: StepOutcome::Done(true.into()),
            spent_keys: 0,
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

fn held_for_too_long() -> SagaError {
    SagaError::Outage(Outage {
        error_code: ErrorCode::UpstreamTimeout,
        ..Outage::unreached(System::Crm, "another call holds this booking")
    })
}

fn taking_over() -> Key {
    Key::derived(&[TAKE_OVER])
}
