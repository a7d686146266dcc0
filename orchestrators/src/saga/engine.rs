//! The embedded engine: sagas in this process over the journal in SQLite.
//!
//! A call is recorded, run in a task of its own, its answer stored and returned. Losing the client does not
//! abandon it; losing the process leaves it to whoever comes next.

mod internal;
mod reads;
mod recovery;
mod refunds;
mod writes;

use crate::answer::{self, Answer};
use crate::persona::Identity;
use crate::saga::SagaError;
use crate::saga::journal::{Journal, NewCall};
use crate::tool::{ErasedSaga, Tool, Work};
use serde_json::Value;
use skills::Refusal;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::{Email, Key};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

/// Runs calls for one persona.
pub struct Engine {
    hotel: Arc<Hotel>,
    settings: Settings,
    journal: Journal,
    identity: Identity,
    sagas: Vec<Arc<dyn ErasedSaga>>,
    /// This process, among others on the same journal.
    owner: String,
    live: Mutex<HashSet<i64>>,
    /// Who of this process waits for which lock; those of other processes are polled for.
    waiting: Mutex<HashMap<String, Weak<Notify>>>,
    tasks: TaskTracker,
}

/// What the log says on every line of a call: its tool, and a few digits of a digest of its token.
fn span(tool: &str, caller: &str, token: &str) -> tracing::Span {
    let digest = Key::derived(&["log", caller, token]);
    tracing::info_span!("call", tool, token = &digest.as_str()[..8])
}

/// A call as the tool layer hands it over: bound to its guest, checked, in its canonical form.
pub(crate) struct Request {
    pub(crate) arguments: Value,
    pub(crate) acting_guest: Option<Email>,
    pub(crate) token: Option<String>,
}

impl Engine {
    /// An engine on a hotel and a journal, for one persona. `sagas` are all there are: it recovers any of them.
    pub fn new(hotel: Arc<Hotel>, settings: Settings, journal: Journal, identity: Identity) -> Arc<Self> {
        Arc::new(Self {
            hotel,
            settings,
            journal,
            identity,
            sagas: crate::sagas(),
            owner: uuid::Uuid::new_v4().to_string(),
            live: Mutex::default(),
            waiting: Mutex::default(),
            tasks: TaskTracker::new(),
        })
    }

    /// The hotel it runs on.
    pub fn hotel(&self) -> &Hotel {
        &self.hotel
    }

    /// Its settings.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whom it acts for.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) const fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// Calls a tool with arguments as a client gave them.
    pub async fn call(self: &Arc<Self>, tool: &Tool, arguments: Value) -> Answer {
        let _in_flight = skills::sqlite::InFlight::enter();
        let started_at = skills::clock::now();
        let prepared = tool.prepare(arguments, &self.identity);
        let (request, problem) = match prepared {
            Ok(request) => (request, None),
            Err((arguments, refusal)) => {
                let acting_guest = self.identity.guest.clone();
                (Request { arguments, acting_guest, token: None }, Some(refusal))
            }
        };
        let call = self.new_call(tool.name, self.identity.caller(), request, started_at);
        if let Some(refusal) = problem {
            return self.refuse(call, &refusal).await;
        }
        match &tool.work {
            Work::Read(read) => self.read(call, Arc::clone(read)).await,
            Work::Saga(saga) => self.write(call, Arc::clone(saga)).await,
        }
    }

    fn new_call(
        &self,
        tool: &'static str,
        caller: String,
        request: Request,
        started_at: jiff::Timestamp,
    ) -> NewCall {
        let Request { arguments, acting_guest, token } = request;
        let text = |name: &str| arguments[name].as_str().map(str::to_owned);
        NewCall {
            tool,
            persona: self.identity.persona.name(),
            caller,
            explicit_token: token.is_some(),
            token: token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            guest_email: text("guest_email").or_else(|| acting_guest.as_ref().map(ToString::to_string)),
            booking_number: text("booking_number"),
            acting_guest,
            arguments,
            systems: self.systems(),
            started_at,
        }
    }

    /// What calls of this process run on; they are recovered on the same.
    pub(crate) fn systems(&self) -> String {
        format!(
            "{}, {}, {}",
            self.hotel.crm.runs_on(),
            self.hotel.payments.runs_on(),
            self.hotel.messages.runs_on()
        )
    }

    async fn refuse(&self, call: NewCall, refusal: &Refusal) -> Answer {
        let answer = Answer::failure(refusal);
        let code = refusal.error_code.as_str().to_owned();
        match self.journal.record_refusal(call, code, answer.json().clone()).await {
            Ok(()) => answer,
            Err(error) => self.unwritten(&error),
        }
    }

    fn unwritten(&self, error: &SagaError) -> Answer {
        tracing::error!(?error, "the journal cannot be written; nothing was run");
        Answer::failure(&answer::internal())
    }

    /// What to wait for until somebody of this process lets the lock go.
    pub(crate) fn waits_for(&self, key: &str) -> Arc<Notify> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, notify| notify.strong_count() > 0);
        let known = waiting.get(key).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let notify = Arc::new(Notify::new());
            waiting.insert(key.to_owned(), Arc::downgrade(&notify));
            notify
        })
    }

    /// Wakes the one who has waited longest for each of these locks.
    pub(crate) fn let_go(&self, keys: &[String]) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for notify in keys.iter().filter_map(|key| waiting.get(key).and_then(Weak::upgrade)) {
            notify.notify_one();
        }
    }
}
