//! The guest persona: what a guest may ask for. What is not on its list does not exist for guests.

mod story;

use orchestrators::sagas::{
    CancelBooking, CheckInGuest, CreateBooking, ManageBooking, ProcessGuestCheckout,
    SubmitGuestServiceRequest,
};
use orchestrators::tool::{ActsFor, Finishes, Guidance, Manual, Persona, Prompt, completion, saga, skill};
use skills::Skill;
use skills::operations::bookings::{SearchBookingsOnBehalfOfGuest, SuggestOwnBookings};
use skills::operations::cases::SearchCasesOnBehalfOfGuest;
use skills::operations::rooms::{SearchAvailableRooms, SearchRoomsOnBehalfOfGuest, SuggestOwnRooms};

/// A guest: acts for exactly one, and hears nothing of the systems behind the hotel.
pub fn persona() -> Persona {
    Persona {
        name: "guest",
        instructions: include_str!("instructions.md"),
        acts_for: ActsFor {
            setting: "GUEST_EMAIL",
            argument: "guest_email",
            description: "Leave it out: this server acts for its own guest.",
            only_themselves: true,
        },
        finishes: Finishes::Its,
        hears_systems: false,
        may_not_see: &[],
        operates: false,
        tools: vec![
            // Journeys: the usual wishes, start to finish.
            saga::<CheckInGuest>(),
            saga::<ProcessGuestCheckout>(),
            saga::<CreateBooking>(),
            // A guest changes neither the room nor whom a booking belongs to.
            saga::<ManageBooking>().without(&["room_number", "guest_email"]),
            saga::<CancelBooking>().without(&["no_show"]),
            saga::<SubmitGuestServiceRequest>(),
            // Single reads: for what the journeys did not foresee.
            skill::<SearchAvailableRooms>(),
            skill::<SearchBookingsOnBehalfOfGuest>(),
            skill::<SearchRoomsOnBehalfOfGuest>(),
            skill::<SearchCasesOnBehalfOfGuest>(),
        ],
        guidance: guidance(),
        story: story::story,
    }
}

/// What helps a guest beside the tools.
fn guidance() -> Guidance {
    Guidance {
        prompts: vec![
            Prompt::read(include_str!("../prompts/arriving.md")),
            Prompt::read(include_str!("../prompts/leaving.md")),
            Prompt::read(include_str!("../prompts/something_is_broken.md")),
        ],
        completions: vec![
            completion::<SuggestOwnBookings>("booking_number", SearchBookingsOnBehalfOfGuest::NAME),
            completion::<SuggestOwnRooms>("room_number", SearchRoomsOnBehalfOfGuest::NAME),
        ],
        manual: Some(Manual::read(include_str!("../skills/hotel-guest-service/SKILL.md"))),
    }
}
