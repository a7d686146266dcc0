//! Rules of the hotel that more than one operation checks.

use crate::error::Refusal;
use crate::records::{Room, Stay};
use crate::refusals;
use crate::words::{Date, Nights, Open, RoomNumber, RoomStatus};

/// Checks nights for a new booking: in order, not past, not longer than [`Nights::MOST`].
///
/// # Errors
/// `INVALID_DATES`, naming the field.
pub fn check_nights(nights: Nights, today: Date) -> Result<(), Refusal> {
    if nights.from < today {
        return Err(refusals::invalid_dates(
            "check_in_date",
            format!("{} is in the past.", nights.from),
            today,
        ));
    }
    check_horizon(nights.from, today)?;
    check_length(nights, today)
}

/// How many years ahead a booking may arrive.
const HORIZON: i32 = 2;

/// Checks that the rate of a room is in the currency of a stay (else the hotel's): a night is to cost it.
///
/// # Errors
/// `CURRENCY_MISMATCH`.
pub fn is_priced_alike(stay: &Stay, room: &Room, hotel: &str) -> Result<(), Refusal> {
    check_currency(room.currency.as_ref(), stay.currency.as_deref().unwrap_or(hotel))
}

/// Checks that a day of arrival is not too far ahead.
///
/// # Errors
/// `INVALID_DATES`.
pub fn check_horizon(arrives: Date, today: Date) -> Result<(), Refusal> {
    let last = today.plus_years(HORIZON);
    if arrives > last {
        let problem = format!("{arrives} is more than two years ahead; the last day of arrival is {last}.");
        return Err(refusals::invalid_dates("check_in_date", problem, today));
    }
    Ok(())
}

/// Checks nights that may begin on any day: in order and not longer than [`Nights::MOST`].
///
/// # Errors
/// `INVALID_DATES`, naming the field.
pub fn check_length(nights: Nights, today: Date) -> Result<(), Refusal> {
    let length = nights.from.days_until(nights.to);
    let problem = if length < 1 {
        format!("{} is not after check_in_date {}.", nights.to, nights.from)
    } else if length > Nights::MOST {
        format!("a stay has at most {} nights; these are {length}.", Nights::MOST)
    } else {
        return Ok(());
    };
    Err(refusals::invalid_dates("check_out_date", problem, today))
}

/// Checks that the room's state and size allow the nights: Out of Service rules out all dates, Maintenance rules out
/// arriving today.
///
/// # Errors
/// `ROOM_OUT_OF_SERVICE` or `OVER_CAPACITY`.
pub fn check_room(room: &Room, arrives: Date, guests: u8, today: Date) -> Result<(), Refusal> {
    check_state(room, arrives, today)?;
    check_capacity(room, guests)
}

/// Checks that the room's state allows arriving on a day: Out of Service rules out all days; Maintenance and an
/// unknown state rule out today.
///
/// # Errors
/// `ROOM_OUT_OF_SERVICE`.
pub fn check_state(room: &Room, arrives: Date, today: Date) -> Result<(), Refusal> {
    check_status(&room.number, &room.status, arrives, today)
}

/// Like [`check_state`], by the room's number and state.
///
/// # Errors
/// `ROOM_OUT_OF_SERVICE`.
pub(crate) fn check_status(
    room: &RoomNumber,
    status: &Open<RoomStatus>,
    arrives: Date,
    today: Date,
) -> Result<(), Refusal> {
    let closed = match status.known() {
        Some(RoomStatus::OutOfService) => true,
        None | Some(RoomStatus::Maintenance) => arrives <= today,
        Some(_) => false,
    };
    if closed { Err(refusals::room_out_of_service(room, status)) } else { Ok(()) }
}

/// Checks that this many guests fit into the room.
///
/// # Errors
/// `OVER_CAPACITY`.
pub fn check_capacity(room: &Room, guests: u8) -> Result<(), Refusal> {
    // Every room takes a guest, also one of which the records say nothing.
    if guests > room.max_occupancy.unwrap_or(1) {
        return Err(refusals::over_capacity(&room.number, guests, room.max_occupancy));
    }
    Ok(())
}

/// Checks that the records' currency, if they have one, is the hotel's.
///
/// # Errors
/// `CURRENCY_MISMATCH`.
pub fn check_currency(records: Option<&String>, hotel: &str) -> Result<(), Refusal> {
    match records.filter(|code| !code.eq_ignore_ascii_case(hotel)) {
        Some(code) => Err(refusals::currency_mismatch(code, hotel)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_years_end_on_the_same_day_of_the_calendar() {
        let day = |text: &str| Date::new(text).unwrap();
        for (today, last, beyond) in [
            ("2026-11-28", "2028-11-28", "2028-11-29"),
            ("2028-03-02", "2030-03-02", "2030-03-03"),
            ("2028-02-29", "2030-02-28", "2030-03-01"),
        ] {
            assert!(check_horizon(day(last), day(today)).is_ok(), "{today}");
            assert!(check_horizon(day(beyond), day(today)).is_err(), "{today}");
        }
    }
}
