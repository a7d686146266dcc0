//! Compares a payment with its stay: they agree, or something is missing.

use crate::sagas::shared::whose_money::belongs;
use skills::operations::payments::MOST_REFUNDS_ASKED_FOR;
use skills::records::Stay;
use skills::systems::payments::{Intent, Money};
use skills::words::{BookingStatus, Date};
use skills::{Refusal, refusals};

/// What is missing for the two to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing: the stay is closed with this payment.
    Nothing,
    /// The stay must be closed, as of this day.
    Closing(Date),
    /// The stay is closed, and the records lack the payment.
    Charge,
    /// The payment was refunded, and the records lack the refund.
    Refund,
}

/// What is missing between a payment made on `paid_on` and its stay, or why they cannot be made to agree.
pub(crate) fn missing(
    intent: &Intent,
    stay: &Stay,
    currency: &str,
    paid_on: Date,
    today: Date,
) -> Result<Missing, Refusal> {
    if !belongs(intent, stay) || matches!(intent.money(), Money::Open | Money::Processing | Money::GivenUp) {
        return Err(refusals::payment_not_found(&intent.id));
    }
    if is_closed_with(stay, intent) {
        return Ok(if intent.is_refunded() { Missing::Refund } else { Missing::Nothing });
    }
    let cannot = |why: String| Err(refusals::checkout_cannot_be_finished(&intent.id, &why));
    let (booking, paid) = (&stay.booking, intent.amount);
    match intent.money() {
        Money::Back => return Err(refusals::already_refunded(&intent.id)),
        Money::PartlyBack => return cannot("part of it went back".to_owned()),
        Money::Disputed => return cannot("the guest disputes it".to_owned()),
        Money::OnItsWay => return cannot("it is on its way back".to_owned()),
        _ if intent.currency != currency => return Err(refusals::paid_in_another_currency(intent, currency)),
        _ if intent.failed_refunds() > 0 => return cannot("a refund of it came to nothing".to_owned()),
        _ => {}
    }
    match stay.status.known() {
        Some(BookingStatus::CheckedIn) => Ok(Missing::Closing(paid_on.min(today).max(stay.nights.from))),
        Some(BookingStatus::CheckedOut) if stay.payment.is_some() => {
            cannot(format!("booking {booking} is closed with another payment"))
        }
        Some(BookingStatus::CheckedOut) if stay.price() != Some(paid) => {
            let cost = stay.price().unwrap_or_default();
            cannot(format!("booking {booking} cost {cost}, and {paid} was paid"))
        }
        Some(BookingStatus::CheckedOut) => Ok(Missing::Charge),
        _ => cannot(format!("booking {booking} is {}", stay.status)),
    }
}

/// Whether a payment that cannot be made to agree with its stay is refunded by rule: only if another payment closed
/// the stay, if the stay was cancelled or a no-show, or if a wanted refund failed once.
pub(crate) fn goes_back(intent: &Intent, stay: &Stay) -> bool {
    let closed = stay.status == BookingStatus::CheckedOut;
    let with_another = closed && stay.payment.is_some() && !is_closed_with(stay, intent);
    let lost = matches!(stay.status.known(), Some(BookingStatus::Cancelled | BookingStatus::NoShow));
    let once_more =
        (1..MOST_REFUNDS_ASKED_FOR).contains(&intent.failed_refunds()) && !is_closed_with(stay, intent);
    let asked_too_often = intent.failed_refunds() >= MOST_REFUNDS_ASKED_FOR;
    intent.money() == Money::Kept && !asked_too_often && (with_another || lost || once_more)
}

/// Whether the stay is closed with this very payment.
pub(crate) fn is_closed_with(stay: &Stay, intent: &Intent) -> bool {
    stay.status == BookingStatus::CheckedOut && stay.payment.as_ref() == Some(&intent.id)
}
