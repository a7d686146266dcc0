//! What a test makes of an org: faults, pauses, rules, limits, and what it has seen so far.

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

    /// Makes something go wrong.
    pub fn fault(&self, on: On, fault: Fault) {
        self.org.faults.arm(on, fault);
    }

    /// Takes back every fault and pause that has not struck.
    pub fn calm(&self) {
        self.org.calm();
    }

    /// Holds a request before its `before`-th subrequest, from 0; before its commit, if it has as many. A plain request is
    /// its own subrequest 0.
    #[must_use]
    pub fn pause(&self, on: On, before: usize) -> Pause {
        let (pause, point) = pauses::pause(before);
        self.org.pauses.arm(on, point);
        pause
    }

    /// Waits until this many requests wait for rows that others hold.
    ///
    /// # Panics
    /// When the org is gone.
    pub async fn waiting(&self, requests: usize) {
        let mut waiting = self.org.locks.waiting.subscribe();
        waiting.wait_for(|waiting| *waiting >= requests).await.expect("the org lives");
    }

    /// Hides an object, a field (`Object.Field`) or a picklist value (`Object.Field=Value`, from describe only), as an org
    /// where it was not deployed, or that does not let our user see it.
    pub fn hide(&self, what: &str) {
        self.org.hidden.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned());
    }

    /// A custom field that nobody may leave empty, unknown to the hotel.
    pub fn require(&self, object: &str, field: &str) {
        self.org.with_rules(|rules| rules.require(object, field));
    }

    /// A validation rule: what `fires` is true of is not saved, with this sentence.
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

    /// A record that an approval has locked.
    pub fn lock(&self, id: &str) {
        self.org.with_rules(|rules| rules.lock(id));
    }

    /// A field (`Object.Field`) that our user may read and not change.
    pub fn make_read_only(&self, field: &str) {
        self.org.with_rules(|rules| rules.make_read_only(field));
    }

    /// Makes it an org with the hotel's own package: bookings keep what was agreed for each night.
    pub fn has_package(&self) {
        self.org.has_package();
    }

    /// Makes it an org of several currencies, in which all that is there is in this one.
    pub fn has_currencies(&self, code: &str) {
        self.org.has_currencies(code);
    }

    /// Lets the duplicate rule of contacts block what it only warned of before.
    pub fn block_duplicates(&self) {
        self.org.blocks_duplicates.store(true, Ordering::Relaxed);
    }

    /// Lets the org's clock go wrong by some seconds.
    pub fn skew(&self, seconds: i64) {
        self.org.skew.store(seconds, Ordering::Relaxed);
    }

    /// How long every request takes before anything happens.
    pub fn latency(&self, latency: impl Fn(&Recorded) -> Duration + Send + Sync + 'static) {
        *self.org.latency.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(latency));
    }
}
