use crate::saga::{Run, Saga, SagaError, both};
use crate::sagas::ProcessGuestCheckout;
use crate::sagas::shared::closing::{MOST_LOOKS, under_review};
use crate::sagas::shared::shared_prices::{cost_now, is_kept};
use crate::sagas::shared::whose_money::belongs;
use crate::sagas::shared::{names, questions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use skills::operations::LookUp;
use skills::operations::bookings::MoveBooking;
use skills::operations::opportunities::{MoveOpportunity, Repriced, When};
use skills::operations::payments::{
    MOST_REFUNDS_ASKED_FOR, PaymentKind, RecordPayment, RefundPayment, RetrievePayment,
};
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Seen, Sharing, Stay};
use skills::systems::payments::{Intent, Money, Refund, RefundOutcome};
use skills::words::{
    BookingNumber, BookingStatus, Cents, Email, LongText, Nights, Open, PaymentIntentId, RoomNumber,
    RoomStatus,
};
use skills::{Commit, Effect, ErrorCode, Refusal, System, refusals};

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
        let (stay, why_not) = self.reopen(saga, stay, &payment, paid).await?;
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
        let (stay, why_not) = self.reopen(saga, stay, &payment, Cents(0)).await?;
        Ok(compensated(&stay, payment, None, why_not, saga.currency()))
    }

    /// Reopens the stay if possible, reading again as long as others change it, and writes the accounts in any case.
    /// Returns the stay as it is then, and the reason if it is not open.
    async fn reopen(
        &self,
        saga: &Run,
        stay: Stay,
        payment: &PaymentIntentId,
        paid: Cents,
    ) -> Result<(Stay, Option<String>), SagaError> {
        saga.tell(3, 3, "reopening the stay");
        let (mut stay, mut time) = (stay, 1);
        let why_not = loop {
            if let Some(why) = cannot_reopen(&stay, saga) {
                break Some(why);
            }
            let step = |name: &str| if time == 1 { name.to_owned() } else { format!("{name} {time}") };
            let done = saga.step(reopening(saga, &stay, payment, paid)).named(step("reopen_stay")).await;
            let Err(error) = done else {
                tell_prices(saga, &stay);
                break None;
            };
            let Some(refused) = error.refusal().cloned() else { return Err(error) };
            let moved_on = matches!(error, SagaError::MovedOn(_));
            let look = Look { booking: Some(stay.booking.clone()), ..Look::on(saga.today()) };
            let now = saga.step(LookUp(look)).named(step("look_again")).await?.booking;
            let before = stay.clone();
            stay = now.unwrap_or(stay);
            if is_reopened(&stay, payment) {
                break None;
            }
            let closed = stay.status == BookingStatus::CheckedOut && stay.payment.as_ref() == Some(payment);
            if !moved_on || !closed || stay == before || time == MOST_LOOKS {
                break Some(refused.error_message);
            }
            time += 1;
        };
        if why_not.is_some() {
            saga.commit("record_refund", accounts(saga, &stay, payment, paid)).await?;
        }
        Ok((stay, why_not))
    }

    /// The stay that this payment paid; it must be this guest's.
    fn choose(
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
        let stay = seen.paid.as_ref().or_else(unrecorded).ok_or_else(unknown)?;
        if stay.guest.email != self.guest_email || !belongs(intent, stay) {
            return Err(unknown());
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
    fn choose_complimentary(&self, seen: &Seen) -> Result<Stay, Refusal> {
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

/// Whether another machine has reopened the stay after this very refund.
fn is_reopened(now: &Stay, payment: &PaymentIntentId) -> bool {
    let paid_back = now.payment.is_none() && now.last_payment.as_ref() == Some(payment);
    let here = now.room.occupant.as_ref().is_some_and(|guest| guest.email == now.guest.email);
    now.status == BookingStatus::CheckedIn && paid_back && here
}

/// Moves the sale back to negotiation and records the refund, whether or not the stay is reopened.
fn accounts(saga: &Run, stay: &Stay, payment: &PaymentIntentId, paid: Cents) -> Commit {
    let record = |kind| RecordPayment {
        booking: stay.booking.clone(),
        payment: payment.clone(),
        kind,
        amount: paid,
        at: saga.now(),
        stands_again: false,
    };
    Commit::new()
        .with(under_review(&stay.booking))
        .with(record(PaymentKind::Charge))
        .with(record(PaymentKind::Refund))
}

/// Restores booking and room as before the checkout, with the planned departure.
fn reopening(saga: &Run, stay: &Stay, payment: &PaymentIntentId, paid: Cents) -> Commit {
    let guest = &stay.guest.email;
    accounts(saga, stay, payment, paid)
        .with(MoveBooking {
            departure: Some(stay.planned_departure),
            ..MoveBooking::of(stay, BookingStatus::CheckedIn, saga.today())
        })
        .with(MoveRoom { leaving: None, ..MoveRoom::of(&stay.room, RoomStatus::Occupied) }.occupied_by(guest))
        .with(MoveOpportunity {
            booking: stay.booking.clone(),
            to: None,
            when: When::Always,
            payment: None,
            close_date: Some(stay.planned_departure),
            // A price that is no amount of money is left for a person to correct.
            repriced: stay
                .planned_price()
                .filter(|_| stay.unreadable_price.is_none())
                .and_then(|price| Repriced::of(stay, price)),
        })
}

/// Warns of prices: a reopened stay may share its sale with bookings that were changed meanwhile.
fn tell_prices(saga: &Run, stay: &Stay) {
    let nights = Nights { from: stay.nights.from, to: stay.planned_departure }.count();
    let known = stay.sharing.as_ref().filter(|sharing| sharing.rest.is_some()).zip(stay.planned_price());
    let Some((sharing, price)) = known else { return };
    let sharing = Sharing { keeps_prices: false, ..sharing.clone() };
    let shared = sharing.priced(nights, stay.room.rate, price);
    if !is_kept(price, &shared) {
        saga.warn(cost_now(stay, &shared));
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
            format!("Refunded {} {currency} to {}.", refund.amount, stay.guest.name())
        }
        Some(refund) => {
            format!("A refund of {} {currency} is on its way to {}.", refund.amount, stay.guest.name())
        }
    }];
    if reopened {
        actions
            .push(format!("Booking {booking} is Checked In again, departing on {}.", stay.planned_departure));
        actions.push(format!("Room {room} is Occupied by {} again.", stay.guest.name()));
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

/// The booking that a payment names, if reading its guest's stays did not find it.
fn unseen(seen: &Seen, intent: Option<&Intent>) -> Option<BookingNumber> {
    let booking = intent?.booking.clone()?;
    let shown = seen.paid.is_some() || seen.stays.iter().any(|stay| stay.booking == booking);
    (!shown).then_some(booking)
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

/// Why the stay cannot be reopened, as read so far; the commit decides whether somebody else holds a night.
fn cannot_reopen(stay: &Stay, saga: &Run) -> Option<String> {
    let room = &stay.room;
    if stay.status != BookingStatus::CheckedOut {
        return Some(format!("Booking {} was not closed; it is {}.", stay.booking, stay.status));
    }
    if stay.planned_departure < saga.today() {
        return Some(format!("The planned departure, {}, is past.", stay.planned_departure));
    }
    let free = matches!(room.status.known(), Some(RoomStatus::Cleaning | RoomStatus::Vacant))
        && room.occupant.is_none();
    (!free).then(|| format!("The status of room {} is {}.", room.number, room.status))
}
