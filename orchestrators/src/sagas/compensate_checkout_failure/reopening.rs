//! Reopens the stay whose payment went back.

use crate::saga::{Run, SagaError};
use crate::sagas::shared::closing::{MOST_LOOKS, under_review};
use crate::sagas::shared::shared_prices::{cost_now, is_kept};
use skills::Commit;
use skills::operations::LookUp;
use skills::operations::bookings::MoveBooking;
use skills::operations::opportunities::{MoveOpportunity, Repriced, When};
use skills::operations::payments::{PaymentKind, RecordPayment};
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Sharing, Stay};
use skills::words::{BookingStatus, Cents, Nights, PaymentIntentId, RoomStatus};

/// Reopens the stay if possible, reading again as long as others change it, and writes the accounts in any case.
/// Returns the stay as it is then, and the reason if it is not open.
pub(super) async fn reopen(
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

/// Why the stay cannot be reopened, as read so far; the commit decides whether somebody else holds a night.
pub(super) fn cannot_reopen(stay: &Stay, saga: &Run) -> Option<String> {
    let room = &stay.room;
    if stay.status != BookingStatus::CheckedOut {
        return Some(format!("Booking {} was not closed; it is {}.", stay.booking, stay.status));
    }
    if stay.planned_departure < saga.today() {
        return Some(format!("The planned departure, {}, is past.", stay.planned_departure));
    }
    let free = matches!(room.status.known(), Some(RoomStatus::Cleaning | RoomStatus::Vacant))
        && !room.has_occupant();
    (!free).then(|| format!("The status of room {} is {}.", room.number, room.status))
}
