//! The distributed engine as a front uses it: calls are submitted to it and waited for. Nothing of a call is kept here.

use super::beside::Beside;
use super::trail::RemoteTrail;
use super::wire::{Asking, Entry, Kept, Row, Told, approval_key, call_id, call_key, hotel_key, list};
use crate::engine::{Calls, NewCall, ReadCall, Trail, Try, read};
use crate::saga::SagaError;
use crate::saga::erased::{Boxed, ErasedSaga};
use crate::saga::live::{Live, Progress};
use crate::saga::outcome::Outcome;
use crate::tool::answer::{self, Answer};
use skills::settings::Settings;
use skills::systems::ingress::{Again, Ingress, NoReply};
use skills::systems::{Hotel, OpenError};
use skills::{ErrorCode, Outage, Refusal};
use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long the engine may take to answer what is no call, or to say whether it is well.
pub(super) const SHORT: Duration = Duration::from_secs(5);

/// How often a client that wants to know is told how far its call is.
const LOOK: Duration = Duration::from_millis(250);

/// The engine behind an address.
pub(crate) struct Remote {
    hotel: Arc<Hotel>,
    settings: Settings,
    /// Which hotel this is, to the engine.
    key: String,
    ingress: Arc<Ingress>,
    trail: RemoteTrail,
    beside: Arc<Beside>,
    may_be_logged: fn(&str) -> bool,
    /// Whether it has the engine reconcile by a schedule.
    reconciles: bool,
}

impl Remote {
    /// The engine at `address`, for the calls of a hotel.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub(crate) fn new(
        hotel: Arc<Hotel>,
        settings: Settings,
        address: &str,
        may_be_logged: fn(&str) -> bool,
    ) -> Result<Self, OpenError> {
        let key = hotel_key(&settings, &hotel);
        let ingress = Arc::new(Ingress::new(address)?);
        let beside = Arc::new(Beside::default());
        let trail =
            RemoteTrail::new(Arc::clone(&ingress), Arc::clone(&beside), key.clone(), settings.audit_days);
        Ok(Self { hotel, settings, key, ingress, trail, beside, may_be_logged, reconciles: false })
    }

    /// Has the engine reconcile by a schedule, as long as a server like this has started at some time.
    pub(crate) fn reconciling(self, reconciles: bool) -> Self {
        Self { reconciles, ..self }
    }

    /// Which hotel this is, to the engine.
    #[cfg(feature = "restate")]
    pub(crate) fn hotel_key(&self) -> &str {
        &self.key
    }

    async fn ask(&self, call: NewCall, live: &Live) -> Answer {
        let token = call.token.clone();
        let mut asking = Asking::of(call.clone(), &self.key, self.settings.audit_days);
        asking.tells = live.wants_progress();
        let handler = format!("Calls/{}/ask", asking.key());
        // One key for this client's call: if the connection breaks, it waits for the same run instead of asking twice.
        let once = uuid::Uuid::new_v4().to_string();
        asking.client = live.may_cancel().then(|| once.clone());
        let told = self.ingress.ask(&handler, &asking, Again::Once(&once), self.settings.call_deadline);
        let (key, stages) = (asking.key(), Stages { live, last: AtomicU32::new(0) });
        let told = tokio::select! {
            told = told => told,
            never = self.watch_call(&key, &once, &stages) => match never {},
        };
        match told {
            Ok(Told::Answer { answer, replayed, question, stages: all }) => {
                all.into_iter().for_each(|stage| stages.tell(stage));
                let answer = Answer::stored(answer);
                let answer = match question {
                    Some(question) => answer.asking(Box::new(question)),
                    None => answer,
                };
                answer.with_token(&token, replayed)
            }
            Ok(Told::Reused(tool)) => self.record_refusal(call, &skills::refusals::token_reused(&tool)).await,
            Ok(Told::NotServed(why)) => {
                tracing::error!(why, "no worker serves this hotel; nothing was run");
                Answer::failure(&answer::outage(&no_engine(&why))).with_token(&token, false)
            }
            // Only these say that the engine has not begun it.
            Err(error @ (NoReply::Unreached(_) | NoReply::Refused { status: 400..=405 | 413 | 415, .. })) => {
                self.unrecorded(&error).with_token(&token, false)
            }
            Err(error) => {
                tracing::warn!(%error, "what became of a call is not known yet");
                Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout)).with_token(&token, false)
            }
        }
    }

    /// Tells the client how far its call is, and notes that it cancels, until the call has ended.
    async fn watch_call(&self, key: &str, client: &str, stages: &Stages<'_>) -> Infallible {
        let (live, mut noted) = (stages.live, false);
        loop {
            tokio::select! {
                () = live.cancelled(), if !noted => {
                    noted = true;
                    // The call's own object hears of it when its run has ended: the run looks beside it.
                    for object in [format!("Cancellations/{client}/note"), format!("Calls/{key}/note_cancelled")] {
                        self.note_cancelled(&object).await;
                    }
                }
                () = tokio::time::sleep(LOOK) => {}
            }
            if live.wants_progress() {
                let handler = format!("Stages/{key}/begun");
                let asked = self.ingress.ask::<Vec<Progress>>(&handler, &(), Again::Never, SHORT).await;
                asked.unwrap_or_default().into_iter().for_each(|stage| stages.tell(stage));
            }
        }
    }

    async fn note_cancelled(&self, handler: &str) {
        let (handler, at) = (format!("{handler}/send"), skills::clock::now());
        let noted = self.ingress.ask::<serde_json::Value>(&handler, &at, Again::Freely, SHORT).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "that a client cancelled its call could not be written");
        }
    }

    /// The answer when the engine has not taken a request.
    fn unrecorded(&self, error: &NoReply) -> Answer {
        tracing::error!(%error, "the engine took no call; nothing was run");
        Answer::failure(&answer::outage(&no_engine(error)))
    }

    async fn record_refusal(&self, call: NewCall, refusal: &Refusal) -> Answer {
        let answer = Answer::failure(refusal);
        if let Some(approval) = &call.approval {
            // A no uses the question up too.
            let handler = format!("Approvals/{}/use_up", approval_key(&self.key, &approval.nonce));
            let used = self.ingress.ask::<bool>(&handler, &(), Again::Freely, SHORT).await;
            if let Err(error) = used {
                return self.unrecorded(&error);
            }
        }
        // It is kept under a key of its own: a refused call does not stand for its token.
        let key = call_key(&self.key, "refused", &uuid::Uuid::new_v4().to_string());
        let mut entry = Entry::new(Asking::of(call, &self.key, self.settings.audit_days));
        entry.asking.held.id = call_id(&key, 0);
        entry.outcome = Outcome::Refused;
        entry.bound = false;
        entry.error_code = Some(refusal.error_code.as_str().to_owned());
        entry.answer = Some(answer.json().clone());
        entry.finished_at = Some(entry.asking.held.started_at);
        entry.cancelled_at = entry.finished_at.filter(|_| refusal.error_code == ErrorCode::Cancelled);
        let handler = format!("Calls/{key}/keep");
        let until = Instant::now() + self.settings.call_deadline;
        match self.beside.leave(&self.ingress, &handler, &entry, until).await {
            Ok(()) => answer,
            Err(error) => self.unrecorded(&error),
        }
    }

    /// Records a read. An answer does not wait for an engine that is down: it has been read.
    async fn record_read(&self, read: ReadCall, until: Instant) {
        let ReadCall { call, outcome, error_code, rows, finished_at } = read;
        let unique = uuid::Uuid::new_v4().to_string();
        let row = Row {
            id: call_id(&unique, 0),
            hotel: self.key.clone(),
            call: None,
            tool: call.tool.to_owned(),
            persona: call.persona,
            caller: call.caller,
            token: None,
            arguments: call.arguments,
            about: call.about,
            outcome,
            error_code,
            started_at: call.started_at,
            finished_at: Some(finished_at),
            rows,
            is_open: false,
            needs_staff: false,
        };
        let handler = format!("Trail/{}/enter", list(&self.key, "hour", &row.part()));
        let kept = Kept { row, days: self.settings.audit_days };
        if let Err(error) = self.beside.leave(&self.ingress, &handler, &kept, until).await {
            tracing::error!(%error, "a read could not be recorded");
        }
    }
}

/// The stages that a client was told: a saga that is played again does not go back.
struct Stages<'a> {
    live: &'a Live,
    last: AtomicU32,
}

impl Stages<'_> {
    fn tell(&self, stage: Progress) {
        if stage.stage > self.last.fetch_max(stage.stage, Ordering::Relaxed) {
            self.live.tell(stage);
        }
    }
}

/// The engine is our own store of calls.
fn no_engine(why: impl std::fmt::Display) -> Outage {
    Outage::of_storage("HOTEL_RESTATE", why)
}

/// The trail could not be read.
pub(super) fn unread(error: &NoReply) -> SagaError {
    SagaError::Journal(no_engine(error))
}

impl Calls for Remote {
    fn hotel(&self) -> &Arc<Hotel> {
        &self.hotel
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn systems(&self) -> String {
        crate::engine::systems_of(&self.hotel)
    }

    fn journal_id(&self) -> Result<String, SagaError> {
        Ok(format!("restate {}", self.key))
    }

    fn submit(&self, call: NewCall, _: Arc<dyn ErasedSaga>, live: Live) -> Boxed<'_, Answer> {
        Box::pin(async move {
            if live.is_cancelled() {
                return self.record_refusal(call, &skills::refusals::cancelled()).await;
            }
            self.ask(call, &live).await
        })
    }

    fn refuse<'a>(&'a self, call: NewCall, refusal: &'a Refusal) -> Boxed<'a, Answer> {
        Box::pin(self.record_refusal(call, refusal))
    }

    fn read(&self, call: NewCall, one_try: Try) -> Boxed<'_, Answer> {
        Box::pin(async move {
            let until = Instant::now() + self.settings.call_deadline;
            self.trail.learn_who_waits(until).await;
            let left = until.saturating_duration_since(Instant::now());
            let answer = read(&call, one_try, left, self.may_be_logged).await;
            self.record_read(ReadCall::of(call, &answer), until).await;
            answer
        })
    }

    fn can_record(&self) -> Boxed<'_, bool> {
        Box::pin(async move {
            let healthy = self.ingress.is_healthy(SHORT).await;
            if let Err(error) = &healthy {
                tracing::warn!(%error, "the engine is not well");
            }
            healthy.is_ok()
        })
    }

    fn trail(&self) -> &dyn Trail {
        &self.trail
    }

    fn recover(&self) -> Boxed<'_, Result<usize, SagaError>> {
        // The engine does it, all the time.
        Box::pin(ready(Ok(0)))
    }

    fn watch(&self) {
        if !self.reconciles {
            return;
        }
        let (ingress, key) = (Arc::clone(&self.ingress), self.key.clone());
        tokio::spawn(async move {
            let begun = ingress.ask::<()>(&format!("Schedule/{key}/begin"), &key, Again::Freely, SHORT).await;
            if let Err(error) = begun {
                tracing::warn!(%error, "the schedule of reconciling could not be begun");
            }
        });
    }

    fn wind_down(&self, _: Duration) -> Boxed<'_, ()> {
        Box::pin(ready(()))
    }

    fn close(&self) {
        for file in &self.hotel.files {
            if let Err(error) = file.checkpoint() {
                tracing::warn!(%error, file = file.name(), "a file could not be closed");
            }
        }
    }
}
