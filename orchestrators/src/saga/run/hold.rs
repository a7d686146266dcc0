//! Locks what a saga acts on: reads, chooses, locks, and reads again if another call wrote in between.

use super::Run;
use crate::saga::SagaError;
use crate::saga::ledger::{Acquired, TakeOver, Wish};
use crate::saga::record::{StepOutcome, StepRow};
use serde::Deserialize;
use skills::operations::LookUp;
use skills::records::{Case, Look, Room, Seen, Stay};
use skills::words::{BookingNumber, Email, Key};
use skills::{Refusal, Skill, refusals};

/// The step that ends an unfinished call so that this one may take over its locks. Part of the durable contract.
const TAKE_OVER: &str = "take_over_checkout";

/// The choice of a saga: the key to lock, and the booking and guest to record.
pub trait Hold {
    /// The key that only one call may lock at a time; none if there is nothing to write.
    fn lock_key(&self) -> Option<String>;
    /// The booking the call turned out to be about.
    fn booking(&self) -> Option<&BookingNumber> {
        None
    }
    /// The guest the call turned out to be about.
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
    /// Reads what the saga needs, chooses what to act on, and locks that against every other call; reads and chooses
    /// again if another call held it in between. Only one call writes a booking at a time: a second call waits here,
    /// within its deadline, and then sees what the first one did.
    ///
    /// # Errors
    /// The refusal of the choice, an outage, or a wait that took too long.
    pub async fn hold<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
    ) -> Result<(Seen, T), SagaError> {
        self.hold_ending(look, choose, None).await
    }

    /// Reads what a saga needs, filtered to what this caller may see: records of another guest than the one this call
    /// acts for do not exist. Only this function filters bookings and cases. Lists show only the beginning of long texts.
    ///
    /// # Errors
    /// An outage.
    pub async fn look(&self, look: Look) -> Result<Seen, SagaError> {
        let seen = self.look_closely(look).await?;
        Ok(self.without_long_texts(seen, None))
    }

    /// Like `look`, with every text whole, for a choice still to be made.
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

    /// Cuts long texts that nobody acts on to their beginning, here and in the step that the journal will store. A
    /// replay chooses the same, since no choice depends on a text.
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

    /// Forgets a read, so that the next one is made anew.
    fn forget(&self, name: &str) {
        let name = &self.in_round(name);
        let mut state = self.state();
        state.known.remove(name);
        state.learned.retain(|step| step.name != *name);
    }

    /// Like [`Run::hold`], but takes over, rather than waits for, an unfinished call of one of these `tools` that
    /// nobody is working on: that call will not continue, and its token answers `ended_as`. Returns whether one was
    /// taken over.
    ///
    /// # Errors
    /// As [`Run::hold`].
    pub(crate) async fn hold_taking_over<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
        tools: &'static [&'static str],
        ended_as: &Refusal,
    ) -> Result<(T, bool), SagaError> {
        let ends = TakeOver {
            tools,
            ended_as: ended_as.clone(),
            step: StepRow {
                name: TAKE_OVER.to_owned(),
                place: self.next_place(),
                input: taking_over(),
                undo: None,
                outcome: StepOutcome::Done(true.into()),
                spent_keys: 0,
                started_at: self.ledger.now(),
                duration_ms: None,
            },
        };
        let (_, chosen) = self.hold_ending(look, choose, Some(&ends)).await?;
        let taken_over = self.ask(TAKE_OVER, &taking_over()).is_some();
        self.state().unknown |= taken_over; // a call that was taken over must be finished
        Ok((chosen, taken_over))
    }

    async fn hold_ending<T: Hold>(
        &self,
        look: Look,
        choose: impl Fn(&Seen) -> Result<T, Refusal> + Send,
        ends: Option<&TakeOver>,
    ) -> Result<(Seen, T), SagaError> {
        if self.resumed() && !self.call.effects {
            // An earlier process read this and did nothing that binds: no old decision is applied to new facts.
            self.forget(LookUp::NAME);
        }
        let mut held: Option<String> = None;
        loop {
            let seen = self.look_closely(look.clone()).await?;
            let chosen = choose(&seen);
            let booking = chosen.as_ref().ok().and_then(Hold::booking);
            let seen = self.without_long_texts(seen, booking);
            let chosen = chosen?;
            self.concerns(chosen.guest(), chosen.booking());
            let Some(key) = chosen.lock_key() else { return Ok((seen, chosen)) };
            if let Some(other) = held.take_if(|held| *held != key) {
                self.ledger.release(&self.call, other).await?;
            }
            let wish = Wish { key: &key, ends, deadline: self.deadline };
            match self.ledger.acquire(&self.call, wish).await? {
                Acquired::Fresh => return Ok((seen, chosen)),
                Acquired::Stale => {}
                Acquired::TookOver => {
                    let step = ends.map(|ends| (ends.step.name.clone(), ends.step.clone()));
                    self.state().known.extend(step);
                }
            }
            held = Some(key);
            self.forget(LookUp::NAME); // the previous holder has changed what was read
        }
    }
}

fn taking_over() -> Key {
    Key::derived(&[TAKE_OVER])
}
