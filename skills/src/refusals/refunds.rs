//! Refusals of a refund, or because of one.

use crate::error::{ErrorCode, Refusal};
use crate::systems::payments::{CLOSING_REFUSED, Refund};
use crate::words::{BookingNumber, PaymentIntentId};

/// Nothing was paid, so nothing can be refunded.
pub fn payment_not_refundable(payment: &PaymentIntentId, status: &str) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentNotRefundable,
        format!("Payment {payment} was never paid; it is {status}."),
    )
    .next("There is nothing to refund.")
    .detail("payment_status", status)
}

/// It was paid, and the processor refuses to refund it.
pub fn refund_refused(payment: &PaymentIntentId, status: &str, code: &str) -> Refusal {
    let why = match code {
        "charge_disputed" => "the guest has disputed it, and their bank decides whose money it is",
        _ => "the payment processor refuses to",
    };
    Refusal::new(ErrorCode::PaymentNotRefundable, format!("Payment {payment} cannot be given back: {why}."))
        .next("Nothing was changed. Staff: look at the payment in the processor's own dashboard.")
        .detail("payment_status", status)
        .detail("code", code)
}

/// The payment has already been refunded.
pub fn already_refunded(payment: &PaymentIntentId) -> Refusal {
    Refusal::new(ErrorCode::AlreadyRefunded, format!("Payment {payment} has already been refunded."))
        .next("See what was done with search_tool_calls or retrieve_payment_status.")
        .detail("payment_intent_id", payment.as_str())
}

/// A refund was asked for twice and failed both times.
pub fn refund_failed(payment: &PaymentIntentId, refund: &Refund) -> Refusal {
    let reason = refund.failure_reason.as_deref().unwrap_or("no reason was given");
    let message = format!(
        "The refund of {} could not be placed ({reason}): payment {payment} is still with the hotel.",
        refund.amount
    );
    Refusal::new(ErrorCode::NeedsAttention, message)
        .next("Staff: give the money back in the processor's own dashboard, or another way.")
        .detail("payment_intent_id", payment.as_str())
        .detail("refund_id", refund.id.as_str())
        .detail("refund_status", refund.status.as_str())
        .detail("failure_reason", reason)
}

/// The refund of an earlier payment is pending: nothing else is charged until it has arrived.
pub fn refund_pending(payment: &PaymentIntentId, refund: &Refund, currency: &str) -> Refusal {
    let message = format!(
        "A refund of {} {currency} for this stay is on its way back to the guest and has not arrived. Nothing was charged; \
         the stay costs no further night meanwhile.",
        refund.amount
    );
    let mut refusal = Refusal::new(ErrorCode::RefundPending, message)
        .next("Check out again once it has arrived; retrieve_payment_status shows it.")
        .detail("payment_intent_id", payment.as_str())
        .detail("refund_id", refund.id.as_str())
        .detail("amount_cents", refund.amount.0);
    if let Some(since) = &refund.since {
        refusal = refusal.detail("since", since.as_str());
    }
    refusal
}

/// The hotel's records refused to close a stay that had been charged, twice.
pub fn closing_refused_twice(booking: &BookingNumber) -> Refusal {
    let message = format!(
        "The hotel's records refused to close booking {booking} after it had been charged, more than once; each time the \
         money was given back. It is not charged again."
    );
    Refusal::new(ErrorCode::NeedsAttention, message)
        .next("Staff: mend what the records refuse, then run reconcile --resolve with this call's token, and check out again.")
        .detail("booking_number", booking.as_str())
        .detail("why", CLOSING_REFUSED)
}

/// A payment and its stay do not agree.
pub fn checkout_cannot_be_finished(payment: &PaymentIntentId, why: &str) -> Refusal {
    let message = format!("The checkout paid with {payment} cannot be finished: {why}.");
    Refusal::new(ErrorCode::InvalidTransition, message)
        .next("Refund the payment with compensate_checkout_failure.")
        .detail("payment_intent_id", payment.as_str())
}
