//! A stay ends, and is paid.

use super::{Awaited, Booking, Ended, Hitch, Hotel, Money, No, Paying, Terms, and};
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
        let terms = Terms { card, amount, passed: 0, given_up: 0 };
        self.pay_and_leave(at, terms)
    }

    fn pay_and_leave(&mut self, booking: usize, mut terms: Terms) -> Ended {
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

    fn has_left(&self, at: usize) -> serde_json::Value {
        let left = json!({"amount_cents": self.bookings[at].price(), "already_checked_out": true});
        and(self.view(at), &left)
    }

    /// The payment that closed the stay, unless it was given back.
    pub(super) fn closed_by(&self, booking: usize) -> Option<usize> {
        let last = self.payments.iter().enumerate().rfind(|(_, p)| p.booking == booking && p.charged);
        last.filter(|(_, p)| !p.given_back).map(|(at, _)| at)
    }

    /// Charges the stay's one intent; a card may be declined, or its bank may ask first. Every other that is open is given up.
    fn charge(&mut self, booking: usize, terms: &mut Terms) -> Result<usize, No> {
        let folio = self.folio(booking);
        if terms.amount.is_some_and(|amount| amount != folio) {
            return Err("AMOUNT_MISMATCH".into());
        }
        let mut number = self.of(booking).filter(|p| p.given_back).count();
        loop {
            if terms.passed == 0 {
                self.asks_a_system("create_payment_intent")?;
            }
            let payment = self.intent(booking, folio, number);
            let next = self.next_number(booking);
            let found = &self.payments[payment];
            let fits = found.money == Money::Unpaid && found.folio == folio && number == next;
            for other in 0..self.payments.len() {
                let open = matches!(self.payments[other].money, Money::Unpaid | Money::Awaited);
                if self.payments[other].booking == booking && open && !(fits && other == payment) {
                    self.give_up(other, terms)?;
                }
            }
            if fits {
                self.confirm(payment, *terms)?;
                return Ok(payment);
            }
            number = self.next_number(booking);
            terms.passed += 1;
        }
    }

    fn confirm(&mut self, payment: usize, terms: Terms) -> Result<(), No> {
        let booking = self.payments[payment].booking;
        if self.of(booking).filter(|p| p.closing_refused).count() > 1 {
            return Err(No::Stuck);
        }
        if terms.passed == 0 {
            self.asks_a_system("confirm_payment")?;
        }
        self.payments[payment].money = match terms.card {
            "pm_card_visa" => Money::Paid,
            "pm_card_authenticationRequired" => Money::Awaited,
            "pm_card_chargeDeclined" => return Err("PAYMENT_FAILED".into()),
            _ => return Err("VALIDATION_ERROR".into()),
        };
        Ok(())
    }

    fn give_up(&mut self, payment: usize, terms: &mut Terms) -> Result<(), No> {
        terms.given_up += 1;
        if terms.given_up == 1 {
            self.asks_a_system("cancel_payment")?;
        }
        self.payments[payment].money = Money::GivenUp;
        Ok(())
    }

    fn of(&self, booking: usize) -> impl Iterator<Item = &Paying> {
        self.payments.iter().filter(move |p| p.booking == booking)
    }

    /// How many of the stay's intents have ended, given back or given up.
    fn next_number(&self, booking: usize) -> usize {
        self.of(booking).filter(|p| matches!(p.money, Money::Refunded | Money::GivenUp)).count()
    }

    /// The stay's intent of this number, whatever it asks for.
    fn intent(&mut self, booking: usize, folio: i64, number: usize) -> usize {
        let found = self.payments.iter().position(|p| (p.booking, p.number) == (booking, number));
        found.unwrap_or_else(|| {
            let new = Paying {
                booking,
                folio,
                number,
                money: Money::Unpaid,
                closing_refused: false,
                charged: false,
                given_back: false,
            };
            self.payments.push(new);
            self.payments.len() - 1
        })
    }

    /// The same token again, which counts as authenticated. The stay is looked at first: if it costs something else by now
    /// the guest is asked anew, and if it is over nothing is taken.
    pub(super) fn back_from_the_bank(&mut self, awaited: Awaited) -> Ended {
        let Awaited { booking, payment, mut terms } = awaited;
        let open = self.bookings[booking].status == "Checked In";
        if open && self.folio(booking) == self.payments[payment].folio {
            if terms.passed == 0 {
                self.asks_a_system("after_action 1")?;
            }
            let found = &mut self.payments[payment];
            if found.money != Money::Awaited {
                return Err("PAYMENT_FAILED".into()); // another card took its place
            }
            found.money = Money::Paid;
            return self.close(booking, payment);
        }
        self.give_up(payment, &mut terms)?;
        if open {
            terms.passed += 1;
            return self.pay_and_leave(booking, terms);
        }
        let closed = self.bookings[booking].status == "Checked Out" && self.closed_by(booking).is_some();
        if closed { Ok(self.has_left(booking)) } else { Err("INVALID_TRANSITION".into()) }
    }

    /// The three move together, or the money goes back.
    fn close(&mut self, at: usize, payment: usize) -> Ended {
        if self.hitch == Hitch::UndonePaid {
            return self.undone_by_staff(payment);
        }
        if self.asks_a_system("close_stay").is_err() {
            let found = &mut self.payments[payment];
            (found.money, found.closing_refused) = (Money::Refunded, true);
            return Err(No::Undone("INVALID_TRANSITION"));
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
