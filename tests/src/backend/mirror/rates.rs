//! The price of a night. The org has no field for it: it follows from what the sale amounts to.

use super::{cents, nights, text};
use crate::fakes::Row;

/// What a night of a booking costs, out of all bookings of its sale; `usual` is the price of a booking's room.
pub(super) fn agreed(
    sale: &Row,
    of_sale: &[&Row],
    row: &Row,
    usual: impl Fn(&Row) -> Option<i64>,
) -> Option<i64> {
    let lost = |row: &&&Row| matches!(text(row, "Status__c").as_deref(), Some("Cancelled" | "No Show"));
    let mut priced: Vec<&Row> = of_sale.iter().filter(|row| !lost(row)).copied().collect();
    if of_sale.len() == 1 {
        priced = of_sale.to_vec();
    }
    let rooms = |rows: &[&Row]| rows.iter().map(|row| Some(usual(row)? * nights(row)?)).sum::<Option<i64>>();
    let amount = cents(sale, "Amount").filter(|_| priced.iter().any(|it| it["Id"] == row["Id"]));
    let all_nights = priced.iter().map(|row| nights(row)).sum::<Option<i64>>();
    match (amount, all_nights) {
        _ if of_sale.len() > 1 && [rooms(&priced), rooms(of_sale)].contains(&amount) => usual(row),
        (Some(amount @ 1..), Some(nights @ 1..)) if amount % nights == 0 => Some(amount / nights),
        _ => usual(row),
    }
}
