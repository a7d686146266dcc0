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
use skills::{Commit, Refusal, refusals};

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
            .with(MoveOpportunity { repriced: Some(Repriced::of(self.stay, self.folio)), ..self.sale() })
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
    MoveOpportunity { repriced: Some(Repriced::of(stay, to)), ..MoveOpportunity::of(&stay.booking) }
}

/// What the stay costs if the guest leaves on `day`.
pub(crate) fn folio(stay: &Stay, day: Date) -> Result<Cents, Refusal> {
    stay.folio_on(day).ok_or_else(|| refusals::room_without_rate(&stay.room.number))
}

/// What to say of a stay whose price the records do not know.
pub(crate) fn price_not_recorded(stay: &Stay) -> String {
    format!(
        "The hotel's records do not say what booking {} costs; its nights were priced at the rate of room {}.",
        stay.booking, stay.room.number
    )
}

/// How the room is left: a room this guest occupies goes to Cleaning. In any other state, known or not, it is left as it is,
/// and the sentence says so.
pub(crate) fn leave_room(stay: &Stay) -> (Option<MoveRoom>, Option<String>) {
    let (room, guest) = (&stay.room, &stay.guest.email);
    let somebody_else = room.occupant.as_ref().is_some_and(|occupant| occupant.email != *guest);
    if room.status == RoomStatus::Occupied && !somebody_else {
        return (Some(MoveRoom::of(room, RoomStatus::Cleaning).leaving(guest)), None);
    }
    let is = if room.status == RoomStatus::Occupied {
        "is occupied by somebody else".to_owned()
    } else {
        format!("was {} already", room.status)
    };
    (None, Some(format!("Room {} {is}; it was left so.", room.number)))
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
