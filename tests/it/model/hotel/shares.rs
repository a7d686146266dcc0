//! What bookings cost where the records keep the amount of a sale alone.

use super::{Booking, Hotel};

/// An amount shared by so many nights, odd cents on the first ones.
fn evenly(amount: i64, nights: i64) -> Vec<i64> {
    (0..nights).map(|night| amount / nights + i64::from(night < amount % nights)).collect()
}

impl Hotel {
    /// The open bookings of a sale share what the closed ones did not pay, in proportion to their nights at their rooms'
    /// rates, odd cents to the first; each booking's nights share its part evenly.
    pub(super) fn share(&mut self, sale: usize) {
        if !self.shares {
            return;
        }
        let of_sale: Vec<usize> =
            (0..self.bookings.len()).filter(|at| self.bookings[*at].sale == sale).collect();
        let lost = |b: &Booking| matches!(b.status, "Cancelled" | "No Show");
        let counts = |at: &&usize| of_sale.len() == 1 || !lost(&self.bookings[**at]);
        let (closed, sharing): (Vec<usize>, Vec<usize>) =
            of_sale.iter().filter(counts).copied().partition(|at| self.bookings[*at].status == "Checked Out");
        let rest = self.sales[sale].amount - closed.iter().map(|at| self.bookings[*at].price()).sum::<i64>();
        let usual = |at: usize| {
            let b = &self.bookings[at];
            self.rooms[b.room].rate * (b.to - b.from)
        };
        let all: i64 = sharing.iter().map(|at| usual(*at)).sum();
        let mut parts: Vec<i64> = sharing.iter().map(|at| rest * usual(*at) / all.max(1)).collect();
        let odd = rest - parts.iter().sum::<i64>();
        parts.first_mut().into_iter().for_each(|first| *first += odd);
        // What a lost one of several would have cost nobody knows any more: its room's rate.
        let lost: Vec<usize> = of_sale.into_iter().filter(|at| self.has_no_share(*at)).collect();
        for at in lost {
            let b = &mut self.bookings[at];
            let rate = self.rooms[b.room].rate;
            b.prices = (b.from..b.to).map(|_| rate).collect();
        }
        for (at, part) in sharing.into_iter().zip(parts) {
            let nights = self.bookings[at].to - self.bookings[at].from;
            self.bookings[at].prices = evenly(part, nights);
        }
    }

    /// Whether the records do not say what was agreed for it: it came to nothing, and its sale has other bookings.
    pub(super) fn has_no_share(&self, at: usize) -> bool {
        let b = &self.bookings[at];
        let several = self.bookings.iter().filter(|other| other.sale == b.sale).count() > 1;
        self.shares && several && matches!(b.status, "Cancelled" | "No Show")
    }

    /// Whether some booking of the sale would not cost what it is to, if one of them became like this and the sale amounted
    /// to so much: what the records keep of prices is the amount alone.
    pub(super) fn prices_move(&self, at: usize, after: &Booking, amount: i64) -> bool {
        if !self.shares {
            return false;
        }
        let mut then = self.clone();
        then.bookings[at] = after.clone();
        let wanted: Vec<i64> = then.bookings.iter().map(Booking::price).collect();
        then.sales[after.sale].amount = amount;
        then.share(after.sale);
        then.bookings.iter().map(Booking::price).ne(wanted)
    }

    /// What a no-show costs that is taken back: as much as leaves the others at their prices; where no other counts, what the
    /// sale still amounts to, if that is not more than the room's rate.
    pub(super) fn price_taken_back(&self, at: usize) -> i64 {
        let stay = &self.bookings[at];
        if !self.has_no_share(at) {
            return stay.price();
        }
        let others: Vec<&Booking> = self.counting_beside(at).collect();
        if others.is_empty() {
            return stay.price().min(self.sales[stay.sale].amount);
        }
        let open: Vec<&Booking> = others.iter().filter(|b| b.active()).copied().collect();
        let usual = |b: &Booking| self.rooms[b.room].rate * (b.to - b.from);
        let (rest, all) =
            (open.iter().map(|b| b.price()).sum::<i64>(), open.iter().map(|b| usual(b)).sum::<i64>());
        if all == 0 {
            return stay.price();
        }
        let about = (rest * usual(stay) + all / 2) / all;
        let contributed: i64 = others.iter().map(|b| b.price()).sum();
        let fair = |price: &i64| {
            let prices = evenly(*price, stay.to - stay.from);
            let after = Booking { status: "Checked In", prices, ..stay.clone() };
            !self.prices_move(at, &after, contributed + price)
        };
        [about, about + 1, (about - 1).max(0)].into_iter().find(fair).unwrap_or_else(|| stay.price())
    }

    /// The other bookings of its sale that came to something.
    pub(super) fn counting_beside(&self, at: usize) -> impl Iterator<Item = &Booking> {
        let sale = self.bookings[at].sale;
        let counts = move |b: &Booking| b.sale == sale && !["Cancelled", "No Show"].contains(&b.status);
        self.bookings.iter().enumerate().filter(move |(other, b)| *other != at && counts(b)).map(|(_, b)| b)
    }
}
