//! A stay ends, and is paid.

use super::{Awaited, Booking, Ended, Hitch, Hotel, Money, No, Terms, and};
use crate::model::calls::{Payment, Word};
use serde_json::json;

impl Hotel {
    pub(super) fn checkout(
        &mut self,
        guest: Word,
        card: Word,
        amount: Option<i64>,
        booking: Option<Word>,
        room: Option<Word>,
    ) -> Ended {
        self.person(guest)?;
        let at = self.leaving(guest, booking, room)?;
        if self.bookings[at].status == "Checked Out" {
            return Ok(self.has_left(at));
        }
        let terms = Terms { card, amount, passed: 0 };
        self.pay_and_leave(at, terms)
    }

    pub(super) fn pay_and_leave(&mut self, booking: usize, mut terms: Terms) -> Ended {
        let payment = self.charge(booking, &mut terms)?;
        match self.payments[payment].money {
            Money::Awaited => Err(No::Waiting(Awaited { booking, payment, terms })),
            _ => self.close(booking, payment),
        }
    }

    /// The one stay that is meant; or one that was paid and closed today, or was named.
    fn leaving(&self, guest: Word, booking: Option<Word>, room: Option<Word>) -> Result<usize, &'static str> {
        let fits = |at: &usize| {
            let b = &self.bookings[*at];
            b.guest == guest && room.is_none_or(|room| room == b.room)
        };
        let paid = |at: usize| self.bookings[at].status == "Checked Out" && self.closed_by(at).is_some();
        if let Some(number) = booking {
            let at = self.booking(number, None).ok().filter(fits).ok_or("BOOKING_NOT_FOUND")?;
            let open = self.bookings[at].status == "Checked In";
            return if open || paid(at) { Ok(at) } else { Err("INVALID_TRANSITION") };
        }
        let mine: Vec<usize> = (0..self.bookings.len()).filter(fits).collect();
        let here: Vec<usize> =
            mine.iter().copied().filter(|at| self.bookings[*at].status == "Checked In").collect();
        match here.as_slice() {
            [one] => Ok(*one),
            // Left today; the newest of several.
            [] => {
                let left = mine.into_iter().rev().find(|at| paid(*at) && self.bookings[*at].to == 0);
                left.ok_or("BOOKING_NOT_FOUND")
            }
            _ => Err("MULTIPLE_RESERVATIONS"),
        }
    }

    pub(super) fn has_left(&self, at: usize) -> serde_json::Value {
        let left = json!({"amount_cents": self.bookings[at].price(), "already_checked_out": true});
        and(self.view(at), &left)
    }

    /// The payment that closed the stay, unless it was given back.
    pub(super) fn closed_by(&self, booking: usize) -> Option<usize> {
        let last = self.payments.iter().enumerate().rfind(|(_, p)| p.booking == booking && p.charged);
        last.filter(|(_, p)| !p.given_back).map(|(at, _)| at)
    }

    /// The three move together, or the money goes back.
    pub(super) fn close(&mut self, at: usize, payment: usize) -> Ended {
        if self.hitch == Hitch::UndonePaid {
            return self.undone_by_staff(payment);
        }
        if self.asks_a_system("close_stay").is_err() {
            let found = &mut self.payments[payment];
            (found.money, found.closing_refused) = (Money::Refunded, true);
            let times = self.payments.iter().filter(|p| p.booking == at && p.closing_refused).count();
            return Err(if times > 1 { No::Stuck } else { No::Undone("INVALID_TRANSITION") });
        }
        let folio = self.payments[payment].folio;
        let before = self.bookings[at].price();
        let Booking { room, guest, sale, .. } = self.bookings[at].clone();
        let booking = &mut self.bookings[at];
        (booking.status, booking.to, booking.paid) = ("Checked Out", 0, Some(folio));
        let left = self.room_mut(room);
        (left.status, left.occupant) = ("Cleaning", None);
        self.sales[sale].amount += folio - before;
        if !self.others_open(at) {
            self.sales[sale].stage = "Closed Won";
            self.sales[sale].payment = Some(payment);
        }
        self.payments[payment].charged = true;
        self.share(sale);
        if self.hitch == Hitch::UndoneClosed {
            return self.undone_by_staff(payment); // no receipt for what is undone
        }
        self.text(guest);
        let closed = json!({"amount_cents": folio, "room_status": "Cleaning", "already_checked_out": false});
        Ok(and(self.view(at), &closed))
    }

    /// A checkout that is undone before its end will not go on: its token tells so.
    fn undone_by_staff(&mut self, payment: usize) -> Ended {
        let guest = self.bookings[self.payments[payment].booking].guest;
        self.undone = Some(self.compensate(Payment::Known(payment), guest)?);
        Err(No::Undone("ALREADY_REFUNDED"))
    }
}
