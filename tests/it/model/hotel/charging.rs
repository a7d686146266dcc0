//! A stay's money: one intent at a time, and none of the others stays open.

use super::{Awaited, Ended, Hotel, Money, No, Paying, Terms};

impl Hotel {
    /// Charges the stay's one intent; a card may be declined, or its bank may ask first. Every other that is open is given up.
    pub(super) fn charge(&mut self, booking: usize, terms: &mut Terms) -> Result<usize, No> {
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
                    self.give_up(other);
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

    fn give_up(&mut self, payment: usize) {
        let found = &mut self.payments[payment];
        if found.money != Money::Paid {
            found.money = Money::GivenUp;
        }
    }

    fn of(&self, booking: usize) -> impl Iterator<Item = &Paying> {
        self.payments.iter().filter(move |p| p.booking == booking)
    }

    /// How many of the stay's intents have ended, given back or given up.
    fn next_number(&self, booking: usize) -> usize {
        self.of(booking).filter(|p| matches!(p.money, Money::Refunded | Money::GivenUp)).count()
    }

    /// Whether an intent of the stay is open or holds money.
    pub(super) fn has_a_payment(&self, booking: usize) -> bool {
        self.of(booking).any(|p| !matches!(p.money, Money::Refunded | Money::GivenUp))
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
    /// the guest is asked anew, and if it is over nothing is taken. At a processor of its own the guest has paid by then:
    /// what was paid closes the stay.
    pub(super) fn back_from_the_bank(&mut self, awaited: Awaited) -> Ended {
        let Awaited { booking, payment, mut terms } = awaited;
        let open = self.bookings[booking].status == "Checked In";
        if open && self.folio(booking) == self.payments[payment].folio {
            let found = &mut self.payments[payment];
            if found.money != Money::Awaited {
                return Err("PAYMENT_FAILED".into()); // another card took its place
            }
            found.money = Money::Paid;
            return self.close(booking, payment);
        }
        let paid_there = self.shares && self.payments[payment].money == Money::Awaited;
        if paid_there {
            self.payments[payment].money = Money::Paid;
        }
        self.give_up(payment);
        if open && paid_there {
            return self.close(booking, payment);
        }
        if open {
            terms.passed += 1;
            return self.pay_and_leave(booking, terms);
        }
        let closed = self.bookings[booking].status == "Checked Out" && self.closed_by(booking).is_some();
        if closed { Ok(self.has_left(booking)) } else { Err("INVALID_TRANSITION".into()) }
    }
}
