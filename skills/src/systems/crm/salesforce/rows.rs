//! Rows as Salesforce answers them, and what each means to a hotel. Other people's rows are untidy: what is missing is
//! read as the platform would have filled it in; a row that means nothing without it is none.

mod booking;
mod case;
mod contact;
mod fields;
mod room;
mod sale;

pub(super) use booking::BookingRow;
pub(super) use case::CaseRow;
pub(super) use contact::{ContactRow, best};
pub(super) use fields::{BOOKING, CASE, CONTACT, Extras, ROOM, SALE, with_extras};
pub(super) use room::RoomRow;
pub(super) use sale::{PaymentRow, SaleRow};

use super::client::text_from;
use crate::words::{Cents, Open, Word};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads rows. One that cannot be read is left out with a warning: a list of others' rows does not fail for it.
pub(super) fn read<T: DeserializeOwned>(rows: Vec<Value>) -> Vec<T> {
    let read = |row: Value| {
        let (kind, id) = (row["attributes"]["type"].clone(), row["Id"].clone());
        serde_json::from_value(row)
            .inspect_err(|error| tracing::warn!(%kind, %id, %error, "a row cannot be read and is left out"))
            .ok()
    };
    rows.into_iter().filter_map(read).collect()
}

/// What rows mean; one that means nothing to a hotel is left out with a warning.
pub(super) fn meant<R, T>(rows: &[R], id: fn(&R) -> &str, mean: impl Fn(&R) -> Option<T>) -> Vec<T> {
    let mean = |row: &R| {
        let meaning = mean(row);
        if meaning.is_none() {
            tracing::warn!(id = id(row), "a row lacks what it cannot do without and is left out");
        }
        meaning
    };
    rows.iter().filter_map(mean).collect()
}

/// A currency as the hotel writes it.
fn currency(code: Option<&String>) -> Option<String> {
    code.map(|code| code.to_lowercase()).filter(|code| !code.is_empty())
}

/// Cents as the units Salesforce keeps: two decimals, exact.
pub(super) fn units(amount: Cents) -> f64 {
    f64::from(amount.0) / 100.0
}

/// A text as somebody wrote it, none if blank. Salesforce may end lines its own way.
fn text(text: Option<&String>) -> Option<String> {
    text.map(|text| text_from(text).replace("\r\n", "\n")).filter(|text| !text.trim().is_empty())
}

/// Whether a text is the one that was written: Salesforce may end lines its own way and leaves out blanks at the ends.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    plain(a) == plain(b)
}

/// A value of a picklist; what the platform would have filled in where there is none.
fn choice<T: Word>(text: Option<&String>, default: T) -> Open<T> {
    text.map_or(Open::Known(default), |word| Open::read(word))
}

/// Money in units, as whole cents.
fn cents(units: f64) -> Option<Cents> {
    let cents = (units * 100.0).round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within bounds
    (0.0..=f64::from(u32::MAX)).contains(&cents).then_some(Cents(cents as u32))
}

/// A count that Salesforce keeps as a number.
fn whole(number: Option<f64>) -> Option<i32> {
    #[allow(clippy::cast_possible_truncation)] // saturates
    number.map(|number| number as i32)
}
