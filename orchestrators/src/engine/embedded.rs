//! The ledger of the embedded engine: the journal in SQLite, and the locks among this process's calls.

use super::journal::{Journal, Lock, Wanted};
use super::{Engine, Line};
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::saga::ledger::{self, Acquired, History, Ledger, Performed, TakeOver, Wish, Work};
use crate::saga::record::{Announcement, Held};
use jiff::Timestamp;
use skills::sqlite::InFlight;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OwnedMutexGuard;

/// The first pause while another call holds a lock, and the longest.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LONGEST_LOOK: Duration = Duration::from_millis(8);

/// How long before the call's deadline a wait for a lock is given up, at most; of a short deadline a tenth.
const MARGIN: Duration = Duration::from_millis(500);

/// One run on the embedded engine.
pub(super) struct Embedded {
    engine: Arc<Engine>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The turn of locks before the saga's reads: they are not older.
    turn: i64,
    /// The first place in this process's queue for a lock; the next call moves up when the run is over.
    in_front: Option<(String, OwnedMutexGuard<()>)>,
    /// The lock that the first announcement takes, and how long it may wait for it.
    wanted: Option<(Wanted, Instant)>,
    /// Counts this call among those that write; a call that still stands in line is not counted.
    in_flight: Option<InFlight>,
    /// An effect was announced.
    announced: bool,
    /// How many announcements did not get their lock, because it was not free or the reads under it were stale.
    missed: u8,
}

/// After so many announcements that missed their lock, locks are taken at once: a call that always decides anew might never
/// come first.
const MISSES: u8 = 2;

impl Embedded {
    pub(super) fn new(engine: Arc<Engine>, turn: i64) -> Self {
        Self { engine, state: Mutex::new(State { turn, ..State::default() }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn journal(&self) -> &Journal {
        &self.engine.journal
    }

    /// Waits until this call is first in its process's queue for the lock; returns whether it had to wait. A call
    /// that changed hands skips the queue: the first in line may be waiting for it.
    async fn stands_in_line(&self, call: &Held, key: &str, deadline: Instant) -> Result<bool, SagaError> {
        if !call.is_first_hand() || self.state().in_front.as_ref().is_some_and(|(mine, _)| mine == key) {
            return Ok(false);
        }
        self.state().in_front = None; // the call now wants another lock
        let line: Arc<Line> = self.engine.line(key);
        if let Ok(front) = Arc::clone(&line).try_lock_owned() {
            self.state().in_front = Some((key.to_owned(), front));
            return Ok(false);
        }
        let Ok(front) = tokio::time::timeout_at(deadline.into(), line.lock_owned()).await else {
            return Err(held_for_too_long());
        };
        let turn = self.journal().turn()?;
        let mut state = self.state();
        state.turn = turn;
        state.in_front = Some((key.to_owned(), front));
        Ok(true)
    }

    /// Leaves the lock to the first announcement, which saves a write to the journal: mostly the lock is free. If
    /// another call holds it, or has held it since the reads, the saga begins again, having done nothing.
    fn is_left_to_the_announcement(&self, call: &Held, key: &str, deadline: Instant) -> bool {
        let mut state = self.state();
        let later =
            call.is_first_hand() && !state.announced && state.missed < MISSES && state.wanted.is_none();
        if later {
            state.wanted = Some((Wanted { key: key.to_owned(), since: state.turn }, deadline));
        }
        later
    }

    /// Takes a lock, waiting for its holder.
    async fn lock(
        &self,
        call: &Held,
        key: &str,
        ends: Option<&TakeOver>,
        deadline: Instant,
    ) -> Result<Acquired, SagaError> {
        let mut pause = FIRST_LOOK;
        let mut first = true;
        loop {
            let since = self.state().turn;
            let changed_hands = call.turn == 0;
            match self.journal().lock(call, key.to_owned(), since).await? {
                Lock::Fresh => return Ok(Acquired::Fresh),
                // A call that changed hands continues from its journaled steps; the preconditions of its commit decide.
                Lock::Stale(_) if changed_hands && call.effects => return Ok(Acquired::Fresh),
                Lock::Stale(turn) => {
                    self.state().turn = turn;
                    return Ok(Acquired::Stale);
                }
                Lock::Busy(holder) => {
                    if let Some(ends) = ends
                        && self.journal().take_over(call, key.to_owned(), ends).await?
                    {
                        return Ok(Acquired::TookOver);
                    }
                    self.engine.look_after(holder, std::mem::take(&mut first)).await?;
                }
            }
            // Only the first in line of each process asks, and only once the journal says that the lock is free.
            self.wait_for_lock(key, ends.is_some(), &mut pause, deadline).await?;
        }
    }

    /// Waits until the journal says that a lock is free, or for one pause only.
    async fn wait_for_lock(
        &self,
        key: &str,
        one_pause: bool,
        pause: &mut Duration,
        deadline: Instant,
    ) -> Result<(), SagaError> {
        loop {
            if Instant::now() + *pause > deadline {
                return Err(held_for_too_long());
            }
            tokio::time::sleep(*pause).await;
            *pause = (*pause * 2).min(LONGEST_LOOK);
            if one_pause || self.journal().is_to_be_had(key)? {
                return Ok(());
            }
        }
    }
}

impl Ledger for Embedded {
    fn announce<'a>(&'a self, call: &'a Held, new: Announcement) -> Boxed<'a, Result<(), SagaError>> {
        Box::pin(async move {
            let wanted = self.state().wanted.take();
            let lock =
                self.journal().announce(call, new, wanted.as_ref().map(|(lock, _)| lock.clone())).await?;
            let turn = match (lock, wanted) {
                (Lock::Stale(turn), _) => turn,
                // It waits until the lock is free, so that what it reads then is fresh.
                (Lock::Busy(holder), Some((Wanted { key, .. }, deadline))) => {
                    self.engine.look_after(holder, true).await?;
                    let mut pause = FIRST_LOOK;
                    self.wait_for_lock(&key, false, &mut pause, deadline).await?;
                    self.journal().turn()?
                }
                // Without a wish for a lock there is none to miss.
                (Lock::Fresh, _) | (Lock::Busy(_), None) => {
                    self.state().announced = true;
                    return Ok(());
                }
            };
            let mut state = self.state();
            state.missed += 1;
            state.turn = turn;
            Err(SagaError::Again)
        })
    }

    fn perform(&self, work: Work) -> Boxed<'_, Performed> {
        Box::pin(async move {
            tracing::trace!(step = work.name, "a step is done in this process");
            let (began_at, began) = (self.now(), Instant::now());
            let result = (work.run)(None).await;
            let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
            Performed { result, began_at, duration_ms }
        })
    }

    fn acquire<'a>(&'a self, call: &'a Held, wish: Wish<'a>) -> Boxed<'a, Result<Acquired, SagaError>> {
        Box::pin(async move {
            let Wish { key, ends, deadline } = wish;
            // Its caller is told that it did nothing before the caller is told that it goes on.
            let margin = (self.engine.settings.call_deadline / 10).min(MARGIN);
            let deadline = deadline.checked_sub(margin).unwrap_or(deadline);
            let waited = self.stands_in_line(call, key, deadline).await?;
            self.state().in_flight.get_or_insert_with(InFlight::enter);
            if waited {
                return Ok(Acquired::Stale);
            }
            if ends.is_none() && self.is_left_to_the_announcement(call, key, deadline) {
                return Ok(Acquired::Fresh);
            }
            self.lock(call, key, ends, deadline).await
        })
    }

    fn acquire_now<'a>(&'a self, call: &'a Held) -> Boxed<'a, Result<(), SagaError>> {
        Box::pin(async move {
            let wanted = self.state().wanted.take();
            let Some((Wanted { key, .. }, deadline)) = wanted else { return Ok(()) };
            match self.lock(call, &key, None, deadline).await? {
                Acquired::Fresh => Ok(()),
                Acquired::Stale | Acquired::TookOver => Err(SagaError::Again),
            }
        })
    }

    fn release<'a>(&'a self, call: &'a Held, key: String) -> Boxed<'a, Result<(), SagaError>> {
        Box::pin(self.journal().unlock(call, key))
    }

    fn history(&self) -> &dyn History {
        self.journal()
    }

    fn now(&self) -> Timestamp {
        skills::clock::now()
    }
}

fn held_for_too_long() -> SagaError {
    SagaError::Outage(ledger::held_for_too_long())
}
