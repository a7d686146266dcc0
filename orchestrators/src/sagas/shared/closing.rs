//! How a paid stay is closed: booking, room, sale and accounts together, and the guest gets the receipt. The checkout
//! itself closes it, or a later call that finishes a paid checkout.

use crate::saga::{Run, SagaError};
use crate::sagas::shared::questions::money;
use jiff::Timestamp;
use skills::operations::LookUp;
use skills::operations::bookings::MoveBooking;
use skills::operations::messages::SendSms;
use skills::operations::opportunities::{MoveOpportunity, Repriced, When};
use skills::operations::payments::{MailReceipt, PaymentKind, RecordPayment};
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Stay};
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, BookingStatus, Cents, Date, Open, PaymentIntentId, RoomStatus, Stage};
use skills::{Commit, ErrorCode, Refusal, refusals};

/// A stay that is paid, about to be closed.
pub(crate) struct Closing {
    pub(crate) stay: Stay,
    pub(crate) payment: PaymentIntentId,
    /// What was paid.
    pub(crate) folio: Cents,
    /// The day the stay ended.
    pub(crate) departed: Date,
    pub(crate) paid_at: Timestamp,
    pub(crate) today: Date,
}

impl Closing {
    /// All changes, to be committed together.
    pub(crate) fn together_with(&self, move_room: Option<MoveRoom>) -> Commit {
        Commit::new()
            .with(MoveBooking {
                departure: Some(self.departed),
                ..MoveBooking::of(&self.stay, BookingStatus::CheckedOut, self.today)
            })
            .maybe(move_room)
            .with(MoveOpportunity { repriced: Repriced::of(&self.stay, self.folio), ..self.sale() })
            .with(self.record())
    }

    /// The accounts alone, for a stay that is closed already.
    pub(crate) fn accounts(&self) -> Commit {
        Commit::new().with(self.sale()).with(self.record())
    }

    fn sale(&self) -> MoveOpportunity {
        MoveOpportunity {
            to: Some(Stage::ClosedWon),
            when: When::LastOpenBooking,
            payment: Some(self.payment.clone()),
            close_date: Some(self.departed),
            ..MoveOpportunity::of(&self.stay.booking)
        }
    }

    fn record(&self) -> RecordPayment {
        RecordPayment {
            booking: self.stay.booking.clone(),
            payment: self.payment.clone(),
            kind: PaymentKind::Charge,
            amount: self.folio,
            at: self.paid_at,
            // The records have this payment as refunded, yet it closes the stay: so that refund failed.
            stands_again: self.stay.payment.is_none()
                && self.stay.last_payment.as_ref() == Some(&self.payment),
        }
    }
}

/// The move of a sale whose payment was refunded, back to negotiation for review.
pub(crate) fn under_review(booking: &BookingNumber) -> MoveOpportunity {
    MoveOpportunity { to: Some(Stage::Negotiation), ..MoveOpportunity::of(booking) }
}

/// The change of a stay's part of its sale to a new price.
pub(crate) fn reprice(stay: &Stay, to: Cents) -> Option<MoveOpportunity> {
    let repriced = Repriced::of(stay, to)?;
    Some(MoveOpportunity { repriced: Some(repriced), ..MoveOpportunity::of(&stay.booking) })
}

/// The price of the stay if the guest leaves on `day`. A sale whose price is no amount of money could not be closed either.
pub(crate) fn folio(stay: &Stay, day: Date) -> Result<Cents, Refusal> {
    price_is_readable(stay)?;
    stay.folio_on(day).ok_or_else(|| refusals::room_without_rate(&stay.room.number))
}

/// Refuses a stay whose price is no amount of money.
pub(crate) fn price_is_readable(stay: &Stay) -> Result<(), Refusal> {
    stay.unreadable_price
        .as_ref()
        .map_or(Ok(()), |price| Err(refusals::price_unreadable(&stay.booking, price)))
}

/// The change of the room: Occupied by this guest, it goes to Cleaning. Any other status, known or not, stays, with a
/// warning, and this guest is no longer its occupant.
pub(crate) fn leave_room(stay: &Stay) -> (Option<MoveRoom>, Option<String>) {
    let (room, guest) = (&stay.room, &stay.guest.email);
    let somebody_else = room.has_other_occupant(guest);
    if room.status == RoomStatus::Occupied && somebody_else {
        return (None, Some(format!("Room {} is occupied by somebody else; it was left so.", room.number)));
    }
    if room.status == RoomStatus::Occupied {
        return (Some(MoveRoom::of(room, RoomStatus::Cleaning).leaving(guest)), None);
    }
    let warning = format!("Room {} was {} already; it was left so.", room.number, room.status);
    let theirs = room.occupant.is_some() && !somebody_else;
    let vacate = room.status.known().filter(|_| theirs).map(|same| MoveRoom::of(room, same).leaving(guest));
    (vacate, Some(warning))
}

/// How closing a paid stay ended.
pub(crate) enum Closed {
    /// This call closed it: the stay as closed, and its room's status.
    ByUs(Box<Stay>, Open<RoomStatus>),
    /// Somebody else closed it with this very payment.
    BySomebody(Box<Stay>),
}

/// How many times a paid stay is read again while others keep changing it.
pub(crate) const MOST_LOOKS: u32 = 8;

/// Closes a paid stay. Because money has moved, the stay is read again after every change by others (of its room, or
/// of another booking's price in the sale) and closed as it is then. Refused only if it is no longer this guest's open stay.
pub(crate) async fn close(saga: &Run, closing: Closing) -> Result<Closed, SagaError> {
    let mut closing = closing;
    saga.tell(4, 4, "closing the stay");
    let mut time = 1;
    loop {
        let step = |name: &str| if time == 1 { name.to_owned() } else { format!("{name} {time}") };
        let (move_room, warning) = leave_room(&closing.stay);
        let left = &closing.stay.room;
        let room_status = move_room.as_ref().map_or_else(|| left.status.clone(), |change| change.to.into());
        let done = saga.step(closing.together_with(move_room)).named(step("close_stay")).await;
        let Err(error) = done else {
            warning.into_iter().for_each(|sentence| saga.warn(sentence));
            return Ok(Closed::ByUs(Box::new(closing.stay), room_status));
        };
        let Some(refusal) = error.refusal().cloned() else { return Err(error) };
        // A payment that has gone back closes no stay, however the records read by now.
        let gone_back = refusal.error_code == ErrorCode::AlreadyRefunded;
        let moved_on = matches!(error, SagaError::MovedOn(_)) && !gone_back;
        let look = Look { booking: Some(closing.stay.booking.clone()), ..Look::on(saga.today()) };
        match saga.step(LookUp(look)).named(step("look_again")).await?.booking {
            Some(now)
                if now.status == BookingStatus::CheckedOut
                    && now.payment.as_ref() == Some(&closing.payment) =>
            {
                return Ok(Closed::BySomebody(Box::new(now)));
            }
            Some(now) if moved_on && time < MOST_LOOKS && is_still_here(&now, &closing.stay) => {
                let (before, cost) =
                    (closing.stay.folio_on(closing.departed), now.folio_on(closing.departed));
                if let Some(cost) = cost.filter(|_| cost != before) {
                    let booking = &closing.stay.booking;
                    saga.warn(format!(
                        "While {} was paid, somebody changed the price of booking {booking} to {cost}; what was paid stands.",
                        closing.folio
                    ));
                }
                closing.stay = now;
            }
            _ => return Err(SagaError::Refused(refusal)),
        }
        time += 1;
    }
}

/// Whether it is still this guest's open stay.
pub(crate) fn is_still_here(now: &Stay, stay: &Stay) -> bool {
    now.status == BookingStatus::CheckedIn && now.guest.email == stay.guest.email
}

/// The receipt as a text, for a guest who wants texts; as the processor's e-mail if the text service will never take it.
pub(crate) fn receipt(saga: &Run, stay: &Stay, payment: &PaymentIntentId, folio: Cents) -> Option<SendSms> {
    if payment.is_complimentary() {
        return None;
    }
    let number = saga.text_number(&stay.guest)?;
    let body = format!(
        "Thank you for staying with us{}. We charged {} for room {}, booking {}.",
        stay.guest.greeted(),
        money(saga, folio),
        stay.room.number,
        stay.booking
    );
    let otherwise = Some(MailReceipt { payment: payment.clone(), to: stay.guest.email.clone() });
    Some(SendSms { sms: Sms { otherwise, ..Sms::new(number, body) } })
}
