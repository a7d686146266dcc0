//! Which stay a compensation is about, and whether its payment can go back.

use super::CompensateCheckoutFailure;
use crate::sagas::shared::whose_money::belongs;
use skills::operations::payments::MOST_REFUNDS_ASKED_FOR;
use skills::records::{Seen, Stay};
use skills::systems::payments::{Intent, Money};
use skills::words::{BookingNumber, PaymentIntentId};
use skills::{Refusal, refusals};

impl CompensateCheckoutFailure {
    /// The stay that this payment paid; it must be this guest's.
    pub(super) fn choose(
        &self,
        seen: &Seen,
        payment: &PaymentIntentId,
        intent: Option<&Intent>,
        elsewhere: Option<&Stay>,
        currency: &str,
    ) -> Result<Stay, Refusal> {
        seen.guest.as_ref().ok_or_else(|| refusals::guest_not_found(&self.guest_email))?;
        let unknown = || refusals::payment_not_found(payment);
        let intent = intent.ok_or_else(unknown)?;
        // A checkout that was never finished left no record of its payment, but the payment names its booking.
        let unrecorded = || {
            let named = |stay: &&Stay| Some(&stay.booking) == intent.booking.as_ref();
            seen.stays.iter().chain(elsewhere).find(named)
        };
        let recorded = seen.paid.as_ref().filter(|stay| belongs(intent, stay));
        let stay = recorded.or_else(unrecorded).ok_or_else(unknown)?;
        if stay.guest.email != self.guest_email || !belongs(intent, stay) {
            return Err(unknown());
        }
        if self.booking_number.as_ref().is_some_and(|named| *named != stay.booking) {
            let problem = format!("payment {payment} is of booking {}", stay.booking);
            return Err(refusals::invalid_argument("booking_number", &problem, None));
        }
        match (intent.money(), intent.refunds.iter().find(|refund| refund.has_failed())) {
            (Money::Open | Money::Processing | Money::GivenUp, _) => {
                Err(refusals::payment_not_refundable(&intent.id, intent.status.as_str()))
            }
            (Money::Back, _) => Err(refusals::already_refunded(&intent.id)),
            (Money::OnItsWay, _) => {
                let refund = intent.pending_refund().ok_or_else(unknown)?;
                Err(refusals::refund_pending(&intent.id, refund, currency))
            }
            (_, Some(failed)) if intent.failed_refunds() >= MOST_REFUNDS_ASKED_FOR => {
                Err(refusals::refund_failed(&intent.id, failed))
            }
            _ => Ok(stay.clone()),
        }
    }

    /// The stay that cost nothing; it must be this guest's.
    pub(super) fn choose_complimentary(&self, seen: &Seen) -> Result<Stay, Refusal> {
        seen.guest.as_ref().ok_or_else(|| refusals::guest_not_found(&self.guest_email))?;
        let found = seen.booking.as_ref().or(seen.paid.as_ref());
        let theirs = found.filter(|stay| stay.guest.email == self.guest_email);
        let stay = theirs.ok_or_else(|| match (&self.booking_number, &self.payment_intent_id) {
            (Some(booking), _) => refusals::booking_not_found(booking),
            (None, payment) => payment
                .as_ref()
                .map_or_else(|| refusals::guest_not_found(&self.guest_email), refusals::payment_not_found),
        })?;
        match (&stay.payment, &stay.last_payment) {
            (Some(payment), _) if payment.is_complimentary() => Ok(stay.clone()),
            (Some(_), _) => {
                let problem = format!("booking {} was paid; give its payment", stay.booking);
                Err(refusals::invalid_argument("payment_intent_id", &problem, None))
            }
            (None, Some(payment)) if payment.is_complimentary() => Err(refusals::already_refunded(payment)),
            _ => Err(refusals::booking_not_paid(&stay.booking)),
        }
    }
}

/// The booking that a payment names, if reading its guest's stays did not find it.
pub(super) fn unseen(seen: &Seen, intent: Option<&Intent>) -> Option<BookingNumber> {
    let intent = intent?;
    let booking = intent.booking.clone()?;
    let shown = seen.paid.as_ref().is_some_and(|stay| belongs(intent, stay))
        || seen.stays.iter().any(|stay| stay.booking == booking);
    (!shown).then_some(booking)
}
