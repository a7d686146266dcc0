//! Which stay a payment intent belongs to, and what its state allows.

use crate::saga::SagaError;
use skills::records::Stay;
use skills::systems::payments::{Intent, Money};
use skills::words::BookingStatus;
use skills::{ErrorCode, Outage, System, refusals};

/// Whether the intent is this stay's: by the booking's own key, and because it is no older than the booking. An org may give
/// two bookings the same key; then the number tells them apart. Guest and number count only for an intent without a key,
/// and only both together.
///
/// An intent that the records name as the stay's payment belongs whenever it was made. But somebody may have typed its id
/// into the wrong sale: one that was made for another booking does not count, nor, as long as the guest is here, one that
/// our servers did not make.
pub(crate) fn belongs(intent: &Intent, stay: &Stay) -> bool {
    let has_key = |key: &String| *key == stay.key || stay.record.as_ref() == Some(key);
    let recorded = [&stay.payment, &stay.last_payment].into_iter().flatten().any(|id| *id == intent.id);
    let recorded_rightly = match &intent.booking_key {
        Some(key) => has_key(key) || intent.booking.as_ref() == Some(&stay.booking),
        None => stay.status == BookingStatus::CheckedOut,
    };
    if recorded && recorded_rightly {
        return true;
    }
    // The processor's times are whole seconds.
    let is_older = stay.made_at.is_some_and(|made| intent.created_at.as_second() < made.as_second());
    let named = match &intent.booking_key {
        Some(key) => has_key(key) && !is_of_another_number(intent, stay),
        None => {
            intent.booking.as_ref() == Some(&stay.booking) && intent.guest.as_ref() == Some(&stay.guest.email)
        }
    };
    named && !is_older
}

/// Whether the intent was made for a booking of another number.
pub(crate) fn is_of_another_number(intent: &Intent, stay: &Stay) -> bool {
    intent.booking.as_ref().is_some_and(|booking| *booking != stay.booking)
}

/// The intent that has paid for the stay, if any: the oldest whose money is all here.
///
/// # Errors
/// States that forbid both charging and closing: money that is disputed, partly refunded, in another currency, or undecided.
pub(crate) fn paid<'a>(intents: &'a [Intent], currency: &str) -> Result<Option<&'a Intent>, SagaError> {
    let first = |which: &[Money]| intents.iter().find(|intent| which.contains(&intent.money()));
    if let Some(intent) = first(&[Money::Disputed, Money::PartlyBack]) {
        return Err(refusals::payment_in_question(intent).into());
    }
    if let Some(intent) = first(&[Money::OnItsWay])
        && let Some(refund) = intent.pending_refund()
    {
        return Err(refusals::refund_pending(&intent.id, refund, currency).into());
    }
    if first(&[Money::Processing]).is_some() {
        return Err(undecided());
    }
    let kept = || intents.iter().filter(|intent| intent.money() == Money::Kept);
    if let Some(other) = kept().find(|intent| intent.currency != currency) {
        return Err(refusals::paid_in_another_currency(other, currency).into());
    }
    Ok(kept().min_by_key(|intent| intent.paid_at()))
}

/// The number of the stay's next intent: counts those that have ended, by the records or by the processor.
pub(crate) fn next_number(intents: &[Intent], stay: &Stay) -> u32 {
    let ended = || intents.iter().filter(|intent| intent.has_ended());
    let numbered = ended().filter_map(|intent| intent.number).max().map_or(0, |highest| highest + 1);
    let others = u32::try_from(ended().filter(|intent| intent.number.is_none()).count()).unwrap_or(u32::MAX);
    stay.refunds.max(numbered).max(others)
}

/// The processor has not decided yet: nothing may be confirmed.
pub(crate) fn undecided() -> SagaError {
    let reason = "the payment is still processing";
    SagaError::Unknown(Outage {
        error_code: ErrorCode::UpstreamTimeout,
        ..Outage::unknown(System::Payments, reason)
    })
}
