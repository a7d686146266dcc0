//! A third persona, as a hotel would add it: housekeeping sees rooms and cases, and nobody's name, e-mail or phone. It is a
//! value and a main; nothing else in the workspace knows it.
//!
//!     cargo run -p tests --example housekeeping-server -- tools

use orchestrators::demo::{Shown, Step, Story};
use orchestrators::sagas::{ManageCase, SubmitMaintenanceRequest, UpdateRoomStatus};
use orchestrators::tool::{ActsFor, Finishes, Guidance, Manual, Persona, Prompt, completion, saga, skill};
use serde_json::json;
use skills::Skill;
use skills::operations::cases::SearchCasesOnBehalfOfStaff;
use skills::operations::rooms::{SearchRoomsOnBehalfOfStaff, SuggestRooms};
use std::process::ExitCode;

fn main() -> ExitCode {
    orchestrators::cli::main("housekeeping-server", persona())
}

fn persona() -> Persona {
    Persona {
        name: "housekeeping",
        instructions: "Rooms and what is to be done in them. Nobody's name, e-mail or phone is shown here.",
        acts_for: ActsFor {
            setting: "HOUSEKEEPING_EMAIL",
            argument: "staff_email",
            description: "The e-mail of the Manager who asks. Leave it out to use the one this server acts for.",
            only_themselves: false,
        },
        finishes: Finishes::Its,
        hears_systems: false,
        may_not_see: &["guest_email", "guest_name", "guest_phone"],
        operates: false,
        tools: vec![
            skill::<SearchRoomsOnBehalfOfStaff>(),
            skill::<SearchCasesOnBehalfOfStaff>().without(&["guest_email"]),
            saga::<UpdateRoomStatus>(),
            saga::<ManageCase>(),
            saga::<SubmitMaintenanceRequest>(),
        ],
        guidance: Guidance {
            prompts: vec![Prompt::read(include_str!("rooms_to_clean.md"))],
            completions: vec![completion::<SuggestRooms>("room_number", SearchRoomsOnBehalfOfStaff::NAME)],
            manual: Some(Manual::read(include_str!("skills/hotel-housekeeping/SKILL.md"))),
        },
        story,
    }
}

fn story() -> Story {
    Story {
        teller: "housekeeping",
        about: "\"Room 101 is clean.\"",
        environment: [("HOUSEKEEPING_EMAIL", "manager@dewyhotel.com")],
        steps: vec![Step {
            name: "cleaning",
            said: "Housekeeping: \"Which rooms are to be cleaned?\"",
            tool: "search_rooms_on_behalf_of_staff",
            arguments: |_| json!({"status_filter": "Cleaning"}),
            refused: None,
            expected: vec![],
            shown: Shown::Rows("rooms", &["room_number", "floor", "status"]),
            notice: "Rooms without anybody's name.",
        }],
    }
}
