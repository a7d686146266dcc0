//! An engine as the front uses it: it takes calls and answers what became of them. One of the two interfaces of an
//! engine; the other is the one a run uses (`saga::ledger`).

use super::journal::{Backlog, Forget, Forgotten, NewCall, OpenCall, Page, PageQuery, PastWrite, SeenTo};
use super::{Engine, journal::Journal};
use crate::saga::SagaError;
use crate::saga::erased::{Boxed, ErasedSaga};
use crate::saga::ledger::History;
use crate::saga::live::Live;
use crate::tool::answer::Answer;
use serde_json::Value;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::{Refusal, SkillError};
use std::collections::{HashMap, HashSet};
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

/// One try of a read.
pub(crate) type Try = Box<dyn Fn() -> Boxed<'static, Result<Value, SkillError>> + Send + Sync>;

/// An engine, shared by all that run calls on it.
pub(crate) trait Calls: Send + Sync {
    /// The hotel its calls run on.
    fn hotel(&self) -> &Arc<Hotel>;
    /// Its settings.
    fn settings(&self) -> &Settings;
    /// The systems that calls run on here; a call is finished on the systems it began on.
    fn systems(&self) -> String;
    /// Which journal its calls are recorded in, among those of all servers.
    fn journal_id(&self) -> Result<String, SagaError>;
    /// Records a call, runs its saga and answers; or replays the stored answer of its token. `live` is the client that waits.
    fn submit(&self, call: NewCall, saga: Arc<dyn ErasedSaga>, live: Live) -> Boxed<'_, Answer>;
    /// Records a call that was refused before it could begin.
    fn refuse<'a>(&'a self, call: NewCall, refusal: &'a Refusal) -> Boxed<'a, Answer>;
    /// Reads, with retries, and records the read.
    fn read(&self, call: NewCall, one_try: Try) -> Boxed<'_, Answer>;
    /// Whether calls can be recorded now.
    fn can_record(&self) -> Boxed<'_, bool>;
    /// The audit trail.
    fn trail(&self) -> &dyn Trail;
    /// Finishes every call that can be finished now, once; returns how many calls ended.
    fn recover(&self) -> Boxed<'_, Result<usize, SagaError>>;
    /// Runs `recover` at intervals, until the engine is closed.
    fn watch(&self);
    /// Waits at most this long for running calls; another process recovers the rest.
    fn wind_down(&self, at_most: Duration) -> Boxed<'_, ()>;
    /// Closes its files, after the last call.
    fn close(&self);
}

/// The audit trail, and what a person may do about its calls.
pub(crate) trait Trail: Send + Sync {
    /// A page of calls, the latest reads among them.
    fn page(&self, query: PageQuery) -> Boxed<'_, Result<Page, SagaError>>;
    /// Calls that need attention and that staff have not cleared.
    fn need_attention(&self) -> Boxed<'_, Result<Vec<OpenCall>, SagaError>>;
    /// The subjects of unfinished calls, and the keys they lock.
    fn in_hand(&self) -> Boxed<'_, Result<HashSet<String>, SagaError>>;
    /// The writes since a moment (in the journal's time format) of every caller whose same call an outage ended, oldest first.
    fn refused_by_outage<'a>(&'a self, since: &'a str) -> Boxed<'a, Result<Vec<PastWrite>, SagaError>>;
    /// How many calls wait for something.
    fn backlog(&self) -> Boxed<'_, Result<Backlog, SagaError>>;
    /// Unfinished calls that began on other systems than these, by caller and token, with those systems.
    fn elsewhere<'a>(&'a self, systems: &'a str) -> Boxed<'a, Result<Elsewhere, SagaError>>;
    /// Tells of changes; none if this engine cannot tell cheaply.
    fn changes(&self) -> Option<&dyn Changes>;
    /// Facts that earlier calls about a subject recorded.
    fn history(&self) -> &dyn History;
    /// Records that staff have cleared a call that needed attention.
    fn resolve(&self, id: i64) -> Boxed<'_, Result<(), SagaError>>;
    /// Records that a person has cleared the calls of a token; unfinished ones end with this answer.
    fn see_to(&self, token: String, answer: Value) -> Boxed<'_, Result<SeenTo, SagaError>>;
    /// Forgets a person.
    fn forget<'a>(&'a self, person: &'a dyn Forget) -> Boxed<'a, Result<Forgotten, SagaError>>;
}

/// Tells that something has changed, not what.
pub(crate) trait Changes: Send + Sync {
    /// A text that is another one after a call has changed what is watched.
    fn revision(&self, watched: &Watched) -> Result<String, SagaError>;
}

/// What somebody wants to hear of.
pub(crate) enum Watched {
    /// Whatever calls change.
    Hotel,
    /// The calls of a token.
    Call(String),
}

/// The systems on which unfinished calls began, by caller and token.
pub(crate) type Elsewhere = HashMap<(String, String), String>;

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

    fn journal_id(&self) -> Result<String, SagaError> {
        self.journal().id()
    }

    fn submit(&self, call: NewCall, saga: Arc<dyn ErasedSaga>, live: Live) -> Boxed<'_, Answer> {
        Box::pin(self.write(call, saga, live))
    }

    fn refuse<'a>(&'a self, call: NewCall, refusal: &'a Refusal) -> Boxed<'a, Answer> {
        Box::pin(self.record_refusal(call, refusal))
    }

    fn read(&self, call: NewCall, one_try: Try) -> Boxed<'_, Answer> {
        Box::pin(self.run_read(call, one_try))
    }

    fn can_record(&self) -> Boxed<'_, bool> {
        Box::pin(async move {
            let written = self.journal().try_to_write().await;
            if let Err(error) = &written {
                tracing::warn!(?error, "the journal cannot be written");
            }
            written.is_ok()
        })
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

    fn need_attention(&self) -> Boxed<'_, Result<Vec<OpenCall>, SagaError>> {
        Box::pin(ready(Self::need_attention(self)))
    }

    fn in_hand(&self) -> Boxed<'_, Result<HashSet<String>, SagaError>> {
        Box::pin(ready(Self::in_hand(self)))
    }

    fn refused_by_outage<'a>(&'a self, since: &'a str) -> Boxed<'a, Result<Vec<PastWrite>, SagaError>> {
        Box::pin(ready(Self::refused_by_outage(self, since)))
    }

    fn backlog(&self) -> Boxed<'_, Result<Backlog, SagaError>> {
        Box::pin(ready(Self::backlog(self)))
    }

    fn elsewhere<'a>(&'a self, systems: &'a str) -> Boxed<'a, Result<Elsewhere, SagaError>> {
        Box::pin(ready(Self::elsewhere(self, systems)))
    }

    fn changes(&self) -> Option<&dyn Changes> {
        Some(self)
    }

    fn history(&self) -> &dyn History {
        self
    }

    fn resolve(&self, id: i64) -> Boxed<'_, Result<(), SagaError>> {
        Box::pin(Self::resolve(self, id))
    }

    fn see_to(&self, token: String, answer: Value) -> Boxed<'_, Result<SeenTo, SagaError>> {
        Box::pin(Self::see_to(self, token, answer))
    }

    fn forget<'a>(&'a self, person: &'a dyn Forget) -> Boxed<'a, Result<Forgotten, SagaError>> {
        Box::pin(ready(Self::forget(self, person)))
    }
}
