//! The staff persona: what the staff may ask for. What is not on its list does not exist for staff.

mod story;

use orchestrators::sagas::{
    AssignRoom, CancelBooking, CheckInGuest, CompensateCheckoutFailure, CreateBooking, CreateCase,
    CreateContactIfNotFound, ManageBooking, ManageCase, ProcessGuestCheckout, SubmitGuestServiceRequest,
    SubmitMaintenanceRequest, UpdateRoomStatus,
};
use orchestrators::tool::{
    ActsFor, Finishes, Guidance, Manual, Persona, Prompt, audit_trail, completion, hotel_today, saga, skill,
};
use skills::Skill;
use skills::operations::bookings::{SearchBookingsOnBehalfOfStaff, SuggestBookings};
use skills::operations::cases::SearchCasesOnBehalfOfStaff;
use skills::operations::contacts::{SearchContacts, SuggestGuests};
use skills::operations::payments::RetrievePaymentStatus;
use skills::operations::rooms::{SearchAvailableRooms, SearchRoomsOnBehalfOfStaff, SuggestRooms};

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
        guidance: guidance(),
        story: story::story,
    }
}

/// What helps the staff beside the tools.
fn guidance() -> Guidance {
    Guidance {
        prompts: vec![
            Prompt::read(include_str!("../prompts/morning_briefing.md")),
            Prompt::read(include_str!("../prompts/arrivals.md")),
            Prompt::read(include_str!("../prompts/check_out_a_guest.md")),
            Prompt::read(include_str!("../prompts/needs_attention.md")),
            Prompt::read(include_str!("../prompts/end_of_day.md")),
        ],
        completions: vec![
            completion::<SuggestBookings>("booking_number", SearchBookingsOnBehalfOfStaff::NAME),
            completion::<SuggestRooms>("room_number", SearchRoomsOnBehalfOfStaff::NAME),
            completion::<SuggestGuests>("guest_email", SearchContacts::NAME),
        ],
        manual: Some(Manual::read(include_str!("../skills/hotel-front-desk/SKILL.md"))),
    }
}
