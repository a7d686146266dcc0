//! Rules of the hotel that more than one operation checks.

use crate::error::Refusal;
use crate::refusals;
use crate::systems::crm::Room;
use crate::words::{Date, Nights, RoomStatus};

/// Nights somebody may ask for: in order, not past, not longer than [`Nights::MOST`].
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
    check_length(nights, today)
}

/// Nights in order and not longer than [`Nights::MOST`], whenever they begin.
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

/// Whether the room's state and size allow the nights: Out of Service rules out all dates, Maintenance rules
/// out arriving today.
///
/// # Errors
/// `ROOM_OUT_OF_SERVICE` or `OVER_CAPACITY`.
pub fn check_room(room: &Room, arrives: Date, guests: u8, today: Date) -> Result<(), Refusal> {
    let closed = room.status == RoomStatus::OutOfService
        || (room.status == RoomStatus::Maintenance && arrives <= today);
    if closed {
        return Err(refusals::room_out_of_service(&room.number, room.status));
    }
    check_capacity(room, guests)
}

/// Whether so many fit into the room.
///
/// # Errors
/// `OVER_CAPACITY`.
pub fn check_capacity(room: &Room, guests: u8) -> Result<(), Refusal> {
    if guests > room.max_occupancy {
        return Err(refusals::over_capacity(&room.number, guests, room.max_occupancy));
    }
    Ok(())
}

/// Whether the records, as far as they say so, keep a price in the hotel's currency.
///
/// # Errors
/// `CURRENCY_MISMATCH`.
pub fn check_currency(records: Option<&String>, hotel: &str) -> Result<(), Refusal> {
    match records.filter(|code| !code.eq_ignore_ascii_case(hotel)) {
        Some(code) => Err(refusals::currency_mismatch(code, hotel)),
        None => Ok(()),
    }
}
