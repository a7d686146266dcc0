//! The hotel's zone and its hours.

use super::error::SettingError;
use super::error::wrong;
use super::values::Get;
use crate::Calendar;
use jiff::civil::{Time, time};
use jiff::tz::TimeZone;

const CHECKOUT: &str = "HOTEL_CHECKOUT_TIME";
const DAY_STARTS: &str = "HOTEL_DAY_STARTS_AT";

pub(super) fn calendar(get: &impl Get) -> Result<Calendar, SettingError> {
    let timezone = match get("HOTEL_TIMEZONE") {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(&name)
            .map_err(|_| wrong("HOTEL_TIMEZONE", "give an IANA time zone such as Europe/Berlin"))?,
    };
    let checkout_time = hour(get, CHECKOUT, time(11, 0, 0, 0))?;
    let day_starts_at = hour(get, DAY_STARTS, time(0, 0, 0, 0))?;
    if day_starts_at > time(12, 0, 0, 0) {
        return Err(wrong(DAY_STARTS, "the hotel's day begins at 12:00 at the latest, such as 04:00"));
    }
    if day_starts_at >= checkout_time {
        let shown = checkout_time.strftime("%H:%M");
        return Err(wrong(DAY_STARTS, format!("must be before {CHECKOUT}, which is {shown}")));
    }
    Ok(Calendar { timezone, checkout_time, day_starts_at })
}

/// `HH:MM`, and nothing else: a wrong guess would shift an hour of every day to the wrong date.
fn hour(get: &impl Get, variable: &'static str, usual: Time) -> Result<Time, SettingError> {
    let Some(text) = get(variable) else { return Ok(usual) };
    let read = Time::strptime("%H:%M", &text).ok();
    read.filter(|time| time.strftime("%H:%M").to_string() == text)
        .ok_or_else(|| wrong(variable, "give hours and minutes as HH:MM, from 00:00 to 23:59"))
}
