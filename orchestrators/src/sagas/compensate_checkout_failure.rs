mod reopening;
mod which_stay;

use crate::saga::{Run, Saga, SagaError, both};
use crate::sagas::ProcessGuestCheckout;
use crate::sagas::shared::{names, questions};
use reopening::{cannot_reopen, reopen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use skills::operations::LookUp;
use skills::operations::payments::{RefundPayment, RetrievePayment};
use skills::records::{Look, Seen, Stay};
use skills::systems::payments::{Refund, RefundOutcome};
use skills::words::{
    BookingNumber, BookingStatus, Cents, Email, LongText, Open, PaymentIntentId, RoomNumber, RoomStatus,
};
use skills::{Effect, ErrorCode, System, refusals};
use which_stay::unseen;

/// Undo a checkout that was paid: refund the guest in full, then reopen the stay if possible. Gives the money back,
/// reverses (voids) the charge and rolls the checkout back: billed by mistake or twice, the wrong guest checked out, or
/// a guest who stays on after all. The stay is reopened if the room is Cleaning or Vacant and nobody else holds a night
/// up to the planned departure. The payment must belong to that guest's stay; a stay that cost nothing is named by
/// booking_number. Returns the refund (refund_status pending: on its way); if only the money went back, stay_reopened
/// is false with the reason. Fails with PAYMENT_NOT_FOUND (unknown, or another guest's), PAYMENT_NOT_REFUNDABLE (never
/// paid, or disputed), REFUND_PENDING, ALREADY_REFUNDED.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Undo a paid checkout (refund)")]
pub struct CompensateCheckoutFailure {
    /// The payment to undo, pi_….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent_id: Option<PaymentIntentId>,
    /// The booking, such as BK-0001, of a stay that cost nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// The e-mail of the guest whose stay it paid.
    pub guest_email: Email,
    /// Why, for the audit trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<LongText>,
}

/// What was undone.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Compensated {
    /// The payment that was undone.
    pub payment_intent_id: PaymentIntentId,
    /// The refund; none of a stay that cost nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<String>,
    /// How much goes back, in cents.
    pub refund_amount_cents: Cents,
    /// The currency, an ISO code in lower case.
    pub currency: String,
    /// `succeeded`; `pending` while it is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_status: Option<String>,
    /// Whether booking and room are as they were before the checkout.
    pub stay_reopened: bool,
    /// Why the stay was not reopened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The booking.
    pub booking_number: BookingNumber,
    /// Where the booking stands now.
    pub booking_status: Open<BookingStatus>,
    /// The room.
    pub room_number: RoomNumber,
    /// Where the room stands now.
    pub room_status: Open<RoomStatus>,
    /// What was done to each, one sentence each.
    pub actions: Vec<String>,
}

impl Saga for CompensateCheckoutFailure {
    const NAME: &'static str = names::COMPENSATION;
    const EFFECT: Effect = Effect::MovesMoney;
    type Output = Compensated;

    async fn run(self, saga: &Run) -> Result<Compensated, SagaError> {
        match (&self.payment_intent_id, &self.booking_number) {
            (Some(payment), _) if !payment.is_complimentary() => {
                let payment = payment.clone();
                self.give_back(saga, payment).await
            }
            (None, None) => {
                let problem = "give this, or booking_number of a stay that cost nothing";
                Err(refusals::invalid_argument("payment_intent_id", problem, None).into())
            }
            _ => self.reopen_complimentary(saga).await,
        }
    }
}

impl CompensateCheckoutFailure {
    async fn give_back(&self, saga: &Run, payment: PaymentIntentId) -> Result<Compensated, SagaError> {
        saga.tell(1, 3, "looking up the payment");
        let look = Look {
            guest: Some(self.guest_email.clone()),
            payment: Some(payment.clone()),
            ..Look::on(saga.today())
        };
        let read = RetrievePayment { payment: payment.clone() };
        let (seen, intent) = both(saga.step(LookUp(look.clone())), saga.step(read)).await?;
        let ended_as = refusals::already_refunded(&payment);
        // A stay that is neither open nor ended today is found by its payment, if our records do not lead to it.
        let elsewhere = match unseen(&seen, intent.as_ref()) {
            Some(booking) => {
                let look = Look { booking: Some(booking), ..Look::on(saga.today()) };
                saga.step(LookUp(look)).named("look_up_booking").await?.booking
            }
            None => None,
        };
        let choose =
            |seen: &Seen| self.choose(seen, &payment, intent.as_ref(), elsewhere.as_ref(), saga.currency());
        // The person is asked before an unfinished checkout is ended: it would be lost if they said no.
        let ask = |stay: &Stay| {
            let intent = intent.as_ref()?;
            Some(questions::give_back(saga, stay, intent, cannot_reopen(stay, saga).is_none()))
        };
        let before = choose(&seen).ok().and_then(|stay| ask(&stay));
        let asked_before = before.is_some();
        if let Some(question) = before {
            saga.confirm(question).await?;
        }
        let (stay, taken_over) = saga.hold_taking_over(look, choose, &[names::CHECKOUT], &ended_as).await?;

        // Who agreed before a checkout was ended for it is not asked again: it can no longer be left.
        if let Some(question) = ask(&stay).filter(|_| !(asked_before && taken_over)) {
            saga.confirm(question).await?;
        }
        if let Some(intent) = &intent {
            saga.tell(2, 3, format!("refunding {} {}", intent.amount, intent.currency));
        }
        let asked = saga.step(RefundPayment::of(payment.clone())).await;
        let asked = asked.map_err(|error| if taken_over { kept(error, &payment) } else { in_need(error) });
        let refund = match asked? {
            RefundOutcome::Refunded(refund) => refund,
            RefundOutcome::AlreadyRefunded => return Err(ended_as.into()),
            RefundOutcome::NotPaid => {
                return Err(refusals::payment_not_refundable(&payment, "not paid").into());
            }
        };

        if stay.payment.as_ref().is_some_and(|other| *other != payment) {
            // It was paid twice: the other payment closed the stay and remains, and nothing else changes.
            let why = format!("Booking {} is paid with another payment.", stay.booking);
            return Ok(compensated(&stay, payment, Some(refund), Some(why), saga.currency()));
        }
        // After this refund all of the payment has gone back, with any earlier partial refunds: the accounts record
        // the full amount.
        let paid = intent.map_or(refund.amount, |intent| intent.amount);
        let (stay, why_not) = reopen(saga, stay, &payment, paid).await?;
        Ok(compensated(&stay, payment, Some(refund), why_not, saga.currency()))
    }

    /// A stay that cost nothing has no money to refund.
    async fn reopen_complimentary(&self, saga: &Run) -> Result<Compensated, SagaError> {
        let look = Look {
            guest: Some(self.guest_email.clone()),
            booking: self.booking_number.clone(),
            payment: self.payment_intent_id.clone(),
            ..Look::on(saga.today())
        };
        let (_, stay) = saga.hold(look, |seen| self.choose_complimentary(seen)).await?;
        let payment = stay.payment.clone().ok_or_else(|| refusals::booking_not_paid(&stay.booking))?;
        saga.confirm(questions::reopen(&stay, cannot_reopen(&stay, saga).is_none())).await?;
        let (stay, why_not) = reopen(saga, stay, &payment, Cents(0)).await?;
        Ok(compensated(&stay, payment, None, why_not, saga.currency()))
    }
}

fn compensated(
    stay: &Stay,
    payment: PaymentIntentId,
    refund: Option<Refund>,
    why_not: Option<String>,
    currency: &str,
) -> Compensated {
    let reopened = why_not.is_none();
    let (booking, room) = (&stay.booking, &stay.room.number);
    let (booking_status, room_status) = if reopened {
        (BookingStatus::CheckedIn.into(), RoomStatus::Occupied.into())
    } else {
        (stay.status.clone(), stay.room.status.clone())
    };
    let mut actions = vec![match &refund {
        None => "Nothing had been paid, so nothing went back.".to_owned(),
        Some(refund) if refund.has_gone_back() => {
            format!("Refunded {} {currency} for booking {booking}.", refund.amount)
        }
        Some(refund) => {
            format!("A refund of {} {currency} for booking {booking} is on its way.", refund.amount)
        }
    }];
    if reopened {
        actions
            .push(format!("Booking {booking} is Checked In again, departing on {}.", stay.planned_departure));
        actions.push(format!("Room {room} is Occupied by the guest again."));
    } else {
        actions.push(format!("Booking {booking} stays {booking_status}."));
        actions.push(format!("Room {room} stays {room_status}."));
    }
    let paid_twice = stay.payment.as_ref().is_some_and(|other| *other != payment);
    if !paid_twice {
        actions.push("The sale is under review.".to_owned());
    }
    Compensated {
        payment_intent_id: payment,
        refund_amount_cents: refund.as_ref().map_or(Cents(0), |refund| refund.amount),
        refund_id: refund.as_ref().map(|refund| refund.id.clone()),
        currency: currency.to_owned(),
        refund_status: refund.map(|refund| refund.status),
        stay_reopened: reopened,
        reason: why_not,
        booking_number: booking.clone(),
        booking_status,
        room_number: room.clone(),
        room_status,
        actions,
    }
}

/// A refund that failed twice needs a person.
fn in_need(error: SagaError) -> SagaError {
    match error {
        SagaError::Refused(why) if why.error_code == ErrorCode::NeedsAttention => SagaError::Stuck(why),
        other => other,
    }
}

/// The checkout was ended for this refund, which was refused; nobody finishes the checkout now, so staff must look.
fn kept(error: SagaError, payment: &PaymentIntentId) -> SagaError {
    match error {
        SagaError::Refused(why) => {
            let result = json!({"payment_intent_id": payment, "payment_kept": true});
            let step = ProcessGuestCheckout::NAME;
            let standing = json!([{"system": System::Payments.name(), "step": step, "result": result}]);
            SagaError::Stuck(why.detail("done_and_standing", standing))
        }
        other => other,
    }
}
