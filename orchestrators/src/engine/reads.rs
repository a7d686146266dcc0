//! A read: run until it has a definite answer or the deadline has passed, and recorded with its outcome.

use super::calls::Try;
use super::{Engine, span};
use crate::engine::journal::{NewCall, ReadCall};
use crate::saga::outcome::Outcome;
use crate::saga::pauses::{BEFORE_AN_EFFECT, Pauses};
use crate::tool::answer::{self, Answer};
use skills::{ErrorCode, Kind, Outage, Refusal, SkillError, System};
use std::time::{Duration, Instant};
use tracing::Instrument;

impl Engine {
    /// Reads, with retries, and records the read.
    pub(super) async fn run_read(&self, call: NewCall, one_try: Try) -> Answer {
        let answer = read(&call, one_try, self.settings.call_deadline, self.around.may_be_logged).await;
        self.journal.record_read(&ReadCall::of(call, &answer)).await;
        answer
    }
}

/// Reads, with retries, until there is a definite answer or the deadline has passed.
pub(crate) async fn read(
    call: &NewCall,
    one_try: Try,
    timeout: Duration,
    may_be_logged: fn(&str) -> bool,
) -> Answer {
    // A read changes nothing, so it may be retried.
    let work = async move {
        let mut pauses = Pauses::until(Instant::now() + timeout, BEFORE_AN_EFFECT);
        loop {
            match one_try().await {
                Err(SkillError::Outage(outage)) => match pauses.after(&outage) {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Err(SkillError::Outage(outage)),
                },
                definite => return definite,
            }
        }
    };
    let work = work.instrument(span(call.tool, &call.caller, &call.token));
    // In its own task: a panic in it becomes an answer, not a hanging client.
    let within = call.requested.span.clone();
    let work = async move { tokio::time::timeout(timeout, work).await };
    let result = tokio::spawn(work.instrument(within)).await;
    match result {
        Ok(Ok(Ok(data))) => Answer::success(data),
        Ok(Ok(Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)))) => {
            super::refused::log(0, call.tool, &call.arguments, &refusal, may_be_logged);
            Answer::failure(&refusal)
        }
        Ok(Ok(Err(SkillError::Outage(outage)))) => refused(answer::outage(&outage)),
        Ok(Err(_)) => {
            let late = Outage::unreached(System::Crm, "deadline");
            let late = Outage { error_code: ErrorCode::UpstreamTimeout, ..late };
            refused(answer::outage(&late))
        }
        Err(panic) => {
            tracing::error!(tool = call.tool, %panic, "a read panicked");
            refused(answer::internal())
        }
    }
}

fn refused(refusal: Refusal) -> Answer {
    Answer::failure(&answer::of_a_read(refusal))
}

impl ReadCall {
    /// The record of a read that was answered so.
    pub(crate) fn of(call: NewCall, answer: &Answer) -> Self {
        let (outcome, error_code) = outcome_of(answer);
        Self { call, outcome, error_code, rows: answer.rows(), finished_at: skills::clock::now() }
    }
}

fn outcome_of(answer: &Answer) -> (Outcome, Option<String>) {
    match answer.error_code() {
        None => (Outcome::Done, None),
        Some(code) => {
            let kind = ErrorCode::named(code).map(ErrorCode::kind);
            let outcome = if kind == Some(Kind::Outage) { Outcome::Failed } else { Outcome::Refused };
            (outcome, Some(code.to_owned()))
        }
    }
}
