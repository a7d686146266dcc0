//! Days and nights. A stay is half-open: a guest who leaves on the 16th is gone when the next guest arrives on the 16th.

use super::{WordError, echo};
use jiff::{ToSpan, civil};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A day of the hotel's calendar, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD` and nothing else.
    ///
    /// # Errors
    /// When the text is written otherwise or the day does not exist.
    pub fn new(text: &str) -> Result<Self, WordError> {
        let read = text.parse::<civil::Date>().ok();
        // The parser also accepts other ways to write a day.
        read.filter(|date| date.year() >= 0 && date.to_string() == text)
            .map(Self)
            .ok_or_else(|| WordError(format!("{} is not a date; write it YYYY-MM-DD", echo(text))))
    }

    /// The day `days` later (earlier if negative). Stops at the end of the calendar.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    /// The same day so many years later; the last of its month if that year does not have it.
    pub fn plus_years(self, years: i32) -> Self {
        Self(self.0.saturating_add(years.years()))
    }

    /// Days from this day to `later`; negative if it is earlier.
    pub fn days_until(self, later: Self) -> i32 {
        self.0.until((jiff::Unit::Day, later.0)).map_or(0, |span| span.get_days())
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl From<Date> for civil::Date {
    fn from(date: Date) -> Self {
        date.0
    }
}

impl TryFrom<String> for Date {
    type Error = WordError;
    fn try_from(text: String) -> Result<Self, WordError> {
        Self::new(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
}

impl rusqlite::ToSql for Date {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl rusqlite::types::FromSql for Date {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        Self::new(value.as_str()?).map_err(rusqlite::types::FromSqlError::other)
    }
}

/// A moment as it is stored: RFC 3339 in UTC with six digits of a second, so that texts sort in the order of time.
pub fn stored(moment: jiff::Timestamp) -> String {
    format!("{moment:.6}")
}

/// The nights of a stay: from the day of arrival up to, and without, the day of departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nights {
    /// The day of arrival.
    pub from: Date,
    /// The day of departure; its night is free again.
    pub to: Date,
}

impl Nights {
    /// The longest stay that can be booked, in nights.
    pub const MOST: i32 = 365;
    /// The longest stay that is priced night by night: ten years. Somebody may enter the greatest date for an open end.
    pub const MOST_PRICED: u32 = 3_660;

    /// How many nights there are.
    pub fn count(self) -> u32 {
        self.from.days_until(self.to).try_into().unwrap_or(0)
    }

    /// Those that are still to come. A guest who is `here` holds tonight, whatever arrival was booked.
    pub fn ahead(self, here: bool, today: Date) -> Self {
        Self { from: if here { today } else { self.from.max(today) }, to: self.to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_dates_are_read() {
        assert!(Date::new("2026-11-21").is_ok());
        for text in [
            "2026-02-30",
            "21.11.2026",
            "2026-1-1",
            "20261121",
            "2026-11-21T00:00",
            "-002026-11-21",
            "",
            "tomorrow",
        ] {
            assert!(Date::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_year_has_as_many_days_as_it_has() {
        let after = |day: &str| Date::new(day).unwrap().plus_years(2).to_string();
        assert_eq!(after("2026-11-28"), "2028-11-28");
        assert_eq!(after("2028-03-02"), "2030-03-02");
        assert_eq!(after("2028-02-29"), "2030-02-28");
    }

    #[test]
    fn stored_moments_sort_as_times_do() {
        let second: jiff::Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        let later = second + jiff::SignedDuration::from_millis(5);
        assert!(stored(second) < stored(later));
        assert_eq!(stored(later).parse::<jiff::Timestamp>().unwrap(), later);
    }

    #[test]
    fn nights_are_counted_half_open() {
        let from = Date::new("2026-02-27").unwrap();
        assert_eq!(Nights { from, to: from.plus_days(3) }.count(), 3);
        assert_eq!(Nights { from, to: from }.count(), 0);
        assert_eq!(Nights { from, to: from.plus_days(-1) }.count(), 0);
    }
}
