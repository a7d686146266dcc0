//! The hotel's day: when it begins, and until what time of the departure day a night lasts.

use crate::words::Date;
use jiff::civil::{self, Time};
use jiff::{Timestamp, tz::TimeZone};

/// The hotel's zone and its hours.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The hotel's time zone.
    pub timezone: TimeZone,
    /// When guests must leave on their departure day (`HOTEL_CHECKOUT_TIME`).
    pub checkout_time: Time,
    /// When the hotel's day begins (`HOTEL_DAY_STARTS_AT`): earlier times belong to the day before.
    pub day_starts_at: Time,
}

impl Calendar {
    /// The hotel's day at a moment.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.last_reached(self.day_starts_at, moment)
    }

    /// The moment a day of the hotel begins.
    pub fn start_of(&self, day: Date) -> Option<Timestamp> {
        self.moment_of(day, self.day_starts_at)
    }

    /// The last day whose nights are over: until the check-out time, a guest may still arrive for the night before.
    pub fn nights_over_by(&self, moment: Timestamp) -> Date {
        self.last_reached(self.checkout_time, moment)
    }

    /// The last day of which a time has come by a moment. Moments are compared, not times of day: a time that comes twice,
    /// when clocks are set back, has come with the first, so that no day ends after it has begun.
    fn last_reached(&self, time: Time, moment: Timestamp) -> Date {
        let date: Date = moment.to_zoned(self.timezone.clone()).date().into();
        let has_come = |day: Date| self.moment_of(day, time).is_some_and(|at| at <= moment);
        let next = date.plus_days(1);
        if has_come(next) {
            next
        } else if has_come(date) {
            date
        } else {
            date.plus_days(-1)
        }
    }

    /// The first moment at which it is this time of a day, or would be if clocks were not set forward.
    fn moment_of(&self, day: Date, time: Time) -> Option<Timestamp> {
        let then = civil::Date::from(day).to_datetime(time);
        Some(then.to_zoned(self.timezone.clone()).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(zone: &str, day_starts_at: &str) -> Calendar {
        Calendar {
            timezone: TimeZone::get(zone).unwrap(),
            checkout_time: "11:00".parse().unwrap(),
            day_starts_at: day_starts_at.parse().unwrap(),
        }
    }

    fn at(moment: &str) -> Timestamp {
        moment.parse().unwrap()
    }

    #[test]
    fn a_night_porter_still_lives_in_yesterday() {
        let plain = calendar("UTC", "00:00");
        assert_eq!(plain.day_of(at("2026-03-02T00:00:00Z")).to_string(), "2026-03-02");
        let late = calendar("UTC", "04:00");
        assert_eq!(late.day_of(at("2026-03-02T03:59:59Z")).to_string(), "2026-03-01");
        assert_eq!(late.day_of(at("2026-03-02T04:00:00Z")).to_string(), "2026-03-02");
        // In Auckland (UTC+13 in March) it is 03:30 of the third.
        let far = calendar("Pacific/Auckland", "04:00");
        assert_eq!(far.day_of(at("2026-03-02T14:30:00Z")).to_string(), "2026-03-02");
    }

    #[test]
    fn a_day_begins_at_its_hour_also_when_the_clocks_change() {
        // At 02:00 of the 29th clocks go forward to 03:00: what would be 02:30 is 03:30.
        let berlin = calendar("Europe/Berlin", "02:30");
        let begins = berlin.start_of(Date::new("2026-03-29").unwrap()).unwrap();
        assert_eq!(begins, at("2026-03-29T01:30:00Z"));
        assert_eq!(berlin.day_of(begins).to_string(), "2026-03-29");
        let usual = berlin.start_of(Date::new("2026-03-28").unwrap()).unwrap();
        assert_eq!(usual, at("2026-03-28T01:30:00Z"));
    }

    #[test]
    fn no_day_goes_back_when_the_clocks_do() {
        // At 03:00 of the 31st clocks go back to 02:00, so 02:30 comes twice; in Newfoundland they went back from 00:01, into
        // the day before.
        for (zone, starts, from) in [
            ("Europe/Berlin", "02:30", "2027-10-30T23:30:00Z"),
            ("Europe/Berlin", "02:00", "2027-10-30T23:30:00Z"),
            ("America/St_Johns", "00:00", "2010-11-07T01:30:00Z"),
        ] {
            let hotel = calendar(zone, starts);
            let moments = (0..240).map(|minute| at(from) + jiff::SignedDuration::from_mins(minute));
            let days: Vec<Date> = moments.map(|moment| hotel.day_of(moment)).collect();
            assert!(days.is_sorted(), "{zone} {starts}: {days:?}");
            assert_eq!(days[0].days_until(days[239]), 1, "{zone} {starts}");
        }
        let berlin = calendar("Europe/Berlin", "02:30");
        let begins = berlin.start_of(Date::new("2027-10-31").unwrap()).unwrap();
        assert_eq!(berlin.day_of(begins).to_string(), "2027-10-31");
        assert_eq!(berlin.day_of(at("2027-10-31T01:10:00Z")).to_string(), "2027-10-31");
    }

    #[test]
    fn nights_are_over_at_the_check_out_time_of_the_departure_day() {
        let hotel = calendar("UTC", "04:00");
        assert_eq!(hotel.nights_over_by(at("2026-03-02T10:59:59Z")).to_string(), "2026-03-01");
        assert_eq!(hotel.nights_over_by(at("2026-03-02T11:00:00Z")).to_string(), "2026-03-02");
    }
}
