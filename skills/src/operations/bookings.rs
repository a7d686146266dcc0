//! Bookings: who has which room for which nights.

mod booking_as_seen;
mod booking_view;
mod change_booking;
mod find_booking;
mod find_bookings_of_guest;
mod find_stays_ended_since;
mod move_booking;
mod search_bookings_on_behalf_of_guest;
mod search_bookings_on_behalf_of_staff;
mod suggest_bookings;
mod suggest_own_bookings;
mod upsert_booking;

pub use booking_as_seen::BookingAsSeen;
pub use booking_view::{BookingList, BookingView};
pub use change_booking::ChangeBooking;
pub use find_booking::FindBooking;
pub use find_bookings_of_guest::FindBookingsOfGuest;
pub use find_stays_ended_since::FindStaysEndedSince;
pub use move_booking::MoveBooking;
pub use search_bookings_on_behalf_of_guest::{GuestBookingFilter, SearchBookingsOnBehalfOfGuest};
pub use search_bookings_on_behalf_of_staff::SearchBookingsOnBehalfOfStaff;
pub use suggest_bookings::SuggestBookings;
pub use suggest_own_bookings::SuggestOwnBookings;
pub use upsert_booking::UpsertBooking;
