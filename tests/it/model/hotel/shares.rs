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

    /// Whether other bookings of the sale would cost something else if this one's nights changed.
    pub(super) fn nights_are_fixed(&self, at: usize) -> bool {
        let sale = self.bookings[at].sale;
        let sharing: Vec<&Booking> = self.bookings.iter().filter(|b| b.sale == sale && b.active()).collect();
        let usual: i64 = sharing.iter().map(|b| self.rooms[b.room].rate * (b.to - b.from)).sum();
        let agreed: i64 = sharing.iter().map(|b| b.price()).sum();
        self.shares && sharing.len() > 1 && usual != agreed
    }
}
