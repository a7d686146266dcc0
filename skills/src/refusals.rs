//! The texts of all refusals an agent can read; no other file has any.

use crate::error::{ErrorCode, Refusal, System};
use crate::records::UnreadablePrice;
use crate::systems::payments::{CLOSING_REFUSED, Decline, Intent, Refund};
use crate::systems::said::Said;
use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, Cents, ContactType, Date, Email, Open,
    PaymentIntentId, RoomNumber, RoomStatus,
};
use serde_json::{Value, json};

/// An argument is missing or invalid. `allowed` is left out when the rule is clear without it.
pub fn invalid_argument(field: &str, problem: &str, allowed: Option<Value>) -> Refusal {
    let refusal = Refusal::new(ErrorCode::ValidationError, format!("{field}: {problem}"))
        .next("Correct the argument and call again; nothing was done.")
        .detail("field", field);
    match allowed {
        Some(allowed) => refusal.detail("allowed", allowed),
        None => refusal,
    }
}

/// A change names nothing to change.
pub fn nothing_to_change(fields: &[&str]) -> Refusal {
    Refusal::new(
        ErrorCode::ValidationError,
        format!("Nothing to change: give at least one of {}.", fields.join(", ")),
    )
    .next("Say what to change and call again; nothing was done.")
    .detail("allowed", json!(fields))
}

/// Dates that can be parsed but not booked.
pub fn invalid_dates(field: &str, problem: impl std::fmt::Display, today: Date) -> Refusal {
    Refusal::new(ErrorCode::InvalidDates, format!("{field}: {problem}"))
        .next("Ask for other dates.")
        .detail("field", field)
        .detail("today", today.to_string())
}

/// The call of a guest's server names another person.
pub fn not_yours() -> Refusal {
    Refusal::new(ErrorCode::NotYours, "This server acts for one guest, and that is not the guest named.")
        .next("Leave guest_email out.")
        .detail("field", "guest_email")
}

/// A person is being asked; until there is a yes, nothing is done.
pub fn is_being_asked(question: &str) -> Refusal {
    not_confirmed("asked", format!("The person has to agree first. {question} Nothing was done."))
        .next("Wait for the person's answer.")
}

/// The person was asked and did not agree: said no, or sent the question away.
pub fn person_said_no(dismissed: bool) -> Refusal {
    let (reason, what) =
        if dismissed { ("dismissed", "did not answer the question") } else { ("declined", "said no") };
    not_confirmed(reason, format!("The person was asked and {what}. Nothing was done."))
        .next("Do not call again by yourself; ask the person what they want.")
}

/// The bank's page was offered to the person, who did not open it. The payment still waits for the bank.
pub fn page_not_opened(dismissed: bool, token: &str) -> Refusal {
    let (reason, what) =
        if dismissed { ("dismissed", "did not open") } else { ("declined", "declined to open") };
    not_confirmed(reason, format!("The person {what} the bank's page. Nothing was charged; the payment still waits for the bank."))
        .next("Ask the person what they want: to go on takes the same idempotency_token, another card a new one or none.")
        .detail("idempotency_token", token)
}

/// A person must be asked, and this client cannot ask.
pub fn client_cannot_ask() -> Refusal {
    let why = "This hotel asks a person before this is done (HOTEL_CONFIRM=always), and this client cannot ask. Nothing was done.";
    not_confirmed("client_cannot_ask", why)
        .next("Use a client that can ask (it declares elicitation), or the front desk.")
}

fn not_confirmed(reason: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::NotConfirmed, message).detail("reason", reason)
}

/// The client cancelled the call before it had an effect.
pub fn cancelled() -> Refusal {
    Refusal::new(
        ErrorCode::Cancelled,
        "The client cancelled this call before anything was changed. Nothing was done.",
    )
    .next("Call again with the same idempotency_token if it is still wanted.")
}

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

/// The person is known but of another type than this needs.
pub fn invalid_contact_type(email: &Email, is: &Open<ContactType>, needed: ContactType) -> Refusal {
    Refusal::new(ErrorCode::InvalidContactType, format!("{email} is a {is}; this needs a {needed}."))
        .next(format!("Name a contact whose type is {needed}."))
        .detail("contact_type", is.as_str())
        .detail("required_contact_type", needed.as_str())
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

/// More guests than the room takes.
pub fn over_capacity(room: &RoomNumber, guests: u8, most: u8) -> Refusal {
    Refusal::new(
        ErrorCode::OverCapacity,
        format!("Room {room} takes at most {most} guests; {guests} were asked for."),
    )
    .next("Find a larger room with search_available_rooms and number_of_guests.")
    .detail("room_number", room.as_str())
    .detail("max_occupancy", most)
}

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
    .next("Fill in what is missing in the hotel's records.")
    .detail("booking_number", booking.as_str())
    .detail("incomplete", missing.to_vec())
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

/// The amount given is not what the stay costs.
pub fn amount_mismatch(given: Cents, folio: Cents, currency: &str) -> Refusal {
    Refusal::new(
        ErrorCode::AmountMismatch,
        format!("The stay costs {folio} {currency}, not {given}; nothing was charged."),
    )
    .next("Tell the guest the right amount; call again with it, or without amount_cents.")
    .detail("folio_cents", folio.0)
    .detail("amount_cents", given.0)
}

/// The records use another currency than the hotel.
pub fn currency_mismatch(records: &str, hotel: &str) -> Refusal {
    let (records, hotel) = (records.to_uppercase(), hotel.to_uppercase());
    Refusal::new(
        ErrorCode::CurrencyMismatch,
        format!(
            "The hotel's records are in {records}, but this server charges in {hotel}. Nothing was charged."
        ),
    )
    .next("Whoever runs the hotel must set HOTEL_CURRENCY to the currency of its records.")
    .detail("currency_of_records", records)
    .detail("currency", hotel)
}

/// The card was declined, or the payment cannot go on.
pub fn payment_failed(decline: &Decline) -> Refusal {
    let mut refusal = Refusal::new(
        ErrorCode::PaymentFailed,
        format!("{} Nothing was charged and the stay is still open.", decline.message),
    )
    .next("Ask for another payment method and call again.")
    .detail("code", decline.code.as_str());
    if let Some(decline_code) = &decline.decline_code {
        refusal = refusal.detail("decline_code", decline_code.as_str());
    }
    refusal
}

/// The card was declined, for a reason that its holder's agent must not see.
pub fn card_declined() -> Refusal {
    payment_failed(&Decline {
        code: "card_declined".to_owned(),
        decline_code: Some("generic_decline".to_owned()),
        message: "The card was declined.".to_owned(),
    })
}

/// The amount cannot be charged to a card: zero, too small, or too large.
pub fn amount_not_chargeable(amount: Cents, currency: &str, code: &str) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentFailed,
        format!(
            "No card can be charged {amount} {currency}. Nothing was charged and the stay is still open."
        ),
    )
    .next("Another payment method changes nothing: ask the staff to look at the price of the stay.")
    .detail("code", code)
}

/// The payment began too long ago to be sent again.
pub fn payment_lapsed() -> Refusal {
    payment_failed(&Decline {
        code: "payment_lapsed".to_owned(),
        decline_code: None,
        message: "The payment was begun too long ago and did not take place.".to_owned(),
    })
}

/// The guest was asked to authenticate and did not.
pub fn payment_not_authenticated() -> Refusal {
    payment_failed(&Decline {
        code: "payment_intent_authentication_failure".to_owned(),
        decline_code: Some("authentication_required".to_owned()),
        message: "The bank's request to authenticate was not answered in time.".to_owned(),
    })
}

/// The payment method does not exist.
pub fn no_such_payment_method() -> Refusal {
    invalid_argument("payment_method_id", "there is no such payment method", None)
}

/// The bank asks the guest to authenticate.
pub fn payment_action_required(payment: &PaymentIntentId, url: &str) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentActionRequired,
        "The bank asks the guest to confirm the payment. Nothing has been charged yet.",
    )
    .next("Have the guest open details.next_action_url, then call again with the same idempotency_token.")
    .detail("payment_intent_id", payment.as_str())
    .detail("next_action_url", url)
}

/// Nothing was paid, so nothing can be refunded.
pub fn payment_not_refundable(payment: &PaymentIntentId, status: &str) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentNotRefundable,
        format!("Payment {payment} was never paid; it is {status}."),
    )
    .next("There is nothing to refund.")
    .detail("payment_status", status)
}

/// It was paid, and the processor refuses to refund it.
pub fn refund_refused(payment: &PaymentIntentId, status: &str, code: &str) -> Refusal {
    let why = match code {
        "charge_disputed" => "the guest has disputed it, and their bank decides whose money it is",
        _ => "the payment processor refuses to",
    };
    Refusal::new(ErrorCode::PaymentNotRefundable, format!("Payment {payment} cannot be given back: {why}."))
        .next("Nothing was changed. Staff: look at the payment in the processor's own dashboard.")
        .detail("payment_status", status)
        .detail("code", code)
}

/// The payment has already been refunded.
pub fn already_refunded(payment: &PaymentIntentId) -> Refusal {
    Refusal::new(ErrorCode::AlreadyRefunded, format!("Payment {payment} has already been refunded."))
        .next("See what was done with search_tool_calls or retrieve_payment_status.")
        .detail("payment_intent_id", payment.as_str())
}

/// A refund was asked for twice and failed both times.
pub fn refund_failed(payment: &PaymentIntentId, refund: &Refund) -> Refusal {
    let reason = refund.failure_reason.as_deref().unwrap_or("no reason was given");
    let message = format!(
        "The refund of {} could not be placed ({reason}): payment {payment} is still with the hotel.",
        refund.amount
    );
    Refusal::new(ErrorCode::NeedsAttention, message)
        .next("Staff: give the money back in the processor's own dashboard, or another way.")
        .detail("payment_intent_id", payment.as_str())
        .detail("refund_id", refund.id.as_str())
        .detail("refund_status", refund.status.as_str())
        .detail("failure_reason", reason)
}

/// The refund of an earlier payment is pending: nothing else is charged until it has arrived.
pub fn refund_pending(payment: &PaymentIntentId, refund: &Refund, currency: &str) -> Refusal {
    let message = format!(
        "A refund of {} {currency} for this stay is on its way back to the guest and has not arrived. Nothing was charged; \
         the stay costs no further night meanwhile.",
        refund.amount
    );
    let mut refusal = Refusal::new(ErrorCode::RefundPending, message)
        .next("Check out again once it has arrived; retrieve_payment_status shows it.")
        .detail("payment_intent_id", payment.as_str())
        .detail("refund_id", refund.id.as_str())
        .detail("amount_cents", refund.amount.0);
    if let Some(since) = &refund.since {
        refusal = refusal.detail("since", since.as_str());
    }
    refusal
}

/// An earlier payment of the stay is disputed or partly refunded: a person must decide what the guest owes.
pub fn payment_in_question(intent: &Intent) -> Refusal {
    let is = if intent.disputed { "is disputed" } else { "has gone back in part" };
    let message = format!("A payment of {} for this stay {is}. Nothing was charged.", intent.amount);
    Refusal::new(ErrorCode::NeedsAttention, message)
        .next("Staff: see retrieve_payment_status; settle it in the processor's dashboard, then check out again.")
        .detail("payment_intent_id", intent.id.as_str())
        .detail("disputed", intent.disputed)
        .detail("refunded_cents", intent.refunded().0)
}

/// A payment is due, and no payment method was given.
pub fn payment_method_missing(folio: Cents, currency: &str) -> Refusal {
    let problem = format!("{folio} {currency} is due; say what to charge");
    invalid_argument("payment_method_id", &problem, None)
}

/// A new card or price has replaced the payment that waited for the guest.
pub fn payment_replaced() -> Refusal {
    payment_failed(&Decline {
        code: "payment_intent_canceled".to_owned(),
        decline_code: None,
        message: "This payment was given up: another card or another price took its place.".to_owned(),
    })
}

/// The hotel's records refused to close a stay that had been charged, twice.
pub fn closing_refused_twice(booking: &BookingNumber) -> Refusal {
    let message = format!(
        "The hotel's records refused to close booking {booking} after it had been charged, more than once; each time the \
         money was given back. It is not charged again."
    );
    Refusal::new(ErrorCode::NeedsAttention, message)
        .next("Staff: mend what the records refuse, then run reconcile --resolve with this call's token, and check out again.")
        .detail("booking_number", booking.as_str())
        .detail("why", CLOSING_REFUSED)
}

/// A payment and its stay do not agree.
pub fn checkout_cannot_be_finished(payment: &PaymentIntentId, why: &str) -> Refusal {
    let message = format!("The checkout paid with {payment} cannot be finished: {why}.");
    Refusal::new(ErrorCode::InvalidTransition, message)
        .next("Refund the payment with compensate_checkout_failure.")
        .detail("payment_intent_id", payment.as_str())
}

/// The token was already used for another request.
pub fn token_reused(tool: &str) -> Refusal {
    Refusal::new(
        ErrorCode::IdempotencyTokenReused,
        format!("This idempotency_token already stands for another call of {tool}."),
    )
    .next("Use a new token for a new request, or leave it out.")
    .detail("field", "idempotency_token")
}

/// The system refuses the change: a rule of its own, a trigger, a locked record, a missing right. Nothing was done.
/// Its own code and message are for the staff.
pub fn records_refused(system: System, said: &Said) -> Refusal {
    let message = format!("This is refused by {}.", system.name());
    let next = "Calling again changes nothing. Staff: details.system_message says why; whoever runs the system can mend it.";
    in_its_words(Refusal::new(ErrorCode::RecordsRefused, message).next(next), said)
}

/// A needed field, object, picklist value or permission is missing. Nothing was done.
pub fn not_set_up(system: System, said: &Said) -> Refusal {
    let message = format!("The set-up of {} lacks what this needs.", system.name());
    let next = "Calling again changes nothing. Staff: details names what is missing; whoever connected the system can mend \
                it, and staff-server doctor says how.";
    in_its_words(Refusal::new(ErrorCode::NotSetUp, message).next(next), said)
}

fn in_its_words(refusal: Refusal, said: &Said) -> Refusal {
    let words = [
        ("system_code", Some(&said.code)),
        ("system_message", Some(&said.message)),
        ("object", said.object.as_ref()),
        ("field", said.field.as_ref()),
    ];
    let given =
        words.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?)));
    given.fold(refusal, |refusal, (name, text)| refusal.detail(name, text.as_str()))
}
