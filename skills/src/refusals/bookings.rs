//! Refusals about a booking or a case.

use crate::error::{ErrorCode, Refusal};
use crate::records::UnreadablePrice;
use crate::words::{BookingNumber, BookingStatus, CaseNumber, CaseStatus, Open};
use serde_json::{Value, json};

/// The booking changed after the saga decided what to do.
pub fn booking_moved_on(booking: &BookingNumber) -> Refusal {
    Refusal::new(
        ErrorCode::InvalidTransition,
        format!("Booking {booking} was changed by somebody else at the same time."),
    )
    .next("Search the booking for its present state, then try again.")
    .detail("booking_number", booking.as_str())
}

/// The sale's amount changed after the saga decided what to do.
pub fn sale_moved_on(booking: &BookingNumber) -> Refusal {
    Refusal::new(
        ErrorCode::InvalidTransition,
        format!(
            "The price of the sale behind booking {booking} was changed by somebody else at the same time."
        ),
    )
    .next("Search the booking for its present price, then try again.")
    .detail("booking_number", booking.as_str())
}

/// A booking made by hand lacks a field that every tool needs.
pub fn booking_incomplete(booking: &BookingNumber, missing: &[String]) -> Refusal {
    Refusal::new(
        ErrorCode::InvalidTransition,
        format!("Booking {booking} lacks {}; no tool can move it.", missing.join(", ")),
    )
    .next("Fill in what is missing in the hotel's records. A departure more than ten years away counts as missing.")
    .detail("booking_number", booking.as_str())
    .detail("incomplete", missing.to_vec())
}

/// The records' price of the booking is no amount of money.
pub fn price_unreadable(booking: &BookingNumber, price: &UnreadablePrice) -> Refusal {
    let message = format!(
        "What booking {booking} costs is not known: what the hotel's records keep as its price is no amount of money."
    );
    Refusal::new(ErrorCode::NotSetUp, message)
        .next("Have the price mended in the hotel's records (details name the field), then call again.")
        .detail("object", price.object.as_str())
        .detail("field", price.field.as_str())
        .detail("booking_number", booking.as_str())
}

/// The guest holds some of these nights already.
pub fn already_booked(who: &str, candidates: Vec<Value>) -> Refusal {
    let numbers: Vec<&str> = candidates.iter().filter_map(|row| row["booking_number"].as_str()).collect();
    let message = format!("{who} already holds some of these nights: {}.", numbers.join(", "));
    Refusal::new(ErrorCode::AlreadyBooked, message)
        .next("If a further room is meant, call again with additional_to naming every one of these bookings; else use or change the booking there is.")
        .detail("candidates", candidates)
}

/// Another call booked some of these nights for the guest at the same time.
pub fn already_booked_meanwhile(booking: &BookingNumber) -> Refusal {
    let message = format!("The guest already holds some of these nights: {booking}.");
    Refusal::new(ErrorCode::AlreadyBooked, message)
        .next("Search the guest's bookings; additional_to says that a further room is meant.")
        .detail("booking_number", booking.as_str())
}

/// A guest's own server makes at most this many open bookings.
pub fn too_many_bookings(most: u32) -> Refusal {
    Refusal::new(
        ErrorCode::TooManyBookings,
        format!("There are {most} or more open bookings for this guest already."),
    )
    .next("The front desk can make more bookings for a guest.")
    .detail("most", most)
}

/// A guest's own server leaves at most this many requests of a day open. The next day begins in so many seconds.
pub fn too_many_requests(most: u32, seconds: u64) -> Refusal {
    Refusal::new(
        ErrorCode::RateLimited,
        format!("There are {most} or more open requests of today for this guest already. Nothing was done."),
    )
    .next("The staff see to those first. What cannot wait is for the front desk, by telephone or in person.")
    .detail("most", most)
    .detail("retry_after_seconds", seconds)
}

/// The records store one amount for all open bookings of the sale: a change of this booking's nights or room (`what`)
/// would change the prices of `these`.
pub fn prices_are_shared(booking: &BookingNumber, what: &str, these: &[&BookingNumber]) -> Refusal {
    let these: Vec<&str> = these.iter().map(|number| number.as_str()).collect();
    let whose = if these.is_empty() { "other bookings".to_owned() } else { these.join(", ") };
    let message = format!(
        "The {what} of booking {booking} cannot be changed: the hotel's records keep one amount for all open bookings of its \
         sale, and the price of {whose} would change with it."
    );
    Refusal::new(ErrorCode::RecordsRefused, message)
        .next(
            "Choose a room of the same rate, or have the amount of the sale, or the hotel's price fields for bookings, set up in \
             the hotel's records, then call again.",
        )
        .detail("booking_number", booking.as_str())
        .detail("prices_that_would_change", json!(these))
}

/// The booking's status does not allow this.
pub fn booking_cannot(booking: &BookingNumber, is: &Open<BookingStatus>, wish: &str) -> Refusal {
    Refusal::new(ErrorCode::InvalidTransition, format!("Booking {booking} is {is}; it cannot be {wish}."))
        .next("Search the booking for its present state.")
        .detail("booking_number", booking.as_str())
        .detail("current_status", is.as_str())
}

/// Another call filed the same request at the same time.
pub fn same_case(case: &CaseNumber) -> Refusal {
    Refusal::new(
        ErrorCode::InvalidTransition,
        format!("Case {case} is the same request, filed at the same time."),
    )
    .next("Search the case, or name it in additional_to if a further one is meant.")
    .detail("case_number", case.as_str())
}

/// A case cannot make this move, or be edited any more.
pub fn case_cannot(case: &CaseNumber, is: &Open<CaseStatus>, wish: &str) -> Refusal {
    let next =
        if *is == CaseStatus::Closed { "Open a new case with create_case." } else { "Choose another state." };
    Refusal::new(ErrorCode::InvalidTransition, format!("Case {case} is {is}; it cannot be {wish}."))
        .next(next)
        .detail("case_number", case.as_str())
        .detail("current_status", is.as_str())
}
