//! The staff persona: what the staff may ask for. What is not on its list does not exist for staff.

mod story;

use orchestrators::sagas::{
    AssignRoom, CancelBooking, CheckInGuest, CompensateCheckoutFailure, CreateBooking, CreateCase,
    CreateContactIfNotFound, ManageBooking, ManageCase, ProcessGuestCheckout, SubmitGuestServiceRequest,
    SubmitMaintenanceRequest, UpdateRoomStatus,
};
use orchestrators::tool::{ActsFor, Finishes, Persona, audit_trail, hotel_today, saga, skill};
use skills::operations::bookings::SearchBookingsOnBehalfOfStaff;
use skills::operations::cases::SearchCasesOnBehalfOfStaff;
use skills::operations::contacts::SearchContacts;
use skills::operations::payments::RetrievePaymentStatus;
use skills::operations::rooms::{SearchAvailableRooms, SearchRoomsOnBehalfOfStaff};

/// The staff: acts for any guest, hears what the systems say, finishes everybody's calls and operates the hotel.
pub fn persona() -> Persona {
    Persona {
        name: "staff",
        instructions: include_str!("instructions.md"),
        acts_for: ActsFor {
            setting: "STAFF_EMAIL",
            argument: "staff_email",
            description: "The Manager who asks, by e-mail. Leave it out to use the one this server acts for.",
            only_themselves: false,
        },
        finishes: Finishes::Everybodys,
        hears_systems: true,
        may_not_see: &[],
        operates: true,
        tools: vec![
            // Journeys: the usual wishes, start to finish.
            saga::<CheckInGuest>(),
            saga::<ProcessGuestCheckout>(),
            saga::<CreateBooking>(),
            saga::<ManageBooking>(),
            saga::<CancelBooking>(),
            saga::<AssignRoom>(),
            saga::<SubmitGuestServiceRequest>(),
            saga::<SubmitMaintenanceRequest>(),
            saga::<ManageCase>(),
            saga::<CompensateCheckoutFailure>(),
            // Single operations: for what the journeys did not foresee.
            saga::<CreateContactIfNotFound>(),
            saga::<CreateCase>(),
            saga::<UpdateRoomStatus>(),
            hotel_today(),
            skill::<SearchAvailableRooms>(),
            skill::<SearchBookingsOnBehalfOfStaff>(),
            skill::<SearchRoomsOnBehalfOfStaff>(),
            skill::<SearchCasesOnBehalfOfStaff>(),
            skill::<SearchContacts>(),
            skill::<RetrievePaymentStatus>(),
            audit_trail(),
        ],
        story: story::story,
    }
}
