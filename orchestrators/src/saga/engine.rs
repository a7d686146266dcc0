//! The embedded engine: sagas in this process over the journal in SQLite.
//!
//! A call is recorded, run in a task of its own, its answer stored and returned. Losing the client does not
//! abandon it; losing the process leaves it to whoever comes next.

mod internal;
mod recovery;

use crate::answer::{self, Answer};
use crate::persona::Identity;
use crate::saga::journal::{About, Begun, End, Held, Journal, NewCall, ReadCall};
use crate::saga::run::Run;
use crate::saga::{Pauses, SagaError, outbox};
use crate::tool::{ErasedRead, ErasedSaga, Tool, Work};
use serde_json::Value;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::{Email, Key};
use skills::{ErrorCode, Outage, Refusal, SkillError, System};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// How long a pending call rests before recovery tries it again.
const REST_MS: i64 = 3_000;

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
    #[must_use]
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
    #[must_use]
    pub fn hotel(&self) -> &Hotel {
        &self.hotel
    }

    /// Its settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whom it acts for.
    #[must_use]
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
        let started_at = self.hotel.clock.now();
        let prepared = tool.prepare(arguments, &self.identity);
        let (arguments, acting_guest, token, problem) = match prepared {
            Ok(request) => (request.arguments, request.acting_guest, request.token, None),
            Err((arguments, refusal)) => (arguments, self.identity.guest.clone(), None, Some(refusal)),
        };
        let text = |name: &str| arguments[name].as_str().map(str::to_owned);
        let call = NewCall {
            tool: tool.name,
            persona: self.identity.persona.name(),
            caller: self.identity.caller(),
            explicit_token: token.is_some(),
            token: token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            guest_email: text("guest_email").or_else(|| acting_guest.as_ref().map(ToString::to_string)),
            booking_number: text("booking_number"),
            acting_guest,
            arguments,
            systems: self.systems(),
            started_at,
        };
        if let Some(refusal) = problem {
            return self.refuse(call, &refusal).await;
        }
        match &tool.work {
            Work::Read(read) => self.read(call, Arc::clone(read)).await,
            Work::Saga(saga) => self.write(call, Arc::clone(saga)).await,
        }
    }

    /// What calls of this process run on; they are recovered on the same.
    fn systems(&self) -> String {
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

    // ---- reads

    async fn read(self: &Arc<Self>, call: NewCall, read: Arc<dyn ErasedRead>) -> Answer {
        let timeout = self.settings.call_deadline;
        let (engine, arguments) = (Arc::clone(self), call.arguments.clone());
        let today = self.hotel.day_of(call.started_at);
        // It changes nothing, so it may be asked again.
        let work = async move {
            let mut pauses = Pauses::until(Instant::now() + timeout);
            loop {
                match read.run(Arc::clone(&engine), arguments.clone(), today).await {
                    Err(SkillError::Outage(outage)) => match pauses.after(&outage) {
                        Some(wait) => tokio::time::sleep(wait).await,
                        None => return Err(SkillError::Outage(outage)),
                    },
                    definite => return definite,
                }
            }
        };
        let work = work.instrument(span(call.tool, &call.caller, &call.token));
        // A task of its own: a panic in it is an answer, not a hanging client.
        let result = tokio::spawn(async move { tokio::time::timeout(timeout, work).await }).await;
        let answer = match result {
            Ok(Ok(Ok(data))) => Answer::success(data),
            Ok(Ok(Err(SkillError::Refused(refusal)))) => Answer::failure(&refusal),
            Ok(Ok(Err(SkillError::Outage(outage)))) => Answer::failure(&answer::outage(&outage)),
            Ok(Err(_)) => {
                let late = Outage::unreached(System::Crm, "deadline");
                Answer::failure(&answer::outage(&Outage { error_code: ErrorCode::UpstreamTimeout, ..late }))
            }
            Err(panic) => {
                tracing::error!(tool = call.tool, %panic, "a read panicked");
                Answer::failure(&answer::internal())
            }
        };
        let (outcome, error_code) = outcome_of(&answer);
        let recorded =
            ReadCall { call, outcome, error_code, rows: answer.rows(), finished_at: self.hotel.clock.now() };
        match self.journal.record_read(&recorded) {
            Ok(()) => answer,
            Err(error) => self.unwritten(&error),
        }
    }

    // ---- writes

    async fn write(self: &Arc<Self>, call: NewCall, saga: Arc<dyn ErasedSaga>) -> Answer {
        let token = call.token.clone();
        let deadline = Instant::now() + self.settings.call_deadline;
        let late = || Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout));
        let mut pause = Duration::from_millis(1);
        loop {
            let begun = match self.journal.begin(call.clone(), self.owner.clone()).await {
                Ok(begun) => begun,
                Err(error) => return self.unwritten(&error).with_token(&token, false),
            };
            let told = match begun {
                Begun::Answered(answer) => return Answer::stored(answer).with_token(&token, true),
                // Recorded beside the call whose token it is, without that token being bound twice.
                Begun::Reused(tool) => {
                    return self.refuse(call, &skills::refusals::token_reused(&tool)).await;
                }
                Begun::Elsewhere => return late().with_token(&token, false),
                Begun::New(held) | Begun::Again(held) => {
                    if let Some(answer) = self.run(held, Arc::clone(&saga), deadline).await {
                        return answer.with_token(&token, false);
                    }
                    None
                }
                Begun::Running(told) => told,
            };
            // It runs in other hands, or longer than we may wait.
            if Instant::now() + pause > deadline {
                return told.map_or_else(late, Answer::stored).with_token(&token, false);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(40));
        }
    }

    /// Runs a call in a task of its own and waits for it; none if it takes longer than the deadline or is in other
    /// hands.
    async fn run(
        self: &Arc<Self>,
        held: Held,
        saga: Arc<dyn ErasedSaga>,
        deadline: Instant,
    ) -> Option<Answer> {
        let engine = Arc::clone(self);
        let task = self.tasks.spawn(async move { engine.run_to_end(held, saga).await });
        tokio::time::timeout_at(deadline.into(), task).await.ok()?.ok().flatten()
    }

    async fn run_to_end(self: Arc<Self>, held: Held, saga: Arc<dyn ErasedSaga>) -> Option<Answer> {
        let id = held.id;
        self.live.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        let engine = Arc::clone(&self);
        let call = held.clone();
        let running = Arc::clone(&saga);
        let span = span(&held.tool, &held.caller, &held.token);
        let task = tokio::spawn(async move { engine.run_saga(call, running).await }.instrument(span));
        let answer = match task.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(SagaError::LostLease)) => None, // whoever has the call now answers it
            Ok(Err(error)) => {
                tracing::error!(
                    ?error,
                    call = id,
                    "the journal could not be written; the call is left to recovery"
                );
                Some(Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout)))
            }
            Err(panic) => self.panicked(&held, &*saga, &panic).await,
        };
        self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        outbox::send_staged(&self, Some(id)).await;
        answer
    }

    /// A panic is an outage of our own: the call is tried once more by recovery; one that panics then needs a person.
    async fn panicked(
        &self,
        held: &Held,
        saga: &dyn ErasedSaga,
        panic: &tokio::task::JoinError,
    ) -> Option<Answer> {
        tracing::error!(tool = held.tool, call = held.id, %panic, "a saga panicked");
        // If the journal cannot say, the call stays with recovery.
        let (times, announced) = self.journal.note_panic(held.id).await.unwrap_or((1, true));
        let (written, answer) = if !announced {
            let refusal = answer::internal();
            let end = end_of(&refusal, "failed", false);
            (self.journal.finish(held, vec![], end).await, Answer::failure(&refusal))
        } else if times == 1 {
            let told = Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout));
            (self.journal.suspend(held, vec![], REST_MS, told.json().clone()).await, told)
        } else {
            let why = format!("The server failed twice in the middle of {}.", saga.name());
            let steps = self.journal.steps(held.id).unwrap_or_default();
            let story = steps.iter().map(|step| format!("{}: {}", step.name, step.outcome.word()));
            let details = serde_json::Map::from_iter([("steps".to_owned(), story.collect())]);
            let refusal = answer::needs_attention(&why, details);
            let end = end_of(&refusal, "needs_attention", true);
            (self.journal.finish(held, vec![], end).await, Answer::failure(&refusal))
        };
        if let Err(error) = written {
            tracing::error!(?error, call = held.id, "the end of a call could not be written");
        }
        Some(answer)
    }

    /// Runs the saga and journals its end. `Ok(None)`: in other hands.
    async fn run_saga(
        self: Arc<Self>,
        held: Held,
        saga: Arc<dyn ErasedSaga>,
    ) -> Result<Option<Answer>, SagaError> {
        // A new call has no steps yet: the journal need not be asked.
        let known = if held.is_first_hand() { vec![] } else { self.journal.steps(held.id)? };
        let run = Run::new(Arc::clone(&self), held, known);
        let arguments = run.call().arguments.clone();
        let result = saga.run(arguments, &run).await;
        let result = match result {
            Ok(_) | Err(SagaError::Refused(_)) => run.is_the_same_story().and(result),
            _ => result,
        };
        let error = match result {
            Ok(data) => {
                let answer = Answer::success(data);
                let end = End {
                    outcome: "done",
                    error_code: None,
                    answer: answer.json().clone(),
                    bound: true,
                    messages: run.take_messages(),
                    about: run.about(),
                };
                self.journal.finish(run.call(), run.take_learned(), end).await?;
                return Ok(Some(answer));
            }
            Err(SagaError::Refused(refusal)) => match run.unwind().await {
                // What has no way back stands: that is no refusal any more.
                Ok(()) if run.stands() => SagaError::Stuck(refusal),
                Ok(()) if run.has_effects() => {
                    return self.end(&run, &answer::undone(refusal), "refused", true).await;
                }
                Ok(()) => return self.end(&run, &refusal, "refused", false).await,
                Err(error) => error,
            },
            Err(error) => error,
        };
        match error {
            SagaError::Waiting(refusal) => self.end(&run, &refusal, "waiting", true).await,
            SagaError::Stuck(why) | SagaError::Refused(why) => {
                let why = run.with_what_stands(why);
                let refusal = answer::needs_attention(&why.error_message, why.details);
                self.end(&run, &refusal, "needs_attention", true).await
            }
            SagaError::Outage(outage) if !run.may_have_effects() => {
                self.end(&run, &answer::outage(&outage), "failed", false).await
            }
            SagaError::Outage(outage) | SagaError::Unknown(outage) => {
                tracing::warn!(call = run.call().id, reason = %outage.reason, "a call stays pending");
                // "Paid, the rest is being finished" is said only of what is known to be paid.
                let code = if run.goes_forward() { saga.pending() } else { outage.error_code };
                let told = Answer::failure(&answer::pending_behind(code, &outage));
                self.journal.suspend(run.call(), run.take_learned(), REST_MS, told.json().clone()).await?;
                Ok(Some(told))
            }
            SagaError::LostLease | SagaError::Journal(_) => Err(error),
        }
    }

    async fn end(
        &self,
        run: &Run,
        refusal: &Refusal,
        outcome: &'static str,
        bound: bool,
    ) -> Result<Option<Answer>, SagaError> {
        let end = End { about: run.about(), ..end_of(refusal, outcome, bound) };
        self.journal.finish(run.call(), run.take_learned(), end).await?;
        Ok(Some(Answer::failure(refusal)))
    }

    // ---- waiting for locks

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

fn outcome_of(answer: &Answer) -> (&'static str, Option<String>) {
    match answer.error_code() {
        None => ("done", None),
        Some(code) if answer.json()["retry_safe"] == true => ("failed", Some(code.to_owned())),
        Some(code) => ("refused", Some(code.to_owned())),
    }
}

fn end_of(refusal: &Refusal, outcome: &'static str, bound: bool) -> End {
    End {
        outcome,
        error_code: Some(refusal.error_code.as_str().to_owned()),
        answer: Answer::failure(refusal).json().clone(),
        bound,
        messages: vec![],
        about: About::default(),
    }
}
