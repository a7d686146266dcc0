//! Pending refunds are checked hourly: a refund that failed is asked for once more, unless its payment has closed the
//! stay since.

use crate::engine::{Calls, Duty, Engine, run_for};
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::sagas::CompensateCheckoutFailure;
use skills::operations::LookUp;
use skills::operations::payments::RetrievePayment;
use skills::records::Look;
use skills::systems::payments::{Intent, Money};
use skills::words::{Key, LongText, PaymentIntentId};
use skills::{Call, FollowUp, Skill, SkillError};
use std::sync::Arc;

/// The caller of these calls in the journal.
pub(crate) const BY: &str = "staff:recovery";

/// Checks every pending refund that is due; stops when a system does not answer.
pub(crate) struct RefundsOnTheirWay;

impl Duty for RefundsOnTheirWay {
    fn see_to(&self, engine: Arc<Engine>) -> Boxed<'_, Result<(), SagaError>> {
        Box::pin(async move {
            while let Some(due) = engine.journal().next_follow_up(&engine.systems()).await? {
                match look_after(&engine, &due).await {
                    Ok(true) => engine.journal().end_follow_up(due.id).await?,
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(refund = due.id, %error, "a refund could not be looked after");
                        return Ok(());
                    }
                }
            }
            Ok(())
        })
    }
}

/// Checks a refund; returns whether no further check is needed.
pub(crate) async fn look_after(calls: &dyn Calls, due: &FollowUp) -> Result<bool, SkillError> {
    let Ok(payment) = PaymentIntentId::new(due.of.clone()) else { return Ok(true) };
    let Some(intent) = read(calls, RetrievePayment { payment }).await? else { return Ok(true) };
    let Some(refund) = intent.refunds.iter().find(|refund| refund.id == due.id) else { return Ok(true) };
    if !refund.has_failed() {
        return Ok(refund.has_gone_back());
    }
    tracing::warn!(refund = due.id, "a refund came to nothing");
    if intent.money() == Money::Kept {
        ask_once_more(calls, &intent, due).await?;
    }
    Ok(true)
}

async fn ask_once_more(calls: &dyn Calls, intent: &Intent, due: &FollowUp) -> Result<(), SkillError> {
    let Some(booking) = intent.booking.clone() else { return Ok(()) };
    let look = Look { booking: Some(booking), ..Look::on(calls.hotel().today()) };
    let stay = read(calls, LookUp(look)).await?.booking;
    let Some(stay) = stay.filter(|stay| stay.payment.as_ref() != Some(&intent.id)) else { return Ok(()) };
    let request = CompensateCheckoutFailure {
        payment_intent_id: Some(intent.id.clone()),
        booking_number: None,
        guest_email: stay.guest.email,
        reason: LongText::new("the refund came to nothing").ok(),
    };
    let answer = run_for(calls, BY, format!("recovery:refund:{}", due.id), &request).await;
    if !answer.is_success() {
        tracing::warn!(refund = due.id, code = answer.error_code(), "it was asked for once more");
    }
    Ok(())
}

async fn read<S: Skill>(calls: &dyn Calls, skill: S) -> Result<S::Output, SkillError> {
    let call = Call::new(calls.hotel(), Key::derived(&["read"]), calls.hotel().today());
    let late = |_| skills::Outage::unreached(S::SYSTEM, format!("{} took too long", S::NAME));
    tokio::time::timeout(calls.settings().step_timeout, skill.run(&call)).await.map_err(late)?
}
