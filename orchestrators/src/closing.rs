//! How a paid stay is closed: booking, room, sale and accounts together, and the guest told. By the checkout itself, or
//! later by whoever finishes one that was paid.

use jiff::Timestamp;
use skills::bookings::MoveBooking;
use skills::messages::SendSms;
use skills::opportunities::{MoveOpportunity, Repriced, When};
use skills::payments::{MailReceipt, PaymentKind, RecordPayment};
use skills::rooms::MoveRoom;
use skills::systems::crm::Stay;
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, BookingStatus, Cents, Date, PaymentIntentId, RoomStatus, Stage};
use skills::{Commit, Refusal};

/// A stay that is paid, about to be closed.
pub(crate) struct Closing<'a> {
    pub(crate) stay: &'a Stay,
    pub(crate) payment: &'a PaymentIntentId,
    /// What was paid.
    pub(crate) folio: Cents,
    /// The day the stay ended.
    pub(crate) departed: Date,
    pub(crate) paid_at: Timestamp,
    pub(crate) today: Date,
}

impl Closing<'_> {
    /// Everything that moves together.
    pub(crate) fn together_with(&self, move_room: Option<MoveRoom>) -> Commit {
        Commit::new()
            .with(MoveBooking {
                departure: Some(self.departed),
                ..MoveBooking::of(self.stay, BookingStatus::CheckedOut, self.today)
            })
            .maybe(move_room)
            .with(MoveOpportunity {
                repriced: Some(Repriced { from: self.stay.price(), to: self.folio }),
                ..self.sale()
            })
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
            // The records say that it went back, and here it closes the stay: that refund came to nothing.
            stands_again: self.stay.payment.is_none()
                && self.stay.last_payment.as_ref() == Some(self.payment),
        }
    }
}

/// A sale whose payment went back, to be looked at again.
pub(crate) fn under_review(booking: &BookingNumber) -> MoveOpportunity {
    MoveOpportunity { to: Some(Stage::Negotiation), ..MoveOpportunity::of(booking) }
}

/// A stay's part of its sale, at a new price.
pub(crate) fn reprice(stay: &Stay, to: Cents) -> MoveOpportunity {
    let repriced = Some(Repriced { from: stay.price(), to });
    MoveOpportunity { repriced, ..MoveOpportunity::of(&stay.booking) }
}

/// What the stay costs when the guest leaves on this day.
pub(crate) fn folio(stay: &Stay, day: Date) -> Result<Cents, Refusal> {
    Ok(stay.rate.times(stay.nights_until(day)))
}

/// How the room is left, and what has to be said of it. Whatever state it is in, the stay can be closed: one that is not
/// Occupied stays as it is, and one that somebody else is in is not touched.
pub(crate) fn leave_room(stay: &Stay) -> (Option<MoveRoom>, Option<String>) {
    let (room, guest) = (&stay.room, &stay.guest.email);
    let somebody_else = room.occupant.as_ref().is_some_and(|occupant| occupant.email != *guest);
    let leave = |to| MoveRoom::of(room, to).leaving(guest);
    if somebody_else {
        let warning = format!("Somebody else is in room {} by now; it was left alone.", room.number);
        return (None, Some(warning));
    }
    if room.status == RoomStatus::Occupied {
        return (Some(leave(RoomStatus::Cleaning)), None);
    }
    let warning = format!("Room {} was {} already; it was left so.", room.number, room.status);
    let free = matches!(room.status, RoomStatus::Cleaning | RoomStatus::Vacant);
    (room.occupant.as_ref().filter(|_| free).map(|_| leave(room.status)), Some(warning))
}

/// The receipt as a text, for a guest who wants one; by the processor's mail if the text will never be taken.
pub(crate) fn receipt(
    stay: &Stay,
    payment: &PaymentIntentId,
    folio: Cents,
    currency: &str,
) -> Option<SendSms> {
    if payment.is_complimentary() {
        return None;
    }
    let number = stay.guest.sms_number()?;
    let body = format!(
        "Thank you for staying with us, {}. We charged {folio} {} for room {}, booking {}.",
        stay.guest.first_name,
        currency.to_uppercase(),
        stay.room.number,
        stay.booking
    );
    let otherwise = Some(MailReceipt { payment: payment.clone(), to: stay.guest.email.clone() });
    Some(SendSms { sms: Sms { otherwise, ..Sms::new(number, body) } })
}
