//! A write: a saga in a task of its own, from the call's record to its end.

use super::{Engine, span};
use crate::answer::{self, Answer};
use crate::saga::journal::{About, Begun, End, Held, NewCall};
use crate::saga::run::Run;
use crate::saga::{SagaError, outbox};
use crate::tool::ErasedSaga;
use skills::{ErrorCode, Refusal};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tracing::Instrument;

/// How long a pending call rests before recovery tries it again.
const REST_MS: i64 = 3_000;

impl Engine {
    pub(super) async fn write(self: &Arc<Self>, call: NewCall, saga: Arc<dyn ErasedSaga>) -> Answer {
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

    pub(super) async fn run_to_end(self: Arc<Self>, held: Held, saga: Arc<dyn ErasedSaga>) -> Option<Answer> {
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
        let mut result = saga.run(arguments.clone(), &run).await;
        if matches!(result, Err(SagaError::Again)) {
            run.begin_again();
            result = saga.run(arguments.clone(), &run).await;
        }
        while let Err(SagaError::MovedOn(refusal)) = result {
            if !run.begin_round(&refusal) {
                result = Err(SagaError::Refused(refusal)); // a fresh look changes nothing
                break;
            }
            result = saga.run(arguments.clone(), &run).await;
        }
        let result = match result {
            Ok(_) | Err(SagaError::Refused(_)) => run.is_the_same_story().and(result),
            _ => result,
        };
        let error = match result {
            Ok(data) => {
                let answer = Answer::success(data).with_warnings(run.take_warnings());
                let end = End {
                    outcome: "done",
                    error_code: None,
                    answer: answer.json().clone(),
                    bound: true,
                    messages: run.take_messages(),
                    refunds: run.refunds_on_their_way(),
                    about: run.about(),
                };
                self.journal.finish(run.call(), run.take_learned(), end).await?;
                return Ok(Some(answer));
            }
            Err(SagaError::Refused(refusal)) => match run.unwind().await {
                // What has no way back stands: that is no refusal any more.
                Ok(()) if run.stands() => SagaError::Stuck(refusal),
                Ok(()) if run.has_effects() => {
                    return self
                        .end(
                            &run,
                            &answer::undone(refusal, !run.refunds_on_their_way().is_empty()),
                            "refused",
                            true,
                        )
                        .await;
                }
                Ok(()) => return self.end(&run, &refusal, "refused", false).await,
                Err(error) => error,
            },
            Err(error) => error,
        };
        match error {
            SagaError::Waiting(refusal) => self.end(&run, &refusal, "waiting", true).await,
            SagaError::Stuck(why) | SagaError::Refused(why) | SagaError::MovedOn(why) => {
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
            SagaError::Again | SagaError::LostLease | SagaError::Journal(_) => Err(error),
        }
    }

    async fn end(
        &self,
        run: &Run,
        refusal: &Refusal,
        outcome: &'static str,
        bound: bool,
    ) -> Result<Option<Answer>, SagaError> {
        let refunds = run.refunds_on_their_way();
        let end = End { about: run.about(), refunds, ..end_of(refusal, outcome, bound) };
        self.journal.finish(run.call(), run.take_learned(), end).await?;
        Ok(Some(Answer::failure(refusal)))
    }
}

/// The end of a call that answers a refusal.
pub(super) fn end_of(refusal: &Refusal, outcome: &'static str, bound: bool) -> End {
    End {
        outcome,
        error_code: Some(refusal.error_code.as_str().to_owned()),
        answer: Answer::failure(refusal).json().clone(),
        bound,
        messages: vec![],
        refunds: vec![],
        about: About::default(),
    }
}
