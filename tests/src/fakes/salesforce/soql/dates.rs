//! Date literals: each means a span of days.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// The first day and the day after the last.
pub(crate) fn span(name: &str, count: Option<i32>, today: Date) -> Option<(Date, Date)> {
    let days = |from: i32, to: i32| {
        let day = |offset: i32| today.checked_add(Span::new().days(offset)).ok();
        Some((day(from)?, day(to)?))
    };
    let months = |offset: i32| {
        let first = today.first_of_month().checked_add(Span::new().months(offset)).ok()?;
        Some((first, first.checked_add(1.month()).ok()?))
    };
    let years = |offset: i32| {
        let first = today.first_of_year().checked_add(Span::new().years(offset)).ok()?;
        Some((first, first.checked_add(1.year()).ok()?))
    };
    let weeks = |offset: i32| {
        let start = offset * 7 - i32::from(today.weekday().to_sunday_zero_offset());
        days(start, start + 7)
    };
    match (name, count) {
        ("TODAY", None) => days(0, 1),
        ("YESTERDAY", None) => days(-1, 0),
        ("TOMORROW", None) => days(1, 2),
        ("LAST_WEEK", None) => weeks(-1),
        ("THIS_WEEK", None) => weeks(0),
        ("NEXT_WEEK", None) => weeks(1),
        ("LAST_MONTH", None) => months(-1),
        ("THIS_MONTH", None) => months(0),
        ("NEXT_MONTH", None) => months(1),
        ("LAST_YEAR", None) => years(-1),
        ("THIS_YEAR", None) => years(0),
        ("NEXT_YEAR", None) => years(1),
        ("LAST_90_DAYS", None) => days(-90, 1),
        ("NEXT_90_DAYS", None) => days(1, 91),
        ("LAST_N_DAYS", Some(n)) => days(-n, 1),
        ("NEXT_N_DAYS", Some(n)) => days(1, n + 1),
        ("N_DAYS_AGO", Some(n)) => days(-n, 1 - n),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_are_half_open() {
        let today = date(2026, 11, 21); // a Saturday
        assert_eq!(span("TODAY", None, today), Some((date(2026, 11, 21), date(2026, 11, 22))));
        assert_eq!(span("THIS_WEEK", None, today), Some((date(2026, 11, 15), date(2026, 11, 22))));
        assert_eq!(span("NEXT_MONTH", None, today), Some((date(2026, 12, 1), date(2027, 1, 1))));
        assert_eq!(span("LAST_N_DAYS", Some(7), today), Some((date(2026, 11, 14), date(2026, 11, 22))));
        assert_eq!(span("LAST_N_DAYS", None, today), None);
        assert_eq!(span("FORTNIGHT", None, today), None);
    }
}
