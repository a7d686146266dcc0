//! What a test can do to an org: faults, pauses, rules, limits; and the requests it has received.

use super::Salesforce;
use super::faults::{Fault, On};
use super::pauses::{self, Pause};
use super::recorded::Recorded;
use super::tables::Row;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

impl Salesforce {
    /// Every request so far, in the order they came.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.org.recorded().clone()
    }

    /// Forgets what was recorded.
    pub fn forget(&self) {
        self.org.recorded().clear();
    }

    /// How many calls have counted against the day's limit.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.org.used.load(Ordering::Relaxed)
    }

    /// Leaves this many calls of the day.
    pub fn leave_calls(&self, calls: u64) {
        self.org.leave(calls);
    }

    /// Plans a fault.
    pub fn fault(&self, on: On, fault: Fault) {
        self.org.faults.arm(on, fault);
    }

    /// Cancels every fault and pause that has not struck yet.
    pub fn calm(&self) {
        self.org.calm();
    }

    /// Pauses a request before its `before`-th subrequest, counted from 0, or before its commit if it has no more. A plain
    /// request is its own subrequest 0.
    #[must_use]
    pub fn pause(&self, on: On, before: usize) -> Pause {
        let (pause, point) = pauses::pause(before);
        self.org.pauses.arm(on, point);
        pause
    }

    /// Waits until this many requests wait for row locks.
    ///
    /// # Panics
    /// When the org is gone.
    pub async fn waiting(&self, requests: usize) {
        let mut waiting = self.org.locks.waiting.subscribe();
        waiting.wait_for(|waiting| *waiting >= requests).await.expect("the org lives");
    }

    /// Hides an object, a field (`Object.Field`) or a picklist value (`Object.Field=Value`, from describe only), as if it
    /// was not deployed or our user had no permission to see it.
    pub fn hide(&self, what: &str) {
        self.org.hidden.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned());
    }

    /// Adds a required custom field that the hotel does not know.
    pub fn require(&self, object: &str, field: &str) {
        self.org.with_rules(|rules| rules.require(object, field));
    }

    /// Adds a validation rule: a row for which `fires` is true is refused with this message.
    pub fn validate(
        &self,
        object: &str,
        fires: impl Fn(&Row) -> bool + Send + Sync + 'static,
        message: &str,
    ) {
        self.org.with_rules(|rules| rules.validate(object, fires, message));
    }

    /// Refuses every save of an object: a trigger or a flow that fails, an inactive owner, a storage that is full.
    pub fn refuse_saves(&self, object: &str, code: &str, message: &str) {
        self.org.with_rules(|rules| rules.refuse(object, code, message));
    }

    /// Locks a record as an approval does.
    pub fn lock(&self, id: &str) {
        self.org.with_rules(|rules| rules.lock(id));
    }

    /// Makes a field (`Object.Field`) read-only for our user.
    pub fn make_read_only(&self, field: &str) {
        self.org.with_rules(|rules| rules.make_read_only(field));
    }

    /// Adds our package's fields: bookings store the agreed price of each night.
    pub fn has_package(&self) {
        self.org.has_package();
    }

    /// Makes it an org with person accounts; nobody is one yet.
    pub fn has_person_accounts(&self) {
        self.org.has_person_accounts();
    }

    /// Makes it an org with several currencies; all its records are in this one.
    pub fn has_currencies(&self, code: &str) {
        self.org.has_currencies(code);
    }

    /// Makes the duplicate rule of contacts block instead of warn.
    pub fn block_duplicates(&self) {
        self.org.blocks_duplicates.store(true, Ordering::Relaxed);
    }

    /// Sets the org's clock wrong by some seconds.
    pub fn skew(&self, seconds: i64) {
        self.org.skew.store(seconds, Ordering::Relaxed);
    }

    /// How long every request takes before anything happens.
    pub fn latency(&self, latency: impl Fn(&Recorded) -> Duration + Send + Sync + 'static) {
        *self.org.latency.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(latency));
    }
}
