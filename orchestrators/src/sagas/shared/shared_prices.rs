//! Prices of bookings that share a sale, for records that store only the sale's total: a change of one booking may
//! change the others' prices. Such a change is refused, or warned of.

use skills::records::{Shared, Stay};
use skills::words::{BookingNumber, Cents, Prices};
use skills::{Refusal, refusals};

/// Refuses a change of a booking's nights or room (`what`) unless the booking then costs `price` and the other
/// bookings of its sale cost what they did.
pub(crate) fn keeps_prices(stay: &Stay, what: &str, price: Cents, shared: &Shared) -> Result<(), Refusal> {
    if is_kept(price, shared) {
        return Ok(());
    }
    let own = (shared.own != Some(price)).then_some(&stay.booking);
    let others = shared.others.iter().filter_map(|(booking, _)| booking.as_ref());
    let changed: Vec<&BookingNumber> = own.into_iter().chain(others).collect();
    Err(refusals::prices_are_shared(&stay.booking, what, &changed))
}

/// Whether a booking costs `price` and every other one what it did.
pub(crate) fn is_kept(price: Cents, shared: &Shared) -> bool {
    shared.own == Some(price) && shared.others.is_empty()
}

/// The prices of a stay's nights, for records that store only its share.
pub(crate) fn evenly(share: Cents, stay: &Stay) -> Prices {
    Prices::shared(share, stay.nights.count())
}

/// The warning once bookings of a sale have other prices than before.
pub(crate) fn cost_now(stay: &Stay, shared: &Shared) -> String {
    let own = (Some(&stay.booking), shared.own);
    let others = shared.others.iter().map(|(booking, price)| (booking.as_ref(), *price));
    let costs = |(booking, price): (Option<&BookingNumber>, Option<Cents>)| {
        let price = price.map_or_else(|| "a price nobody knows".to_owned(), |price| price.to_string());
        Some(format!("{} costs {price}", booking?))
    };
    let costs: Vec<String> = std::iter::once(own).chain(others).filter_map(costs).collect();
    format!(
        "The hotel's records keep one amount for all open bookings of this sale, shared in proportion to their rooms' rates: \
         from now on {}.",
        costs.join(", ")
    )
}
