//! Refusals about what is not there, or not for this caller.

use crate::error::{ErrorCode, Refusal};
use crate::words::{BookingNumber, CaseNumber, Date, Email, PaymentIntentId, RoomNumber};
use serde_json::Value;

/// No person has this e-mail.
pub fn guest_not_found(email: &Email) -> Refusal {
    Refusal::new(ErrorCode::GuestNotFound, format!("Nobody with the e-mail {email} is known to the hotel."))
        .next("Check the spelling, or create a booking for a new guest with create_booking.")
}

/// No person on the staff has this e-mail.
pub fn staff_not_found(email: &Email) -> Refusal {
    Refusal::new(ErrorCode::GuestNotFound, format!("Nobody with the e-mail {email} is known to the hotel."))
        .next("Give the e-mail of a Manager in staff_email; search_contacts finds one.")
}

/// No reservation to check in to.
pub fn reservation_not_found(who: &str, on: Option<Date>) -> Refusal {
    let when = on.map_or_else(|| "to check in to today".to_owned(), |date| format!("arriving on {date}"));
    Refusal::new(ErrorCode::ReservationNotFound, format!("{who} has no reservation {when}."))
        .next("Search the guest's bookings, or make a booking with create_booking.")
}

/// No booking of this number, or none this caller may see.
pub fn booking_not_found(booking: &BookingNumber) -> Refusal {
    Refusal::new(ErrorCode::BookingNotFound, format!("There is no booking {booking}."))
        .next("Check the number by searching the bookings.")
}

/// The guest has no stay that fits.
pub fn stay_not_found(who: &str, room: Option<&RoomNumber>) -> Refusal {
    let place = room.map_or_else(|| "in the hotel".to_owned(), |room| format!("in room {room}"));
    Refusal::new(ErrorCode::BookingNotFound, format!("{who} is not staying {place}."))
        .next("Check the guest's bookings; a reservation becomes a stay with check_in_guest.")
}

/// No such room.
pub fn room_not_found(room: &RoomNumber) -> Refusal {
    Refusal::new(ErrorCode::RoomNotFound, format!("There is no room {room}."))
        .next("Check the room number, or look for one with search_available_rooms.")
}

/// No such case.
pub fn case_not_found(case: &CaseNumber) -> Refusal {
    Refusal::new(ErrorCode::CaseNotFound, format!("There is no case {case}."))
        .next("Check the number by searching the cases.")
}

/// No such payment, or none that belongs to this guest's stay.
pub fn payment_not_found(payment: &PaymentIntentId) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentNotFound,
        format!("There is no payment {payment} for a stay of this guest."),
    )
    .next("Look the payment up with retrieve_payment_status and the booking number.")
}

/// Nothing was ever paid for this booking.
pub fn booking_not_paid(booking: &BookingNumber) -> Refusal {
    Refusal::new(ErrorCode::PaymentNotFound, format!("No payment is recorded for booking {booking}."))
        .next("A stay is charged at checkout, with process_guest_checkout.")
}

/// Several bookings fit; the candidates show how to tell them apart.
pub fn multiple_reservations(who: &str, candidates: Vec<Value>) -> Refusal {
    Refusal::new(
        ErrorCode::MultipleReservations,
        format!("{who} has {} bookings that fit.", candidates.len()),
    )
    .next("Ask which one is meant and give its booking_number or room_number.")
    .detail("candidates", candidates)
}
