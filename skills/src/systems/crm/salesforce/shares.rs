//! What each booking of a sale contributes to its amount. Where our package's fields say it of a booking, they count; else
//! the records keep nothing but the amount.
//!
//! What a closed stay paid is its share for good. The rest is shared by the open bookings, in proportion to their nights at
//! their rooms' rates, odd cents to the lowest number, so that the shares always add up to the amount.

use super::rows::{BookingRow, RoomRow, SaleRow};
use super::stays::{Money, recorded_with_charge};
use crate::words::{BookingStatus, Cents, Prices};
use std::collections::HashMap;

/// The shares of a sale's bookings.
pub(super) struct Shares<'a> {
    /// By the booking's id; of all that contribute.
    of: HashMap<&'a str, Cents>,
    /// Which of them share what was not paid yet.
    open: Vec<&'a str>,
    /// Whether the records say what the sale amounts to.
    amount_known: bool,
    /// What is shared, and what the rooms' rates come to.
    rest: Cents,
    usual: Option<Cents>,
}

/// The nights a booking was made for.
fn nights(row: &BookingRow) -> u32 {
    let nights = row.nights().map_or(0, crate::words::Nights::count);
    if row.is(BookingStatus::CheckedOut) { nights.max(1) } else { nights }
}

/// What a booking's nights cost at its room's rate.
fn usual(row: &BookingRow) -> Option<Cents> {
    Some(row.room.as_ref().and_then(RoomRow::rate)?.times(nights(row)))
}

impl<'a> Shares<'a> {
    pub(super) fn of(sale: &'a SaleRow) -> Self {
        let alone = sale.bookings().len() == 1;
        let counts = |row: &&BookingRow| alone || !row.is_lost();
        let mut of = HashMap::new();
        let mut sharing: Vec<&BookingRow> = vec![];
        let mut paid = Cents(0);
        for row in sale.bookings().iter().filter(counts) {
            let its_own = || row.own_prices().map(|prices| prices.total());
            match Money::of(sale, row).amount.filter(|_| row.is(BookingStatus::CheckedOut)).or_else(its_own) {
                Some(amount) => {
                    paid = paid.plus(amount);
                    of.insert(row.id.as_str(), amount);
                }
                None => sharing.push(row),
            }
        }
        sharing.sort_by(|a, b| {
            if a.is_later_than(b) { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less }
        });
        let rest = sale.amount().map(|amount| amount.minus(paid));
        let usual_of_all = sharing.iter().try_fold(Cents(0), |sum, row| Some(sum.plus(usual(row)?)));
        for (row, share) in sharing.iter().zip(shared(rest, &sharing)) {
            of.insert(row.id.as_str(), share);
        }
        Self {
            of,
            open: sharing.iter().map(|row| row.id.as_str()).collect(),
            amount_known: rest.is_some(),
            rest: rest.unwrap_or_default(),
            usual: usual_of_all,
        }
    }

    /// What was agreed for a booking's nights; none where the records do not say.
    pub(super) fn agreed(&self, sale: &SaleRow, row: &BookingRow) -> Option<Prices> {
        if row.is(BookingStatus::CheckedOut)
            && let Some((_, Some(prices))) = recorded_with_charge(sale, row)
        {
            return Some(prices);
        }
        if let Some(prices) = row.own_prices() {
            return Some(prices);
        }
        let share = self.of.get(row.id.as_str()).filter(|_| self.amount_known)?;
        Some(Prices::shared(*share, nights(row)))
    }

    /// What the other bookings contribute.
    pub(super) fn of_others(&self, sale: &SaleRow, row: &BookingRow) -> Cents {
        match (self.of.get(row.id.as_str()), sale.amount()) {
            (Some(own), Some(amount)) => amount.minus(*own),
            // Where all are lost, the amount is still what they were to cost; none of them counts.
            (None, Some(_)) if self.of.is_empty() => Cents(0),
            (None, Some(amount)) => amount, // a lost one contributes nothing
            (own, None) => {
                let all = self.of.values().copied().fold(Cents(0), Cents::plus);
                all.minus(own.copied().unwrap_or_default())
            }
        }
    }

    /// Why a booking's nights cannot be changed: the others would cost something else.
    pub(super) fn nights_are_fixed(&self, row: &BookingRow) -> Option<String> {
        let shares = self.open.len() > 1 && self.open.contains(&row.id.as_str()) && self.amount_known;
        (shares && self.usual != Some(self.rest)).then(|| {
            format!(
                "its sale has several open bookings and amounts to {}, which is not what their rooms cost; the price of the \
                 other bookings would change with it.",
                self.rest
            )
        })
    }
}

/// What each of these contributes: its part of the rest, or, where that is not known, what its room costs.
fn shared(rest: Option<Cents>, rows: &[&BookingRow]) -> Vec<Cents> {
    let Some(rest) = rest else { return rows.iter().map(|row| usual(row).unwrap_or_default()).collect() };
    let rated = rows.iter().all(|row| usual(row).is_some());
    let weight =
        |row: &&BookingRow| u64::from(if rated { usual(row).unwrap_or_default().0 } else { nights(row) });
    let weights: Vec<u64> = rows.iter().map(weight).collect();
    let all: u64 = weights.iter().sum();
    let part = |weight: &u64| match all {
        0 => 0,
        all => u32::try_from(u128::from(rest.0) * u128::from(*weight) / u128::from(all)).unwrap_or(u32::MAX),
    };
    let mut shares: Vec<Cents> = weights.iter().map(|weight| Cents(part(weight))).collect();
    let given = shares.iter().copied().fold(Cents(0), Cents::plus);
    if let Some(first) = shares.first_mut() {
        *first = first.plus(rest.minus(given));
    }
    shares
}
