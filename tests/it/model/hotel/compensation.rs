//! A checkout is undone: always the refund, and the stay reopened if it can be.

use super::{Ended, Hotel, Money, number};
use crate::model::calls::{Ask, MANAGER, Payment, Word};
use serde_json::json;

impl Hotel {
    /// The request with the payment it turns out to be about, and the one who paid if nobody else is named.
    pub(crate) fn name_payment(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        if let Ask::Compensate { payment, guest } = &mut ask {
            let known = match *payment {
                Payment::Known(at) => Some(at),
                Payment::Latest { back } => Some(self.payments.len().saturating_sub(back + 1)),
                Payment::Of { booking, nth } => {
                    let of_it = |at: &usize| number(self.payments[*at].booking) == booking;
                    (0..self.payments.len()).filter(of_it).nth(nth)
                }
            };
            if let Some(at) = known {
                *payment = Payment::Known(at);
                *guest = guest.or(Some(self.bookings[self.payments[at].booking].guest));
            }
            *guest = guest.or(Some(MANAGER));
        }
        ask
    }

    /// The booking of a payment, and which of its payments it is.
    pub(crate) fn place_of(&self, payment: usize) -> (String, usize) {
        let booking = self.payments[payment].booking;
        let nth = self.payments[..payment].iter().filter(|p| p.booking == booking).count();
        (number(booking), nth)
    }

    pub(super) fn compensate(&mut self, payment: Payment, guest: Word) -> Ended {
        self.person(guest)?;
        let Payment::Known(payment) = payment else { return Err("PAYMENT_NOT_FOUND".into()) };
        let at = self.payments[payment].booking;
        if self.bookings[at].guest != guest {
            return Err("PAYMENT_NOT_FOUND".into());
        }
        match self.payments[payment].money {
            Money::Unpaid | Money::Awaited | Money::GivenUp => return Err("PAYMENT_NOT_REFUNDABLE".into()),
            Money::Refunded => return Err("ALREADY_REFUNDED".into()),
            Money::Paid => {}
        }
        self.asks_a_system("refund_payment")?;
        let reopened = self.may_reopen(at);
        let stay = self.bookings[at].clone();
        let found = &mut self.payments[payment];
        (found.money, found.charged, found.given_back) = (Money::Refunded, true, true);
        let refunded = found.folio;
        self.sales[stay.sale].stage = "Negotiation/Review";
        if reopened {
            let booking = &mut self.bookings[at];
            (booking.status, booking.to, booking.paid) = ("Checked In", stay.planned, None);
            let price = booking.price();
            self.sales[stay.sale].amount += price - stay.price();
            let room = self.room_mut(stay.room);
            (room.status, room.occupant) = ("Occupied", Some(guest));
            self.share(stay.sale);
        }
        Ok(json!({
            "booking_number": number(at), "booking_status": self.bookings[at].status, "room_number": stay.room,
            "room_status": self.room(stay.room)?.status, "refund_amount_cents": refunded, "stay_reopened": reopened,
        }))
    }

    fn may_reopen(&self, at: usize) -> bool {
        let stay = &self.bookings[at];
        let room = &self.rooms[stay.room];
        stay.status == "Checked Out"
            && stay.planned >= 0
            && matches!(room.status, "Cleaning" | "Vacant")
            && room.occupant.is_none()
            && self.asks_a_system("reopen_stay").is_ok()
            && self.expect_free(stay.room, stay.from.max(0), stay.planned, Some(at)).is_ok()
    }
}
