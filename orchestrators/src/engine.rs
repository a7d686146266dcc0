//! The embedded engine: sagas in this process over the journal in SQLite.
//!
//! A call is recorded, run in its own task, and its answer stored and returned. If the client disconnects, the call
//! goes on; if the process dies, another process recovers the call.

mod calls;
mod embedded;
mod internal;
pub(crate) mod journal;
mod measured;
pub(crate) mod outbox;
mod play;
mod reads;
mod recovery;
mod refused;
mod writes;

pub(crate) use calls::{Calls, Changes, Elsewhere, Trail, Try, Watched};
pub(crate) use internal::run_for;
pub use journal::Recovers;
pub(crate) use journal::{
    Backlog, Concern, FORGOTTEN, Forget, Forgotten, Journal, MayConcern, NewCall, OpenCall, Page, PageQuery,
    PageRow, PastWrite, REDACTED, ReadCall, SeenTo, StepOfPage, as_stored, forgotten_token,
};
pub(crate) use measured::measure;
#[cfg(feature = "restate")]
pub(crate) use play::{Verdict, after_panic, end_of, of_another_version, play};
pub(crate) use reads::read;

use crate::saga::SagaError;
use crate::saga::erased::{Boxed, ErasedSaga};
use crate::saga::run::Surroundings;
use crate::saga::way_back::WayBack;
use crate::tool::answer::{self, Answer};
use skills::Refusal;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::Key;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio_util::task::TaskTracker;

/// All that an engine runs; the engine itself knows no saga by name.
pub(crate) struct Works {
    /// Every saga: recovery finds them by their names.
    pub(crate) sagas: Vec<Arc<dyn ErasedSaga>>,
    /// Every skill that is a way back.
    pub(crate) ways_back: Vec<Arc<dyn WayBack>>,
    /// Background work beside calls.
    pub(crate) duties: Vec<Arc<dyn Duty>>,
    /// Background work that only a server does, and no command.
    pub(crate) routines: Vec<Arc<dyn Duty>>,
    /// Whether a field describes the action, not the person: its values may appear in the log.
    pub(crate) may_be_logged: fn(&str) -> bool,
}

/// Background work beside calls: a duty is done whenever recovery looks for abandoned calls, a routine as long as a server
/// serves.
pub(crate) trait Duty: Send + Sync {
    /// Does all work that is due.
    fn see_to(&self, engine: Arc<Engine>) -> Boxed<'_, Result<(), SagaError>>;
}

/// The embedded engine: runs calls, and finishes what others left unfinished.
pub(crate) struct Engine {
    around: Arc<Surroundings>,
    settings: Settings,
    journal: Journal,
    /// Which unfinished calls it finishes.
    recovers: Recovers,
    sagas: Vec<Arc<dyn ErasedSaga>>,
    duties: Vec<Arc<dyn Duty>>,
    routines: Vec<Arc<dyn Duty>>,
    /// The name of this process among all processes on the journal.
    owner: String,
    live: Mutex<HashSet<i64>>,
    /// A queue per lock for this process's calls: the first in line asks the journal for the lock, the others wait.
    lines: Mutex<HashMap<String, Weak<Line>>>,
    tasks: TaskTracker,
}

/// Calls in line, first come first served.
pub(crate) type Line = tokio::sync::Mutex<()>;

/// The log fields on every line of a call: its tool, and the first eight digits of a digest of its token.
fn span(tool: &str, caller: &str, token: &str) -> tracing::Span {
    let digest = Key::derived(&["log", caller, token]);
    tracing::info_span!("call", tool, token = &digest.as_str()[..8])
}

/// The systems of a hotel, as the journal names them.
pub(crate) fn systems_of(hotel: &Hotel) -> String {
    format!("{}, {}, {}", hotel.crm.runs_on(), hotel.payments.runs_on(), hotel.messages.runs_on())
}

impl Engine {
    /// An engine on a hotel and a journal: `works` is all that it can run, `recovers` which unfinished calls it finishes.
    pub(crate) fn new(
        hotel: Arc<Hotel>,
        settings: Settings,
        journal: Journal,
        works: Works,
        recovers: Recovers,
    ) -> Arc<Self> {
        let Works { sagas, ways_back, duties, routines, may_be_logged } = works;
        let deadline = settings.call_deadline;
        let around = Surroundings {
            hotel,
            call_deadline: deadline,
            step_timeout: settings.step_timeout,
            bookings_per_guest: settings.bookings_per_guest,
            requests_per_guest: settings.requests_per_guest,
            ways_back,
            may_be_logged,
        };
        Arc::new(Self {
            around: Arc::new(around),
            settings,
            journal: journal.for_calls_within(deadline),
            recovers,
            sagas,
            duties,
            routines,
            owner: uuid::Uuid::new_v4().to_string(),
            live: Mutex::default(),
            lines: Mutex::default(),
            tasks: TaskTracker::new(),
        })
    }

    /// The hotel it runs on.
    pub(crate) fn hotel(&self) -> &Hotel {
        &self.around.hotel
    }

    /// Its settings.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) const fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// The systems that calls of this process run on; a call is recovered on the systems it began on.
    pub(crate) fn systems(&self) -> String {
        systems_of(&self.around.hotel)
    }

    async fn record_refusal(&self, call: NewCall, refusal: &Refusal) -> Answer {
        let answer = Answer::failure(refusal);
        let code = refusal.error_code.as_str().to_owned();
        match self.journal.record_refusal(call, code, answer.json().clone()).await {
            Ok(()) => answer,
            Err(error) => self.unwritten(&error),
        }
    }

    fn unwritten(&self, error: &SagaError) -> Answer {
        tracing::error!(?error, "the journal cannot be written; nothing was run");
        match error {
            SagaError::Journal(outage) => Answer::failure(&answer::outage(outage)),
            _ => Answer::failure(&answer::unrecorded()),
        }
    }

    /// Closes the files, after the last call, so that a copy of the database files alone is complete.
    fn close_files(&self) {
        self.journal.close();
        for file in &self.around.hotel.files {
            if let Err(error) = file.checkpoint() {
                tracing::warn!(%error, file = file.name(), "a file could not be closed");
            }
        }
    }

    /// The queue of this process's calls for a lock.
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
