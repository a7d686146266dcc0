//! Rows as Salesforce answers them, and what each means to a hotel. Other people's rows are untidy: what is missing is
//! missing in answers, too; a row that means nothing without it is none.

mod booking;
mod case;
mod contact;
mod payment;
mod room;
mod sale;
mod text;

pub(super) use booking::{BOOKING, BookingRow};
pub(super) use case::{CASE, CaseRow};
pub(super) use contact::{CONTACT, ContactRow, best};
pub(super) use payment::{PAYMENT, PaymentRow};
pub(super) use room::{ROOM, RoomRow};
pub(super) use sale::{SALE, SaleRow};
pub(super) use text::TEXT;

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
    #[allow(clippy::cast_precision_loss)] // exact up to the most that a price may be
    let cents = amount.0 as f64;
    cents / 100.0
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

/// A value of a picklist. Where nobody chose one, it is none of ours: no filter finds it, and nothing follows from it.
fn chosen<T: Word>(text: Option<&String>) -> Open<T> {
    text.map_or_else(|| Open::Unknown("not set".to_owned()), |word| Open::read(word))
}

/// A value of a picklist; what the platform would have filled in where there is none.
fn choice<T: Word>(text: Option<&String>, default: T) -> Open<T> {
    text.map_or(Open::Known(default), |word| Open::read(word))
}

/// Money in units, as whole cents.
fn cents(units: f64) -> Option<Cents> {
    let cents = (units * 100.0).round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // a negative amount is none; the others saturate
    let whole = (cents >= 0.0).then_some(Cents(cents as u64));
    whole.and_then(Cents::within_bounds)
}

/// A count that Salesforce keeps as a number.
fn whole(number: Option<f64>) -> Option<i32> {
    #[allow(clippy::cast_possible_truncation)] // saturates
    number.map(|number| number as i32)
}

#[cfg(test)]
mod tests {
    use super::super::fields::{Beside, Object};
    use super::*;
    use serde::de::{Error as _, Visitor, value::Error};
    use serde::{Deserializer, forward_to_deserialize_any};
    use std::collections::BTreeSet;

    /// Takes down by which names a struct reads a row.
    struct Names<'a>(&'a mut BTreeSet<&'static str>);

    impl<'de> Deserializer<'de> for Names<'_> {
        type Error = Error;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            self.0.extend(fields);
            Err(Error::custom("only the names were wanted"))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("not a struct"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
            seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn agree<Row: DeserializeOwned>(object: &Object) {
        let mut read = BTreeSet::new();
        assert!(Row::deserialize(Names(&mut read)).is_err());
        let beside = object.beside.iter().map(|it| match it {
            Beside::Row(relation, _) | Beside::One(relation, _) | Beside::All(relation, ..) => *relation,
        });
        let selected = object.fields.iter().filter(|field| field.selected).map(|field| field.name);
        let asked: BTreeSet<_> = selected.chain(beside).collect();
        assert_eq!(
            read.difference(&asked).collect::<Vec<_>>(),
            [&""; 0],
            "{} is not asked for it",
            object.name
        );
        // A reference is read with the row it leads to.
        let whole = |name: &&&str| !read.contains(name.replace("__c", "__r").as_str());
        let unread: Vec<_> = asked.difference(&read).filter(whole).collect();
        assert_eq!(unread, [&""; 0], "nobody reads it of {}", object.name);
    }

    #[test]
    fn rows_are_read_by_the_names_that_queries_ask_for() {
        agree::<ContactRow>(&CONTACT);
        agree::<RoomRow>(&ROOM);
        agree::<SaleRow>(&SALE);
        agree::<BookingRow>(&BOOKING);
        agree::<PaymentRow>(&PAYMENT);
        agree::<CaseRow>(&CASE);
    }
}
