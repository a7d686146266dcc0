//! `staff-server reconcile`: finishes unfinished calls, once; reports payments and stays that do not agree and calls
//! that need a person; with `--fix`, applies the rules there are. For cron.

mod findings;
mod fix;
mod hidden;
mod reader;
mod replay;
mod scheduled;
mod text;

use crate::audit::{CallOutcome, SearchToolCalls, ToolCall};
use crate::engine::Calls;
use crate::engine::SeenTo;
use crate::saga::SagaError;
use crate::terminal;
use crate::tool::answer::{self, Answer};
use crate::tool::work::EngineRead;
use anyhow::anyhow;
use findings::{DONE, Findings, PaymentFinding, QuestionFinding, StayFinding};
use jiff::SignedDuration;
use reader::Reader;
pub(crate) use replay::{Replay, moment, run as replay};
pub(crate) use scheduled::{Leaves, settle_by_rule};
use serde::Serialize;
use skills::words::BookingNumber;
use std::collections::HashSet;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The options.
pub(crate) struct Reconcile {
    pub(crate) as_json: bool,
    pub(crate) fix: bool,
    /// How many days to look back.
    pub(crate) days: u16,
}

/// The findings, and what was done about them.
#[derive(Serialize)]
struct Report {
    finished: usize,
    pending: Vec<PendingCall>,
    needs_attention: Vec<OpenCall>,
    payments_without_closed_stay: Vec<PaymentFinding>,
    stays_closed_without_payment: Vec<StayFinding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    payments_in_question: Vec<QuestionFinding>,
    fixed: usize,
}

/// A call that needs a person.
#[derive(Serialize)]
struct OpenCall {
    #[serde(flatten)]
    call: ToolCall,
    what_to_do: String,
}

/// A call that is not finished.
#[derive(Serialize)]
struct PendingCall {
    #[serde(flatten)]
    call: ToolCall,
    what_to_do: String,
    /// Whether it only waits for the guest to confirm the payment with the bank: expected, and no fault.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    waits_for_guest: bool,
    /// The systems it began on, if this process has others: it can be finished only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    began_on: Option<String>,
}

impl Report {
    /// Whether nothing is left to do. A guest at the bank is nothing to do.
    fn is_empty(&self) -> bool {
        self.pending.iter().all(|call| call.waits_for_guest)
            && self.needs_attention.is_empty()
            && self.payments_in_question.is_empty()
            && self.remaining() == 0
    }

    /// How many findings are left.
    fn remaining(&self) -> usize {
        let payments = self.payments_without_closed_stay.iter().map(|finding| &finding.remedy);
        let stays = self.stays_closed_without_payment.iter().map(|finding| &finding.remedy);
        payments.chain(stays).filter(|remedy| remedy.outcome != DONE).count()
    }
}

/// Takes over every abandoned call, sends staged messages, and reports; exit code 1 if anything is left but guests at
/// their bank.
///
/// # Errors
/// When the journal or a system cannot be read: then nothing can be reported as in order.
pub(crate) async fn run(engine: Arc<dyn Calls>, wish: Reconcile) -> anyhow::Result<ExitCode> {
    let finished = journal(engine.recover().await)?;
    let open = journal(engine.trail().need_attention().await)?;
    let oldest = open.iter().map(|call| call.started_at).min();
    let in_hand = async || bookings_in_hand(&*engine).await;
    let first = skills::clock::now() - SignedDuration::from_hours(24 * i64::from(wish.days));
    let mut found = findings::find(&Reader::new(&*engine), first, oldest, in_hand).await?;
    if wish.fix {
        fix::fix(&*engine, &mut found).await?;
        engine.wind_down(Duration::from_secs(4)).await;
        fix::resolve_settled(&*engine, &in_hand().await?).await?;
    }
    let report = report(&*engine, finished, found).await?;
    let mut out = terminal::out();
    if wish.as_json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        out.write_all(text::told(&report).as_bytes())?;
    }
    Ok(if report.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Records that a person has cleared the call of a token: it is no longer listed (by `--replay` neither), and its locks are released. A call
/// that took money must be finished or compensated instead. Returns why it cannot be cleared, if it cannot.
///
/// # Errors
/// When the journal cannot be written.
pub(crate) async fn resolve(engine: Arc<dyn Calls>, token: String) -> anyhow::Result<Option<&'static str>> {
    let told = Answer::failure(&answer::ended_by_hand());
    Ok(match journal(engine.trail().see_to(token, told.json().clone()).await)? {
        SeenTo::Done => None,
        SeenTo::None => {
            Some("no call with this token is unfinished, needed attention or was ended by an outage")
        }
        SeenTo::Running => Some("this call is being worked on at this moment; look again in a moment"),
        SeenTo::Paid => Some(
            "this call took a payment. Let it be finished, or give the money back with compensate_checkout_failure; then \
             there is nothing to resolve",
        ),
    })
}

/// The bookings that unfinished calls are about or lock.
async fn bookings_in_hand(engine: &dyn Calls) -> anyhow::Result<HashSet<BookingNumber>> {
    let in_hand = journal(engine.trail().in_hand().await)?;
    let numbers = in_hand.iter().map(|what| what.strip_prefix("booking ").unwrap_or(what));
    Ok(numbers.filter_map(|number| BookingNumber::new(number).ok()).collect())
}

async fn report(engine: &dyn Calls, finished: usize, mut found: Findings) -> anyhow::Result<Report> {
    let open = journal(engine.trail().need_attention().await)?;
    let open: HashSet<_> = open.into_iter().map(|call| (call.caller, Some(call.token))).collect();
    let mut needs_attention = calls(engine, CallOutcome::NeedsAttention).await?;
    needs_attention.retain(|call| open.contains(&(call.caller.clone(), call.idempotency_token.clone())));
    let what_to_do = |call: ToolCall| OpenCall { what_to_do: text::to_do_about(&call), call };
    let fixed = found.remedies().filter(|remedy| remedy.outcome == DONE).count();
    Ok(Report {
        finished,
        pending: pending(engine).await?,
        needs_attention: needs_attention.into_iter().map(what_to_do).collect(),
        payments_without_closed_stay: found.payments,
        stays_closed_without_payment: found.stays,
        payments_in_question: found.questions,
        fixed,
    })
}

async fn pending(engine: &dyn Calls) -> anyhow::Result<Vec<PendingCall>> {
    let mut elsewhere = journal(engine.trail().elsewhere(&engine.systems()).await)?;
    let known = |call: ToolCall| {
        let token = call.idempotency_token.clone().unwrap_or_default();
        let began_on = elsewhere.remove(&(call.caller.clone(), token));
        let waits_for_guest = call.waits_for_guest && began_on.is_none();
        let what_to_do = match waits_for_guest {
            true => text::to_wait_for_guest(),
            false => text::to_wait_for(&call, began_on.as_deref()),
        };
        PendingCall { what_to_do, waits_for_guest, began_on, call }
    };
    Ok(calls(engine, CallOutcome::Pending).await?.into_iter().map(known).collect())
}

/// All calls with this outcome.
async fn calls(engine: &dyn Calls, outcome: CallOutcome) -> anyhow::Result<Vec<ToolCall>> {
    let (mut all, mut query) = (vec![], SearchToolCalls::all_of(outcome));
    let today = engine.hotel().day_of(skills::clock::now());
    loop {
        let found = query.run(engine, today).await?;
        all.extend(found.tool_calls);
        match found.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return Ok(all),
        }
    }
}

fn journal<T>(result: Result<T, SagaError>) -> anyhow::Result<T> {
    result.map_err(|error| match error {
        SagaError::Journal(outage) => {
            anyhow!("{}: {}", outage.file.as_ref().map_or("the journal", |file| &file.name), outage.reason)
        }
        other => anyhow!("the journal: {other:?}"),
    })
}
