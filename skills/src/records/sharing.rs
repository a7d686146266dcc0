//! Prices of a sale's open bookings, for records that store only the sale's amount: each booking's share is
//! proportional to its nights at its room's rate, and odd cents go to the lowest number, so that the shares always
//! add up. A change of one booking first computes here what it does to the others' prices.

use crate::words::{BookingNumber, Cents};
use serde::{Deserialize, Serialize};

/// A booking that has a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its number; none for a booking without a number of ours.
    pub booking: Option<BookingNumber>,
    /// How many nights it is for.
    pub nights: u32,
    /// Its room's rate, if it has one.
    pub rate: Option<Cents>,
}

impl Part {
    /// The price of its nights at its room's rate.
    fn usual(&self) -> Option<Cents> {
        Some(self.rate?.times(self.nights))
    }
}

/// The share of each part in `rest`; without a known `rest`, the price at its room's rate.
pub(crate) fn shared(rest: Option<Cents>, parts: &[&Part]) -> Vec<Option<Cents>> {
    let Some(rest) = rest else { return parts.iter().map(|part| part.usual()).collect() };
    let rated = parts.iter().all(|part| part.usual().is_some());
    let weight = |part: &&Part| {
        u128::from(if rated { part.usual().unwrap_or_default().0 } else { part.nights.into() })
    };
    let weights: Vec<u128> = parts.iter().map(weight).collect();
    let all: u128 = weights.iter().sum();
    let share = |weight: &u128| match all {
        0 => 0,
        all => u64::try_from(u128::from(rest.0) * weight / all).unwrap_or(u64::MAX),
    };
    let mut shares: Vec<Cents> = weights.iter().map(|weight| Cents(share(weight))).collect();
    let given = shares.iter().copied().fold(Cents(0), Cents::plus);
    if let Some(first) = shares.first_mut() {
        *first = first.plus(rest.minus(given));
    }
    shares.into_iter().map(Some).collect()
}

/// The open bookings of a sale that share its amount, from the view of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// The amount they share; none if the records do not have it.
    pub rest: Option<Cents>,
    /// The amount left in a sale none of whose bookings is open: the price of the booking that was given up last.
    pub left: Option<Cents>,
    /// All parts by number, this booking's included.
    pub parts: Vec<Part>,
    /// The index of this booking's part.
    pub own: usize,
    /// Whether this booking has a share now: it has none once it is paid, cancelled or a no-show.
    pub counts: bool,
    /// Whether the records can store this booking's own price from now on.
    pub keeps_prices: bool,
}

/// The prices after a change of one booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The booking's own new price, if it can be known.
    pub own: Option<Cents>,
    /// The other bookings whose price changes, with the new price.
    pub others: Vec<(Option<BookingNumber>, Option<Cents>)>,
}

impl Sharing {
    /// The booking's share now; 0 if it has none.
    fn own_now(&self) -> Option<Cents> {
        if self.counts { self.now()[self.own] } else { Some(Cents(0)) }
    }

    /// Each part's share now, in their order.
    fn now(&self) -> Vec<Option<Cents>> {
        let sharing = |at: &usize| self.counts || *at != self.own;
        let places: Vec<usize> = (0..self.parts.len()).filter(sharing).collect();
        self.shares(self.rest, &places, &self.parts)
    }

    /// The shares of the parts at these places in `rest`.
    fn shares(&self, rest: Option<Cents>, places: &[usize], parts: &[Part]) -> Vec<Option<Cents>> {
        let sharing: Vec<&Part> = places.iter().map(|at| &parts[*at]).collect();
        let mut all = vec![None; self.parts.len()];
        for (at, share) in places.iter().zip(shared(rest, &sharing)) {
            all[*at] = share;
        }
        all
    }

    /// The sum of the others' shares.
    fn of_others(&self) -> Option<Cents> {
        match self.rest {
            Some(rest) => Some(rest.minus(self.own_now()?)),
            None => {
                let now = self.now();
                let mut others = (0..now.len()).filter(|at| *at != self.own).map(|at| now[at]);
                others.try_fold(Cents(0), |sum, share| Some(sum.plus(share?)))
            }
        }
    }

    fn told(&self, own: Option<Cents>, after: &[Option<Cents>]) -> Shared {
        let now = self.now();
        let others = (0..now.len()).filter(|at| *at != self.own && now[*at] != after[*at]);
        Shared { own, others: others.map(|at| (self.parts[at].booking.clone(), after[at])).collect() }
    }

    fn with(&self, nights: u32, rate: Option<Cents>, rest: Option<Cents>) -> Shared {
        let mut parts = self.parts.clone();
        (parts[self.own].nights, parts[self.own].rate) = (nights, rate);
        let places: Vec<usize> = (0..parts.len()).collect();
        let after = self.shares(rest, &places, &parts);
        self.told(after[self.own], &after)
    }

    /// The prices after the booking gets this many nights at this rate while the sale's amount stays.
    pub fn moved(&self, nights: u32, rate: Option<Cents>) -> Shared {
        self.with(nights, rate, self.rest)
    }

    /// The prices after the booking gets this many nights and this price; the sale's amount becomes the others'
    /// shares plus the price.
    pub fn priced(&self, nights: u32, rate: Option<Cents>, price: Cents) -> Shared {
        if self.keeps_prices {
            let places: Vec<usize> = (0..self.parts.len()).filter(|at| *at != self.own).collect();
            let after = self.shares(self.of_others().filter(|_| self.rest.is_some()), &places, &self.parts);
            return self.told(Some(price), &after);
        }
        self.with(nights, rate, self.of_others().map(|others| others.plus(price)))
    }

    /// The price at which a booking without a share can get one and leave the others' prices as they are: its agreed
    /// price, if all were agreed together. None if there is no such price.
    pub fn fair_price(&self) -> Option<Cents> {
        let rest = self.rest.filter(|_| !self.counts)?;
        let own = &self.parts[self.own];
        let mut others = (0..self.parts.len()).filter(|at| *at != self.own).map(|at| self.parts[at].usual());
        let others = others.try_fold(0_u128, |sum, usual| Some(sum + u128::from(usual?.0)))?;
        let about = (u128::from(rest.0) * u128::from(own.usual()?.0) + others / 2).checked_div(others)?;
        let about = u64::try_from(about).ok()?;
        let near = [about, about.saturating_add(1), about.saturating_sub(1)];
        near.into_iter().map(Cents).find(|price| {
            let after = self.priced(own.nights, own.rate, *price);
            after.others.is_empty() && after.own == Some(*price)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(nights: u32, rate: u64) -> Part {
        Part { booking: None, nights, rate: Some(Cents(rate)) }
    }

    fn two(rest: Option<u64>, counts: bool) -> Sharing {
        let parts = vec![part(2, 100), part(2, 200)];
        Sharing { rest: rest.map(Cents), left: None, parts, own: 0, counts, keeps_prices: false }
    }

    fn others(shared: &Shared) -> Vec<Option<Cents>> {
        shared.others.iter().map(|(_, price)| *price).collect()
    }

    #[test]
    fn at_their_rooms_rates_each_changes_alone() {
        let longer = two(Some(600), true).priced(3, Some(Cents(100)), Cents(300));
        assert_eq!((longer.own, longer.others), (Some(Cents(300)), vec![]));
        let better = two(Some(600), true).priced(2, Some(Cents(300)), Cents(600));
        assert_eq!((better.own, better.others), (Some(Cents(600)), vec![]));
    }

    #[test]
    fn at_other_prices_a_change_of_one_changes_the_others() {
        let longer = two(Some(300), true).priced(3, Some(Cents(100)), Cents(200));
        assert_eq!((longer.own, others(&longer)), (Some(Cents(172)), vec![Some(Cents(228))]));
        let moved = two(Some(600), true).moved(2, Some(Cents(200)));
        assert_eq!((moved.own, others(&moved)), (Some(Cents(300)), vec![Some(Cents(300))]));
        let alike = two(Some(300), true).moved(2, Some(Cents(100)));
        assert_eq!((alike.own, alike.others), (Some(Cents(100)), vec![]));
        // A free stay stays free, however many nights it has.
        let free = two(Some(0), true).priced(1, Some(Cents(100)), Cents(0));
        assert_eq!((free.own, free.others), (Some(Cents(0)), vec![]));
    }

    #[test]
    fn a_price_that_is_kept_with_the_booking_changes_no_other() {
        let kept = Sharing { keeps_prices: true, ..two(Some(300), true) };
        let longer = kept.priced(3, Some(Cents(100)), Cents(200));
        assert_eq!((longer.own, longer.others), (Some(Cents(200)), vec![]));
    }

    #[test]
    fn where_nothing_is_recorded_each_costs_what_its_room_does() {
        let moved = two(None, true).moved(2, Some(Cents(300)));
        assert_eq!((moved.own, moved.others), (Some(Cents(600)), vec![]));
        let longer = two(None, true).priced(3, Some(Cents(100)), Cents(300));
        assert_eq!((longer.own, longer.others), (Some(Cents(300)), vec![]), "from now on it is recorded");
    }

    #[test]
    fn who_comes_back_pays_in_proportion_to_the_others() {
        assert_eq!(two(Some(200), false).fair_price(), Some(Cents(100)));
        assert_eq!(two(Some(400), false).fair_price(), Some(Cents(200)), "their rooms' rates");
        assert_eq!(two(None, false).fair_price(), None);
        assert_eq!(two(Some(200), true).fair_price(), None, "it is there already");
        let alone = Sharing { parts: vec![part(2, 100)], ..two(Some(200), false) };
        assert_eq!(alone.fair_price(), None, "there is nobody to compare with");
        for rest in 0..500 {
            let odd =
                Sharing { parts: vec![part(3, 149), part(2, 201), part(1, 77)], ..two(Some(rest), false) };
            let price = odd.fair_price();
            let kept = price.is_none_or(|price| odd.priced(3, Some(Cents(149)), price).others.is_empty());
            assert!(kept, "{rest}: {price:?}");
        }
    }
}
