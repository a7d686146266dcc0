//! Refusals about a room: its state, its nights, its price.

use crate::error::{ErrorCode, Refusal};
use crate::words::{Open, RoomNumber, RoomStatus};

/// A guest who arrives needs a vacant room.
pub fn room_not_vacant(room: &RoomNumber, status: &Open<RoomStatus>) -> Refusal {
    let Some(known) = status.known() else {
        return Refusal::new(
            ErrorCode::RoomNotVacant,
            format!("Room {room} is not vacant: its status is {status}."),
        )
        .next("See what that status means at this hotel, or move the booking with assign_room.")
        .detail("room_number", room.as_str())
        .detail("room_status", status.as_str());
    };
    let (is, next) = match known {
        RoomStatus::Cleaning => {
            ("being cleaned", "Ask housekeeping to finish, or move the booking with assign_room.")
        }
        RoomStatus::Occupied => {
            ("still occupied", "Wait until it is free, or move the booking with assign_room.")
        }
        RoomStatus::Maintenance => ("under maintenance", "Move the booking with assign_room."),
        RoomStatus::OutOfService => ("out of service", "Move the booking with assign_room."),
        RoomStatus::Vacant => ("not free any more", "Search the room's bookings, then try again."),
    };
    Refusal::new(ErrorCode::RoomNotVacant, format!("Room {room} is {is}."))
        .next(next)
        .detail("room_number", room.as_str())
        .detail("room_status", status.as_str())
}

/// Somebody else holds one of the nights.
pub fn room_already_booked(room: &RoomNumber) -> Refusal {
    Refusal::new(
        ErrorCode::RoomAlreadyBooked,
        format!("Room {room} is already booked for some of these nights."),
    )
    .next("Find a free room with search_available_rooms, or ask for other dates.")
    .detail("room_number", room.as_str())
}

/// The room's state rules the nights out.
pub fn room_out_of_service(room: &RoomNumber, status: &Open<RoomStatus>) -> Refusal {
    let is = match status.known() {
        Some(RoomStatus::OutOfService) => "out of service".to_owned(),
        Some(_) => "under maintenance today".to_owned(),
        None => format!("not available today: its status is {status}"),
    };
    Refusal::new(ErrorCode::RoomOutOfService, format!("Room {room} is {is}."))
        .next("Find a free room with search_available_rooms.")
        .detail("room_number", room.as_str())
        .detail("room_status", status.as_str())
}

/// More guests than the room takes, or more than one where nobody knows how many it takes.
pub fn over_capacity(room: &RoomNumber, guests: u8, most: Option<u8>) -> Refusal {
    let message = match most {
        Some(most) => format!("Room {room} takes at most {most} guests; {guests} were asked for."),
        None => format!(
            "The hotel's records do not say how many guests room {room} takes; {guests} were asked for."
        ),
    };
    let refusal = Refusal::new(ErrorCode::OverCapacity, message)
        .next("Find a larger room with search_available_rooms and number_of_guests.")
        .detail("room_number", room.as_str());
    match most {
        Some(most) => refusal.detail("max_occupancy", most),
        None => refusal,
    }
}

/// The room has no price.
pub fn room_not_for_sale(room: &RoomNumber) -> Refusal {
    Refusal::new(ErrorCode::RoomNotForSale, format!("Room {room} has no price, so it is not for sale."))
        .next("Find another room with search_available_rooms; the hotel's records must say what a night in it costs.")
        .detail("room_number", room.as_str())
}

/// A night that was stayed has no price, because the room has none.
pub fn room_without_rate(room: &RoomNumber) -> Refusal {
    Refusal::new(
        ErrorCode::NotSetUp,
        format!("Room {room} has no price, so what the stay costs is not known. Nothing was charged."),
    )
    .next("Have the room's price of a night set in the hotel's records, then call again.")
    .detail("object", format!("room {room}"))
    .detail("field", "nightly rate")
    .detail("room_number", room.as_str())
}

/// A room cannot make this move.
pub fn room_cannot(room: &RoomNumber, is: &Open<RoomStatus>, wish: RoomStatus) -> Refusal {
    let next = if is.known().is_none() {
        "Nobody but the people who use that status move a room out of it: set it in the hotel's records."
    } else if *is == RoomStatus::Occupied || wish == RoomStatus::Occupied {
        "Only check_in_guest, process_guest_checkout and assign_room move a room into or out of Occupied."
    } else {
        "Move it through a state in between, such as Cleaning or Maintenance."
    };
    Refusal::new(ErrorCode::InvalidTransition, format!("Room {room} is {is}; it cannot become {wish}."))
        .next(next)
        .detail("room_number", room.as_str())
        .detail("current_status", is.as_str())
}
