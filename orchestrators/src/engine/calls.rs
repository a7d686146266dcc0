//! An engine as the front of the house sees it: calls are submitted to it, and it tells what became of them. One of the two
//! seams between the house and its engines; the other is what a run stands on (`saga::ledger`).

use super::journal::{Forget, Forgotten, NewCall, OpenCall, Page, PageQuery, SeenTo};
use super::{Engine, journal::Journal};
use crate::saga::SagaError;
use crate::saga::erased::{Boxed, ErasedSaga};
use crate::tool::answer::Answer;
use serde_json::Value;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::{Refusal, SkillError};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// One try of a read.
pub(crate) type Try = Box<dyn Fn() -> Boxed<'static, Result<Value, SkillError>> + Send + Sync>;

/// An engine. Shared: whoever runs calls on it holds one.
pub(crate) trait Calls: Send + Sync {
    /// The hotel its calls run on.
    fn hotel(&self) -> &Arc<Hotel>;
    /// Its settings.
    fn settings(&self) -> &Settings;
    /// What calls run on here; they are finished on the same.
    fn systems(&self) -> String;
    /// Records a call, runs its saga and answers; or answers what its token already stands for.
    fn submit(&self, call: NewCall, saga: Arc<dyn ErasedSaga>) -> Boxed<'_, Answer>;
    /// Records a call that was refused before it could begin.
    fn refuse<'a>(&'a self, call: NewCall, refusal: &'a Refusal) -> Boxed<'a, Answer>;
    /// Reads, as often as it takes, and records that.
    fn read(&self, call: NewCall, one_try: Try) -> Boxed<'_, Answer>;
    /// What became of calls.
    fn trail(&self) -> &dyn Trail;
    /// Finishes what may be finished now, once; says how many calls came to an end.
    fn recover(&self) -> Boxed<'_, Result<usize, SagaError>>;
    /// Does the same from now on, until it is closed.
    fn watch(&self);
    /// Waits for calls that are running, at most so long; what is left then is recovered by whoever comes next.
    fn wind_down(&self, at_most: Duration) -> Boxed<'_, ()>;
    /// Closes its files, after the last call.
    fn close(&self);
}

/// What became of calls, and what a person may do about it.
pub(crate) trait Trail: Send + Sync {
    /// A page of calls, the latest reads among them.
    fn page(&self, query: PageQuery) -> Boxed<'_, Result<Page, SagaError>>;
    /// Calls that need attention and have not been seen to.
    fn need_attention(&self) -> Result<Vec<OpenCall>, SagaError>;
    /// What unfinished calls are about, and the keys they hold.
    fn in_hand(&self) -> Result<HashSet<String>, SagaError>;
    /// Unfinished calls that began on other systems than these, by caller and token, with what they began on.
    fn elsewhere(&self, systems: &str) -> Result<HashMap<(String, String), String>, SagaError>;
    /// Notes that a call that needed attention has been seen to.
    fn resolve(&self, id: i64) -> Boxed<'_, Result<(), SagaError>>;
    /// Notes that a person has seen to the calls of a token; unfinished ones end with this answer.
    fn see_to(&self, token: String, answer: Value) -> Boxed<'_, Result<SeenTo, SagaError>>;
    /// Forgets a person.
    fn forget(&self, person: &dyn Forget) -> Result<Forgotten, SagaError>;
}

impl Calls for Arc<Engine> {
    fn hotel(&self) -> &Arc<Hotel> {
        &self.around.hotel
    }

    fn settings(&self) -> &Settings {
        Engine::settings(self)
    }

    fn systems(&self) -> String {
        Engine::systems(self)
    }

    fn submit(&self, call: NewCall, saga: Arc<dyn ErasedSaga>) -> Boxed<'_, Answer> {
        Box::pin(self.write(call, saga))
    }

    fn refuse<'a>(&'a self, call: NewCall, refusal: &'a Refusal) -> Boxed<'a, Answer> {
        Box::pin(self.record_refusal(call, refusal))
    }

    fn read(&self, call: NewCall, one_try: Try) -> Boxed<'_, Answer> {
        Box::pin(self.run_read(call, one_try))
    }

    fn trail(&self) -> &dyn Trail {
        self.journal()
    }

    fn recover(&self) -> Boxed<'_, Result<usize, SagaError>> {
        Box::pin(self.recover_all())
    }

    fn watch(&self) {
        self.keep_watch();
    }

    fn wind_down(&self, at_most: Duration) -> Boxed<'_, ()> {
        Box::pin(self.wait_for_running(at_most))
    }

    fn close(&self) {
        self.close_files();
    }
}

impl Trail for Journal {
    fn page(&self, query: PageQuery) -> Boxed<'_, Result<Page, SagaError>> {
        Box::pin(Self::page(self, query))
    }

    fn need_attention(&self) -> Result<Vec<OpenCall>, SagaError> {
        Self::need_attention(self)
    }

    fn in_hand(&self) -> Result<HashSet<String>, SagaError> {
        Self::in_hand(self)
    }

    fn elsewhere(&self, systems: &str) -> Result<HashMap<(String, String), String>, SagaError> {
        Self::elsewhere(self, systems)
    }

    fn resolve(&self, id: i64) -> Boxed<'_, Result<(), SagaError>> {
        Box::pin(Self::resolve(self, id))
    }

    fn see_to(&self, token: String, answer: Value) -> Boxed<'_, Result<SeenTo, SagaError>> {
        Box::pin(Self::see_to(self, token, answer))
    }

    fn forget(&self, person: &dyn Forget) -> Result<Forgotten, SagaError> {
        Self::forget(self, person)
    }
}
