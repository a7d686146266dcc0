//! Plays a saga as far as it goes: runs it, begins it again, unwinds it. The engine writes the result.

use super::journal::Rest;
use crate::saga::erased::ErasedSaga;
use crate::saga::outcome::Ending;
use crate::saga::pauses;
use crate::saga::record::{About, End, Held, StepRow};
use crate::saga::run::last_step;
use crate::saga::{Run, SagaError};
use crate::tool::answer::{self, Answer};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use skills::{ErrorCode, Refusal, refusals, requests};

/// How long a call is left to the version of this program whose steps it has: within this time a release is rolled out or back.
const LEFT_TO_ITS_VERSION: SignedDuration = SignedDuration::from_mins(15);

/// How far a saga came.
pub(crate) enum Verdict {
    /// It ended, with its caller's answer.
    Ended(Box<End>, Answer),
    /// It must be continued later, with its caller's answer until then.
    Pending(Rest, Answer),
}

/// Runs a saga as far as it goes, and its ways back if it is refused. Writes only what its steps announce.
pub(crate) async fn play(run: &Run, saga: &dyn ErasedSaga) -> Result<Verdict, SagaError> {
    let arguments = run.call().arguments.clone();
    let mut result = saga.run(arguments.clone(), run).await;
    while matches!(result, Err(SagaError::Again)) {
        run.begin_again();
        result = saga.run(arguments.clone(), run).await;
    }
    while let Err(SagaError::MovedOn(refusal)) = result {
        if !run.begin_round(&refusal) {
            result = Err(SagaError::Refused(refusal)); // a fresh read changes nothing
            break;
        }
        result = saga.run(arguments.clone(), run).await;
    }
    let result = match result {
        Ok(_) | Err(SagaError::Refused(_)) => run.replays_every_step().and(result),
        _ => result,
    };
    let error = match result {
        Ok(data) => {
            let answer = Answer::success(data).with_warnings(run.take_warnings());
            let end = End {
                ending: Ending::Done,
                error_code: None,
                answer: answer.json().clone(),
                bound: true,
                messages: run.take_messages(),
                follow_ups: run.follow_ups(),
                about: run.about(),
                because: None,
            };
            return Ok(Verdict::Ended(Box::new(end), answer));
        }
        Err(SagaError::Refused(refusal)) => match run.unwind().await {
            // An effect without a way back stands: that is no refusal any more.
            Ok(()) if run.stands() => SagaError::Stuck(refusal),
            Ok(()) if run.has_effects() => {
                let refusal = answer::undone(refusal, run.is_on_its_way_back());
                return Ok(ended(run, &refusal, Ending::Refused, true));
            }
            Ok(()) => return Ok(ended(run, &refusal, Ending::Refused, false)),
            Err(error) => error,
        },
        Err(error) => error,
    };
    match error {
        // An effect may stand if the price changed while the guest's bank authenticated: then the token stays bound.
        SagaError::Asks(question) => {
            let stands = run.may_have_effects();
            let ending = if stands { Ending::Waiting } else { Ending::Refused };
            match ended(run, &refusals::is_being_asked(&question.says), ending, stands) {
                Verdict::Ended(end, answer) => Ok(Verdict::Ended(end, answer.asking(question))),
                pending => Ok(pending),
            }
        }
        SagaError::Waiting(refusal) => Ok(ended(run, &refusal, Ending::Waiting, true)),
        SagaError::OfAnotherVersion(_) if run.since_last_step() < LEFT_TO_ITS_VERSION => {
            let code = if run.goes_forward() { saga.pending() } else { ErrorCode::UpstreamTimeout };
            Ok(left_to_its_version(run.call(), code))
        }
        SagaError::OfAnotherVersion(why)
        | SagaError::Stuck(why)
        | SagaError::Refused(why)
        | SagaError::MovedOn(why) => {
            let refusal = answer::needs_attention(run.with_what_stands(why));
            Ok(ended(run, &refusal, Ending::NeedsAttention, true))
        }
        SagaError::Outage(outage) if !run.may_have_effects() => {
            Ok(ended(run, &answer::outage(&outage), Ending::Failed, false))
        }
        SagaError::Outage(outage) | SagaError::Unknown(outage) => {
            let call = run.call();
            // "Paid, the rest is being finished" is an answer only for a stay known to be paid.
            let code = if run.goes_forward() { saga.pending() } else { outage.error_code };
            let told = Answer::failure(&answer::pending_behind(code, &outage));
            let requests = if call.by_recovery { requests::so_far() } else { 0 };
            let tries = call.tries + u32::from(call.by_recovery);
            let rest = Rest {
                long: pauses::rest(call.id, tries, requests, outage.retry_after_seconds),
                because: outage.to_string(),
                told: told.json().clone(),
            };
            let rests_seconds = rest.long.as_secs();
            tracing::warn!(call = call.id, reason = %outage.reason, rests_seconds, "a call stays pending");
            Ok(Verdict::Pending(rest, told))
        }
        SagaError::Again | SagaError::LostLease | SagaError::Journal(_) => Err(error),
    }
}

fn ended(run: &Run, refusal: &Refusal, ending: Ending, bound: bool) -> Verdict {
    let call = run.call();
    super::refused::log(call.id, &call.tool, &call.arguments, refusal, run.may_be_logged());
    let end = End { about: run.about(), follow_ups: run.follow_ups(), ..end_of(refusal, ending, bound) };
    Verdict::Ended(Box::new(end), Answer::failure(refusal))
}

/// The end of a call that a refusal answers.
pub(crate) fn end_of(refusal: &Refusal, ending: Ending, bound: bool) -> End {
    let waits_for = || (ending == Ending::Waiting).then(|| refusal.error_message.clone());
    End {
        ending,
        error_code: Some(refusal.error_code.as_str().to_owned()),
        answer: Answer::failure(refusal).json().clone(),
        bound,
        messages: vec![],
        follow_ups: vec![],
        about: About::default(),
        because: answer::because(refusal).or_else(waits_for),
    }
}

/// What becomes of a call whose saga this version of the program does not have.
pub(crate) fn of_another_version(call: &Held, steps: &[StepRow], now: Timestamp) -> Verdict {
    if now.duration_since(last_step(call, steps.iter())) < LEFT_TO_ITS_VERSION {
        return left_to_its_version(call, ErrorCode::UpstreamTimeout);
    }
    let why = format!("{} is not a saga of this version.", call.tool);
    let refusal = answer::needs_attention(Refusal::new(ErrorCode::NeedsAttention, why));
    let end = end_of(&refusal, Ending::NeedsAttention, true);
    Verdict::Ended(Box::new(end), Answer::failure(&refusal))
}

/// A call that another version of this program can finish rests; that one tries it then, or when its caller asks again.
fn left_to_its_version(call: &Held, code: ErrorCode) -> Verdict {
    let told = Answer::failure(&answer::pending(code));
    let tries = call.tries + u32::from(call.by_recovery);
    tracing::warn!(
        call = call.id,
        tool = call.tool,
        "a call is left to the version of this program that began it"
    );
    let rest = Rest {
        long: pauses::rest(call.id, tries, 0, None),
        because: "It has steps of another version of this program, which can finish it.".to_owned(),
        told: told.json().clone(),
    };
    Verdict::Pending(rest, told)
}

/// What becomes of a call in which `program` has panicked so many `times`. A panic counts as an outage of this program: once an
/// effect that binds was `announced`, the call is tried once more; a second panic needs a person.
pub(crate) fn after_panic(
    program: &str,
    call: &Held,
    times: u32,
    announced: bool,
    steps: &[StepRow],
) -> Verdict {
    let told = |refusal: &Refusal, ending, bound| {
        Verdict::Ended(Box::new(end_of(refusal, ending, bound)), Answer::failure(refusal))
    };
    if !announced {
        return told(&answer::internal(), Ending::Failed, false);
    }
    if times == 1 {
        let told = Answer::failure(&answer::pending(ErrorCode::UpstreamTimeout));
        let rest = Rest {
            long: pauses::rest(call.id, 0, 0, None),
            because: format!("The {program} failed in the middle of {}.", call.tool),
            told: told.json().clone(),
        };
        return Verdict::Pending(rest, told);
    }
    let why = format!("The {program} failed twice in the middle of {}.", call.tool);
    let story: Value = steps.iter().map(|step| format!("{}: {}", step.name, step.outcome.word())).collect();
    let why = Refusal::new(ErrorCode::NeedsAttention, why).detail("steps", story);
    told(&answer::needs_attention(why), Ending::NeedsAttention, true)
}
