//! `--fix`: handles each finding by its rule, in a call of its own; and clears calls that no longer need attention.

use super::findings::{Action, DONE, Findings, Remedy, Task};
use super::reader::Reader;
use crate::engine::{Calls, run_for};
use crate::saga::Saga;
use crate::sagas::shared::paid_stay::Missing;
use crate::sagas::shared::whose_money::belongs;
use crate::sagas::{CompensateCheckoutFailure, FinishPaidCheckout, GiveBackPayment, ProcessGuestCheckout};
use crate::tool::answer::Answer;
use skills::records::Stay;
use skills::systems::payments::{Intent, Money};
use skills::words::{BookingNumber, BookingStatus, LongText};
use skills::{ErrorCode, SkillError};
use std::collections::HashSet;

/// The reason of a call that needs attention because the records refused more than once to close a charged stay.
const CLOSING_REFUSED: &str = "closing_refused";

/// With fewer requests to Salesforce left than this, nothing is begun: one fix sends at most about so many.
const ONE_FIX: u32 = 20;

/// The caller of these calls in the journal.
pub(super) const CALLER: &str = "staff:reconcile";
/// The prefix of their tokens, and the reason of their refunds.
const BY: &str = "reconcile";

/// Handles every finding that has a rule, until a system fails: each of the others would only wait for it too.
pub(super) async fn fix(engine: &dyn Calls, found: &mut Findings) -> anyhow::Result<()> {
    for remedy in found.remedies() {
        if skills::requests::left() < ONE_FIX {
            break;
        }
        let Some(task) = remedy.task.take() else { continue };
        let answer = match task.missing {
            Some(missing) => bring_together(engine, &task, missing, remedy).await?,
            None => refund(engine, &task, remedy).await?,
        };
        if remedy.outcome != DONE && answer.json()["retry_safe"] == true {
            break;
        }
    }
    Ok(())
}

async fn bring_together(
    engine: &dyn Calls,
    task: &Task,
    what: Missing,
    remedy: &mut Remedy,
) -> anyhow::Result<Answer> {
    let request = FinishPaidCheckout { payment_intent_id: task.payment.clone() };
    let answer = run_for(engine, CALLER, token(verb(what), task), &request).await;
    // A token replays its old answer: only the hotel's systems show whether that still holds.
    if in_order(&Reader::new(engine), task).await? {
        remedy.outcome = DONE.to_owned();
        remedy.message = answer.json()["data"]["action"].as_str().unwrap_or("It is in order now.").to_owned();
    } else {
        remedy.failed(&answer);
    }
    Ok(answer)
}

async fn refund(engine: &dyn Calls, task: &Task, remedy: &mut Remedy) -> anyhow::Result<Answer> {
    // A refund asked for again after one failed is another call.
    let token = match task.refunds {
        0 => token("refund", task),
        before => format!("{}:{before}", token("refund", task)),
    };
    let answer = match &task.guest {
        Some(guest) => {
            let request = CompensateCheckoutFailure {
                payment_intent_id: Some(task.payment.clone()),
                booking_number: None,
                guest_email: guest.clone(),
                reason: LongText::new(BY).ok(),
            };
            run_for(engine, CALLER, token, &request).await
        }
        None => {
            let request = GiveBackPayment { payment_intent_id: task.payment.clone() };
            run_for(engine, CALLER, token, &request).await
        }
    };
    remedy.action = Action::Refund;
    let money = Reader::new(engine).payment(&task.payment).await?.map(|intent| intent.money());
    let told = match money {
        Some(Money::Back) => Some(" The payment was given back."),
        Some(Money::OnItsWay) => Some(" The payment is on its way back."),
        _ => None,
    };
    if let Some(told) = told.filter(|_| answer.is_success() || is_definite_no(&answer)) {
        remedy.outcome = DONE.to_owned();
        remedy.message.push_str(told);
    } else {
        remedy.failed(&answer);
    }
    Ok(answer)
}

impl Remedy {
    fn failed(&mut self, answer: &Answer) {
        self.outcome = answer.error_code().unwrap_or(ErrorCode::NeedsAttention.as_str()).to_owned();
        let why = answer.json()["error_message"].as_str();
        self.message = why.unwrap_or("It was put in order before, and is not any more.").to_owned();
    }
}

fn is_definite_no(answer: &Answer) -> bool {
    answer.error_code().is_some_and(|code| code != ErrorCode::NeedsAttention.as_str())
        && answer.json()["retry_safe"] == false
}

const fn verb(what: Missing) -> &'static str {
    match what {
        Missing::Nothing | Missing::Closing(_) => "finish",
        Missing::Charge => "record-charge",
        Missing::Refund => "record-refund",
    }
}

/// The same token for every reconciliation with the same finding: the action happens at most once per payment.
fn token(verb: &str, task: &Task) -> String {
    format!("{BY}:{verb}:{}", task.payment)
}

/// Whether payment and stay agree now.
async fn in_order(reader: &Reader<'_>, task: &Task) -> Result<bool, SkillError> {
    let (intent, stay) = (reader.payment(&task.payment).await?, reader.stay(&task.booking).await?);
    let (Some(intent), Some(stay)) = (intent, stay) else { return Ok(false) };
    if recorded_as_refunded(&stay, &intent) {
        return Ok(true);
    }
    Ok(reader.missing(&intent, &stay) == Ok(Missing::Nothing))
}

fn recorded_as_refunded(stay: &Stay, intent: &Intent) -> bool {
    intent.is_refunded() && stay.payment.is_none() && stay.last_payment.as_ref() == Some(&intent.id)
}

/// Clears the calls about money that needed attention and whose booking's payment and stay now agree.
pub(super) async fn resolve_settled(
    engine: &dyn Calls,
    in_hand: &HashSet<BookingNumber>,
) -> anyhow::Result<()> {
    let reader = Reader::new(engine);
    for call in super::journal(engine.trail().need_attention().await)? {
        let of_money =
            [ProcessGuestCheckout::NAME, CompensateCheckoutFailure::NAME, FinishPaidCheckout::NAME];
        let booking = call.subject.and_then(|number| BookingNumber::new(number).ok());
        let Some(booking) = booking.filter(|booking| !in_hand.contains(booking)) else { continue };
        // A closing that the records refused twice is for staff to clear, once they have fixed the cause.
        if !of_money.contains(&call.tool.as_str()) || call.why.as_deref() == Some(CLOSING_REFUSED) {
            continue;
        }
        if skills::requests::left() < ONE_FIX {
            break;
        }
        let Some(stay) = reader.stay(&booking).await? else { continue };
        let mut paid = reader.payments_since(call.started_at).await?;
        if let Some(payment) = stay.payment.as_ref().filter(|id| paid.iter().all(|intent| intent.id != **id))
        {
            paid.extend(reader.payment(payment).await?);
        }
        if agree(&stay, &paid) {
            super::journal(engine.trail().resolve(call.id).await)?;
        }
    }
    Ok(())
}

/// Whether stay and payments agree: paid and closed with that payment, or refunded and recorded so, or open without
/// money held.
fn agree(stay: &Stay, paid: &[Intent]) -> bool {
    let of_stay = |intent: &&Intent| belongs(intent, stay);
    let standing: Vec<_> = paid.iter().filter(of_stay).filter(|intent| !intent.is_refunded()).collect();
    let closed = stay.status == BookingStatus::CheckedOut;
    match standing.as_slice() {
        [] => !closed || (stay.payment.is_none() && stay.last_payment.is_some()),
        [intent] => closed && stay.payment.as_ref() == Some(&intent.id),
        _ => false,
    }
}
