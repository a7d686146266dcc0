//! What a guest may ask for. What is not on this list does not exist for guests.

use orchestrators::sagas::{
    CancelBooking, CheckInGuest, CreateBooking, ManageBooking, ProcessGuestCheckout,
    SubmitGuestServiceRequest,
};
use orchestrators::tool::Toolset;
use orchestrators::tool::persona::Persona;
use skills::operations::bookings::SearchBookingsOnBehalfOfGuest;
use skills::operations::cases::SearchCasesOnBehalfOfGuest;
use skills::operations::rooms::{SearchAvailableRooms, SearchRoomsOnBehalfOfGuest};

/// The tools of the guest persona: the whole permission list.
pub fn toolset() -> Toolset {
    Toolset::new(Persona::Guest, include_str!("instructions.md"))
        // Journeys: the usual wishes, start to finish.
        .saga::<CheckInGuest>()
        .saga::<ProcessGuestCheckout>()
        .saga::<CreateBooking>()
        // A guest changes neither the room nor whom a booking belongs to.
        .saga_without::<ManageBooking>(&["room_number", "guest_email"])
        .saga_without::<CancelBooking>(&["no_show"])
        .saga::<SubmitGuestServiceRequest>()
        // Single skills: for what the journeys did not foresee.
        .skill::<SearchAvailableRooms>()
        .skill::<SearchBookingsOnBehalfOfGuest>()
        .skill::<SearchRoomsOnBehalfOfGuest>()
        .skill::<SearchCasesOnBehalfOfGuest>()
}
