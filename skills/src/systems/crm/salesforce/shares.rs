//! Each booking's share of its sale's amount. If our package's fields have a booking's price, that counts; otherwise
//! the records have only the amount.
//!
//! A closed stay's share is what was paid. The open bookings share the rest (see [`Sharing`]).

use super::rows::{BookingRow, RoomRow, SaleRow};
use super::stays::{Money, recorded_with_charge};
use crate::records::{Part, Sharing, shared};
use crate::words::{BookingStatus, Cents, Prices};
use std::collections::HashMap;

/// The shares of a sale's bookings.
pub(super) struct Shares<'a> {
    /// By the booking's id, for all bookings with a share. None if it cannot be known.
    of: HashMap<&'a str, Option<Cents>>,
    /// The bookings that share the unpaid rest, by number.
    sharing: Vec<&'a BookingRow>,
    /// That rest, if the records have it.
    rest: Option<Cents>,
}

/// The nights a booking costs: at least one, if it has dates. Who arrives and leaves on one day pays for a night.
fn nights(row: &BookingRow) -> u32 {
    row.nights().map_or(0, |nights| nights.count().max(1))
}

fn part(row: &BookingRow) -> Part {
    let rate = row.room.as_ref().and_then(RoomRow::rate);
    Part { booking: row.number(), nights: nights(row), rate }
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
                    of.insert(row.id.as_str(), Some(amount));
                }
                None => sharing.push(row),
            }
        }
        sharing.sort_by(|a, b| by_number(a, b));
        let known = sale.amount().filter(|_| sale.unreadable_price().is_none());
        let rest = known.map(|amount| amount.minus(paid));
        let parts: Vec<Part> = sharing.iter().map(|row| part(row)).collect();
        let shares = shared(rest, &parts.iter().collect::<Vec<_>>());
        of.extend(sharing.iter().map(|row| row.id.as_str()).zip(shares));
        Self { of, sharing, rest }
    }

    /// The agreed prices of a booking's nights; none if the records have none.
    pub(super) fn agreed(&self, sale: &SaleRow, row: &BookingRow) -> Option<Prices> {
        if row.is(BookingStatus::CheckedOut)
            && let Some((_, Some(prices))) = recorded_with_charge(sale, row)
        {
            return Some(prices);
        }
        if let Some(prices) = row.own_prices() {
            return Some(prices);
        }
        let share = self.of.get(row.id.as_str()).copied().flatten().filter(|_| self.rest.is_some())?;
        Some(Prices::shared(share, nights(row)))
    }

    /// The other bookings' shares; none if they cannot be known.
    pub(super) fn of_others(&self, sale: &SaleRow, row: &BookingRow) -> Option<Cents> {
        let alone = self.of.keys().all(|id| *id == row.id);
        match (self.of.get(row.id.as_str()).copied().flatten(), sale.amount()) {
            _ if alone && sale.unreadable_price().is_some() => Some(Cents(0)),
            _ if sale.unreadable_price().is_some() => None,
            (Some(own), Some(amount)) => Some(amount.minus(own)),
            // If all bookings were given up, the amount is still their former price; none has a share.
            (None, Some(_)) if self.of.is_empty() => Some(Cents(0)),
            (None, Some(amount)) => Some(amount), // a booking that was given up has no share
            (_, None) => {
                let mut others = self.of.iter().filter(|(id, _)| **id != row.id).map(|(_, share)| *share);
                others.try_fold(Cents(0), |sum, share| Some(sum.plus(share?)))
            }
        }
    }

    /// What a booking without a price of its own shares with others, or would share if it were reopened.
    pub(super) fn sharing(&self, sale: &SaleRow, row: &BookingRow) -> Option<Sharing> {
        let several = sale.bookings().len() > 1 && sale.unreadable_price().is_none();
        if !several || row.own_prices().is_some() {
            return None;
        }
        let counts = self.sharing.iter().any(|other| other.id == row.id);
        let mut rows = self.sharing.clone();
        if !counts {
            rows.push(row);
            rows.sort_by(|a, b| by_number(a, b));
        }
        let none_counts = self.of.is_empty();
        Some(Sharing {
            rest: if none_counts { self.rest.and(Some(Cents(0))) } else { self.rest },
            left: self.rest.filter(|_| none_counts),
            own: rows.iter().position(|other| other.id == row.id)?,
            parts: rows.into_iter().map(part).collect(),
            counts,
            keeps_prices: row.may_keep_prices(),
        })
    }
}

fn by_number(a: &BookingRow, b: &BookingRow) -> std::cmp::Ordering {
    if a.is_later_than(b) { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less }
}
