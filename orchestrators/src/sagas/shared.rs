//! Code that several sagas share.

pub(crate) mod authentication;
pub(crate) mod case_opening;
pub(crate) mod charging;
pub(crate) mod closing;
pub(crate) mod last_day;
pub(crate) mod names;
pub(crate) mod paid_stay;
pub(crate) mod questions;
pub(crate) mod refunds_on_their_way;
pub(crate) mod shared_prices;
pub(crate) mod stay_choice;
pub(crate) mod whose_money;

/// How many of a list's items are named in a sentence.
const NAMED: usize = 10;

/// The items of a list in a sentence: the first ones by name, the rest by their number.
pub(crate) fn enumerated(items: &[&impl ToString]) -> String {
    let names: Vec<String> = items.iter().take(NAMED).map(|item| item.to_string()).collect();
    match items.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
