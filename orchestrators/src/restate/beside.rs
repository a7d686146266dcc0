//! What an answer has to do with the engine beside its own work: to learn who waits, to be recorded. What is stored is recorded,
//! so an answer does not keep its caller waiting for an engine that has no worker, or is down.

use super::remote::SHORT;
use serde::Serialize;
use serde::de::DeserializeOwned;
use skills::systems::ingress::{Again, Ingress, NoReply};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer waits for an engine that has just been too late for another.
const BRIEF: Duration = Duration::from_millis(250);
/// How long that is so.
const AFTER_LATE: Duration = Duration::from_secs(15);
/// How long the engine may take to store a record, without which an answer must not leave: longer than its other nodes need to
/// take over the work of one that died.
const STORED: Duration = Duration::from_secs(15);

/// When the engine was last too late: to store something, or to run it.
#[derive(Default)]
pub(super) struct Beside {
    stores: Late,
    runs: Late,
}

#[derive(Default)]
struct Late(Mutex<Option<Instant>>);

impl Beside {
    /// Asks a handler, and waits a short time at most. What was asked after `until` has the briefest time.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        ingress: &Ingress,
        handler: &str,
        request: &impl Serialize,
        until: Instant,
    ) -> Result<T, NoReply> {
        self.runs.heard(ingress.ask(handler, request, Again::Never, self.runs.patience(until, SHORT)).await)
    }

    /// Leaves a request with the engine, and waits a short time at most until it has run.
    pub(super) async fn leave(
        &self,
        ingress: &Ingress,
        handler: &str,
        request: &impl Serialize,
        until: Instant,
    ) -> Result<(), NoReply> {
        // That it is stored says nothing about workers: only they are waited for.
        let left = ingress.leave(handler, request, self.stores.patience(until, STORED)).await;
        let left = self.stores.heard(left)?;
        match self.runs.heard(ingress.has_run(&left, self.runs.patience(until, SHORT)).await) {
            Err(NoReply::Late) => {
                tracing::warn!(handler, "a record is stored, but no worker has entered it in the trail yet");
                Ok(())
            }
            came => came,
        }
    }
}

impl Late {
    /// How long to wait for what may be waited for until then, and so long at most.
    fn patience(&self, until: Instant, at_most: Duration) -> Duration {
        let left = until.saturating_duration_since(Instant::now());
        if self.was_late() { BRIEF } else { left.clamp(BRIEF, at_most) }
    }

    fn heard<T>(&self, came: Result<T, NoReply>) -> Result<T, NoReply> {
        *self.last() = came.is_err().then(Instant::now);
        came
    }

    fn was_late(&self) -> bool {
        self.last().is_some_and(|late| late.elapsed() < AFTER_LATE)
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
