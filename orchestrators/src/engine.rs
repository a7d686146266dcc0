//! The embedded engine: sagas in this process over the journal in SQLite.
//!
//! A call is recorded, run in a task of its own, its answer stored and returned. Losing the client does not
//! abandon it; losing the process leaves it to whoever comes next.

mod internal;
pub(crate) mod journal;
pub(crate) mod outbox;
pub(crate) mod pauses;
mod reads;
mod recovery;
mod refunds;
mod refused;
mod writes;

use crate::engine::journal::{Journal, NewCall};
use crate::saga::SagaError;
use crate::tool::answer::{self, Answer};
use crate::tool::persona::Identity;
use crate::tool::{ErasedSaga, Tool, Work};
use serde_json::Value;
use skills::Refusal;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::{Email, Key};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
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
    /// Whose turn it is among this process's calls that want the same lock: one of them asks the journal, the others wait
    /// in line.
    lines: Mutex<HashMap<String, Weak<Line>>>,
    tasks: TaskTracker,
}

/// Calls in line, first come first served.
pub(crate) type Line = tokio::sync::Mutex<()>;

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
        let deadline = settings.call_deadline;
        Arc::new(Self {
            hotel,
            settings,
            journal: journal.for_calls_within(deadline),
            identity,
            sagas: crate::sagas::all(),
            owner: uuid::Uuid::new_v4().to_string(),
            live: Mutex::default(),
            lines: Mutex::default(),
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
        let answer = match (&tool.work, problem) {
            (_, Some(refusal)) => self.refuse(call, &refusal).await,
            (Work::Read(read), None) => self.read(call, Arc::clone(read)).await,
            (Work::Saga(saga), None) => self.write(call, Arc::clone(saga)).await,
        };
        answer.told_to(self.identity.persona)
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
            persona: self.identity.persona,
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
        let answer = Answer::failure(refusal, call.persona);
        let code = refusal.error_code.as_str().to_owned();
        match self.journal.record_refusal(call, code, answer.json().clone()).await {
            Ok(()) => answer,
            Err(error) => self.unwritten(&error),
        }
    }

    fn unwritten(&self, error: &SagaError) -> Answer {
        tracing::error!(?error, "the journal cannot be written; nothing was run");
        match error {
            SagaError::Journal(outage) => Answer::failure(&answer::outage(outage), self.identity.persona),
            _ => Answer::failure(&answer::unrecorded(), self.identity.persona),
        }
    }

    /// Closes the files, after the last call: a copy of them alone has everything.
    pub(crate) fn close(&self) {
        self.journal.close();
        for file in &self.hotel.files {
            if let Err(error) = file.checkpoint() {
                tracing::warn!(%error, file = file.name(), "a file could not be closed");
            }
        }
    }

    /// The line of this process's calls that want a lock.
    pub(crate) fn line(&self, key: &str) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(key).and_then(Weak::upgrade) {
            return line;
        }
        lines.retain(|_, line| line.strong_count() > 0);
        let line = Arc::new(Line::default());
        lines.insert(key.to_owned(), Arc::downgrade(&line));
        line
    }
}
