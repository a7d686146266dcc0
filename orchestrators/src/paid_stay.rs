//! What a payment and the stay it is for say of each other: in order, or what is missing to bring them together.

use skills::systems::crm::Stay;
use skills::systems::payments::{Intent, IntentStatus};
use skills::words::{BookingStatus, Cents, Date};
use skills::{Refusal, refusals};

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing: the stay is closed with this payment.
    Nothing,
    /// The stay must be closed, as of this day.
    Closing(Date),
    /// The stay is closed, and the records do not know the payment.
    Charge,
    /// The payment went back, and the records do not know it.
    Refund,
}

/// Whether the payment was made for this stay and by its guest.
pub(crate) fn belongs(intent: &Intent, stay: &Stay) -> bool {
    intent.booking.as_ref() == Some(&stay.booking)
        && intent.guest.as_ref().is_none_or(|guest| *guest == stay.guest.email)
}

/// What is missing between a payment made on `paid_on` and its stay, or why they cannot be brought together.
pub(crate) fn missing(intent: &Intent, stay: &Stay, paid_on: Date, today: Date) -> Result<Missing, Refusal> {
    if !belongs(intent, stay) || intent.status != IntentStatus::Succeeded {
        return Err(refusals::payment_not_found(&intent.id));
    }
    let closed = stay.status == BookingStatus::CheckedOut;
    if closed && stay.payment.as_ref() == Some(&intent.id) {
        return Ok(if intent.is_refunded() { Missing::Refund } else { Missing::Nothing });
    }
    let refunded_in_records = stay.payment.is_none() && stay.last_payment.as_ref() == Some(&intent.id);
    if intent.is_refunded() || refunded_in_records {
        return Err(refusals::already_refunded(&intent.id));
    }
    let cannot = |why: String| Err(refusals::checkout_cannot_be_finished(&intent.id, &why));
    let (booking, paid) = (&stay.booking, intent.amount);
    if intent.refunded() > Cents(0) {
        return cannot("part of it went back".to_owned());
    }
    match stay.status.known() {
        Some(BookingStatus::CheckedIn) => {
            let costs = |day: &Date| stay.folio_on(*day).unwrap_or_default();
            let fits = |day: &Date| *day >= stay.nights.from && costs(day) == paid;
            let Some(departed) = [paid_on, today].into_iter().find(fits) else {
                return cannot(format!("booking {booking} costs {}, and {paid} was paid", costs(&today)));
            };
            Ok(Missing::Closing(departed))
        }
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
