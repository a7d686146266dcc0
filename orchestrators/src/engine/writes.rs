//! A write: runs a saga in its own task, from the call's record to its end.

use super::embedded::Embedded;
use super::play::{Verdict, after_panic, play};
use super::{Engine, span};
use crate::engine::journal::{Begun, NewCall};
use crate::engine::outbox;
use crate::saga::erased::ErasedSaga;
use crate::saga::live::Live;
use crate::saga::record::Held;
use crate::saga::{Run, SagaError};
use crate::telemetry;
use crate::tool::answer::{self, Answer};
use skills::{ErrorCode, requests};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tracing::{Instrument, Span};

impl Engine {
    pub(super) async fn write(
        self: &Arc<Self>,
        call: NewCall,
        saga: Arc<dyn ErasedSaga>,
        live: Live,
    ) -> Answer {
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
                // Recorded beside the call that owns the token, without binding the token twice.
                Begun::Reused(tool) => {
                    return self.record_refusal(call, &skills::refusals::token_reused(&tool)).await;
                }
                Begun::Elsewhere => return late().with_token(&token, false),
                Begun::New(held) | Begun::Again(held) => {
                    let is_first = held.is_first_hand();
                    let within = if is_first {
                        call.requested.span.clone()
                    } else {
                        telemetry::resumed(&held.resumed())
                    };
                    if let Some(answer) =
                        self.run(held, Arc::clone(&saga), live.clone(), within, deadline).await
                    {
                        return answer.with_token(&token, false);
                    }
                    None
                }
                Begun::Running(told) => told,
            };
            // Another process runs it, or it takes longer than the caller may wait.
            if Instant::now() + pause > deadline {
                return told.map_or_else(late, Answer::stored).with_token(&token, false);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(40));
        }
    }

    /// Runs a call in its own task and waits for it; none if it takes longer than the deadline or another process has it.
    async fn run(
        self: &Arc<Self>,
        held: Held,
        saga: Arc<dyn ErasedSaga>,
        live: Live,
        within: Span,
        deadline: Instant,
    ) -> Option<Answer> {
        let (engine, id, client) = (Arc::clone(self), held.id, live.clone());
        let mut task = self
            .tasks
            .spawn(requests::carried(async move { engine.run_to_end(held, saga, live, within).await }));
        let note = async || {
            if let Err(error) = self.journal.note_cancelled(id).await {
                tracing::warn!(?error, call = id, "that its client cancelled it could not be written");
            }
        };
        let ended = async {
            tokio::select! {
                biased;
                ended = &mut task => {
                    if client.is_cancelled() {
                        note().await;
                    }
                    ended
                }
                () = client.cancelled() => {
                    note().await;
                    task.await
                }
            }
        };
        tokio::time::timeout_at(deadline.into(), ended).await.ok()?.ok().flatten()
    }

    pub(super) async fn run_to_end(
        self: Arc<Self>,
        held: Held,
        saga: Arc<dyn ErasedSaga>,
        live: Live,
        within: Span,
    ) -> Option<Answer> {
        let id = held.id;
        self.live.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        let engine = Arc::clone(&self);
        let call = held.clone();
        let running = Arc::clone(&saga);
        let span = span(&held.tool, &held.caller, &held.token);
        let work = requests::counted(async move { engine.run_saga(call, running, live, within).await });
        let task = tokio::spawn(requests::carried(work.instrument(span)));
        let answer = match task.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(SagaError::LostLease)) => None, // the process that has the call now answers it
            Ok(Err(error)) => {
                tracing::error!(
                    ?error,
                    call = id,
                    "the journal could not be written; the call is left to recovery"
                );
                let refusal = match &error {
                    SagaError::Journal(outage) => answer::pending_behind(outage.error_code, outage),
                    _ => answer::pending(ErrorCode::UpstreamTimeout),
                };
                Some(Answer::failure(&refusal))
            }
            Err(panic) => self.panicked(&held, &panic).await,
        };
        self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        outbox::send_staged(&self, Some(id)).await;
        answer
    }

    /// Keeps what becomes of a call whose saga panicked.
    async fn panicked(&self, held: &Held, panic: &tokio::task::JoinError) -> Option<Answer> {
        tracing::error!(tool = held.tool, call = held.id, %panic, "a saga panicked");
        // If the journal cannot be read, the call stays with recovery.
        let (times, announced) = self.journal.note_panic(held.id).await.unwrap_or((1, true));
        let steps = self.journal.steps(held.id).unwrap_or_default();
        let (written, answer) = match after_panic("server", held, times, announced, &steps) {
            Verdict::Ended(end, answer) => (self.journal.finish(held, vec![], *end).await, answer),
            Verdict::Pending(rest, told) => (self.journal.suspend(held, vec![], rest).await, told),
        };
        if let Err(error) = written {
            tracing::error!(?error, call = held.id, "the end of a call could not be written");
        }
        Some(answer)
    }

    /// Plays the saga and journals how far it came. `Ok(None)`: another process has the call.
    async fn run_saga(
        self: Arc<Self>,
        held: Held,
        saga: Arc<dyn ErasedSaga>,
        live: Live,
        within: Span,
    ) -> Result<Option<Answer>, SagaError> {
        // A new call has no steps yet, so the journal is not read.
        let known = if held.is_first_hand() { vec![] } else { self.journal.steps(held.id)? };
        let ledger = Arc::new(Embedded::new(Arc::clone(&self), held.turn));
        let run = Run::new(Arc::clone(&self.around), ledger, held, known, live, within);
        match play(&run, &*saga).await? {
            Verdict::Ended(end, answer) => {
                self.journal.finish(run.call(), run.take_learned(), *end).await?;
                Ok(Some(answer))
            }
            Verdict::Pending(rest, told) => {
                self.journal.suspend(run.call(), run.take_learned(), rest).await?;
                Ok(Some(told))
            }
        }
    }
}
