//! What the staff may ask for. What is not on this list does not exist for staff.

use orchestrators::sagas::{
    AssignRoom, CancelBooking, CheckInGuest, CompensateCheckoutFailure, CreateBooking, CreateCase,
    CreateContactIfNotFound, ManageBooking, ManageCase, ProcessGuestCheckout, SubmitGuestServiceRequest,
    SubmitMaintenanceRequest, UpdateRoomStatus,
};
use orchestrators::tool::Toolset;
use orchestrators::tool::persona::Persona;
use skills::operations::bookings::SearchBookingsOnBehalfOfStaff;
use skills::operations::cases::SearchCasesOnBehalfOfStaff;
use skills::operations::contacts::SearchContacts;
use skills::operations::payments::RetrievePaymentStatus;
use skills::operations::rooms::{SearchAvailableRooms, SearchRoomsOnBehalfOfStaff};

/// The tools of the staff persona: the whole permission list.
pub fn toolset() -> Toolset {
    Toolset::new(Persona::Staff, include_str!("instructions.md"))
        // Journeys: the usual wishes, start to finish.
        .saga::<CheckInGuest>()
        .saga::<ProcessGuestCheckout>()
        .saga::<CreateBooking>()
        .saga::<ManageBooking>()
        .saga::<CancelBooking>()
        .saga::<AssignRoom>()
        .saga::<SubmitGuestServiceRequest>()
        .saga::<SubmitMaintenanceRequest>()
        .saga::<ManageCase>()
        .saga::<CompensateCheckoutFailure>()
        // Single operations: for what the journeys did not foresee.
        .saga::<CreateContactIfNotFound>()
        .saga::<CreateCase>()
        .saga::<UpdateRoomStatus>()
        .skill::<SearchAvailableRooms>()
        .skill::<SearchBookingsOnBehalfOfStaff>()
        .skill::<SearchRoomsOnBehalfOfStaff>()
        .skill::<SearchCasesOnBehalfOfStaff>()
        .skill::<SearchContacts>()
        .skill::<RetrievePaymentStatus>()
        .audit_trail()
}
