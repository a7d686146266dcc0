//! The scenes in which servers are killed and faults are injected: every writing tool, in every variant that takes
//! different steps. Each scene has what must have happened before, and the query that counts its effects. A further scene
//! is one line of [`scenes`].

use crate::{day, with};
use serde_json::{Value, json};

mod checkouts;

/// A call with a token.
#[derive(Debug, Clone)]
pub struct Call {
    /// The tool.
    pub tool: &'static str,
    /// Its arguments, the token among them.
    pub arguments: Value,
    /// The faults (`HOTEL_FAULTS`) injected while it is made, if the scene begins with something unfinished.
    pub faults: &'static str,
}

impl Call {
    /// Its token.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn token(&self) -> &str {
        self.arguments["idempotency_token"].as_str().expect("a token")
    }
}

/// A scene: a call to interrupt.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The tool and, if it has several variants, which.
    pub name: String,
    /// The calls that must have been made before.
    pub before: Vec<Call>,
    /// The call.
    pub call: Call,
    /// The same request under another token, if the hotel answers it from its own state.
    pub somebody_else: Option<Call>,
    /// The guest whose guest-server makes the call; none means staff-server.
    pub guest: Option<&'static str>,
    /// The query that counts how often it was done.
    pub effects: String,
    /// Whether it may run in one hotel with all the others.
    pub shares_the_hotel: bool,
    /// A step that may be refused and then leaves the saga another way to succeed, with the number of effects that this way
    /// has.
    pub detour: Option<(&'static str, String)>,
    /// Steps after an effect that cannot be undone: a refusal there needs a person.
    pub past_return: &'static [&'static str],
}

impl Scene {
    /// A variant of the tool, with a name and a hotel of its own.
    fn titled(mut self, title: &str) -> Self {
        self.name = format!("{}: {title}", self.call.tool);
        self.call.arguments["idempotency_token"] = format!("mine-{}", title.replace([' ', ','], "-")).into();
        self.shares_the_hotel = false;
        self
    }

    /// Lets it run in one hotel with the others all the same.
    fn beside_the_others(mut self) -> Self {
        self.shares_the_hotel = true;
        self
    }

    /// Adds the calls that must have been made before.
    fn after(mut self, before: Vec<Call>) -> Self {
        self.before = before;
        self
    }

    /// Lets the guest's own agent make the call.
    fn on_the_guest_server_of(mut self, guest: &'static str) -> Self {
        self.guest = Some(guest);
        self
    }
}

fn call(tool: &'static str, token: &str, arguments: &Value) -> Call {
    let mut arguments = arguments.clone();
    arguments["idempotency_token"] = format!("{token}-{tool}").into();
    Call { tool, arguments, faults: "" }
}

fn scene(tool: &'static str, arguments: &Value, effects: &str) -> Scene {
    Scene {
        name: tool.to_owned(),
        before: vec![],
        call: call(tool, "mine", arguments),
        somebody_else: None,
        guest: None,
        effects: effects.to_owned(),
        shares_the_hotel: true,
        detour: None,
        past_return: &[],
    }
}

/// A scene whose request, if somebody else makes it too, is answered from the hotel's state.
fn stands(tool: &'static str, arguments: &Value, effects: &str) -> Scene {
    Scene { somebody_else: Some(call(tool, "theirs", arguments)), ..scene(tool, arguments, effects) }
}

fn count(table: &str, condition: &str) -> String {
    format!("SELECT count(*) FROM {table} WHERE {condition}")
}

/// A placeholder for the payment that was made last.
pub const LAST_PAYMENT: &str = "the last payment";

/// A guest who has checked in today.
fn arrived(guest: &str, room: &str) -> Vec<Call> {
    let stay =
        json!({"guest_email": guest, "room_number": room, "check_in_date": day(0), "check_out_date": day(2)});
    vec![
        call("create_booking", guest, &stay),
        call("check_in_guest", guest, &json!({"guest_email": guest, "room_number": room})),
    ]
}

/// Every writing tool in every variant.
#[must_use]
pub fn scenes() -> Vec<Scene> {
    let mut all = checkouts::scenes();
    let wish = json!({"room_number": "100", "check_in_date": day(1), "check_out_date": day(3)});
    let new =
        json!({"guest_email": "new@example.com", "guest_first_name": "New", "guest_last_name": "Guest"});
    let known = json!({"guest_email": "maria.garcia@example.com"});
    let repair = json!({"room_number": "108", "description": "The lamp is broken."});
    let ice = json!({"guest_email": "carl.smith@example.com", "description": "Ice, please."});
    all.extend([
        stands(
            "check_in_guest",
            &json!({"guest_email": "sarah@example.com"}),
            &count("bookings", "number = 'BK-0003' AND status = 'Checked In'"),
        ),
        stands("check_in_guest", &json!({"booking_number": "BK-0003"}), &count("bookings", "number = 'BK-0003' AND status = 'Checked In'"))
            .titled("by the guest")
            .on_the_guest_server_of("sarah@example.com"),
        stands(
            "create_booking",
            &with(wish.clone(), new),
            "SELECT count(*) * (SELECT count(*) FROM opportunities o JOIN contacts c ON c.id = o.contact_id \
             WHERE c.email = 'new@example.com') FROM bookings b JOIN contacts c ON c.id = b.guest_id \
             WHERE c.email = 'new@example.com'",
        ),
        stands(
            "create_booking",
            &with(wish, known),
            "SELECT count(*) FROM bookings b JOIN contacts c ON c.id = b.guest_id JOIN rooms r ON r.id = b.room_id \
             WHERE c.email = 'maria.garcia@example.com' AND r.number = '100'",
        )
        .titled("a known guest"),
        scene(
            "manage_booking",
            &json!({"booking_number": "BK-0008", "check_out_date": day(28)}),
            &format!("SELECT check_out = '{}' FROM bookings WHERE number = 'BK-0008'", day(28)),
        ),
        scene(
            "cancel_booking",
            &json!({"booking_number": "BK-0007"}),
            &count("bookings", "number = 'BK-0007' AND status = 'Cancelled'"),
        ),
        scene(
            "assign_room",
            &json!({"booking_number": "BK-0002", "room_number": "105"}),
            "SELECT count(*) FROM bookings b JOIN rooms r ON r.id = b.room_id WHERE b.number = 'BK-0002' \
             AND r.number = '105' AND (SELECT status FROM rooms WHERE number = '101') = 'Cleaning'",
        ),
        scene("submit_guest_service_request", &ice, &count("cases", "description = 'Ice, please.'")),
        scene(
            "submit_guest_service_request",
            &json!({"description": "Ice, please."}),
            &count("cases", "description = 'Ice, please.' AND origin = 'Web'"),
        )
        .titled("by the guest")
        .on_the_guest_server_of("carl.smith@example.com"),
        scene(
            "submit_maintenance_request",
            &with(repair.clone(), json!({"take_room_out_of_use": true})),
            "SELECT count(*) FROM cases c JOIN rooms r ON r.id = c.room_id WHERE c.description = 'The lamp is broken.' \
             AND r.status = 'Maintenance'",
        ),
        scene("submit_maintenance_request", &repair, &count("cases", "description = 'The lamp is broken.'"))
            .titled("the room stays in use"),
        scene(
            "manage_case",
            &json!({"case_number": "00001002", "status": "Working"}),
            &count("cases", "number = '00001002' AND status = 'Working'"),
        ),
        scene(
            "manage_case",
            &json!({"case_number": "00001001", "status": "Closed", "priority": "Low"}),
            &count("cases", "number = '00001001' AND status = 'Closed' AND priority = 'Low'"),
        )
        .titled("edited and closed"),
        stands(
            "create_contact_if_not_found",
            &json!({"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}),
            &count("contacts", "email = 'ada@example.com'"),
        ),
        scene(
            "create_contact_if_not_found",
            &json!({"email": "sarah@example.com", "first_name": "Sarah", "last_name": "Johnson"}),
            &count("contacts", "email = 'sarah@example.com'"),
        )
        .titled("somebody known"),
        scene(
            "create_case",
            &json!({"room_number": "110", "type": "Housekeeping", "description": "Towels."}),
            &count("cases", "description = 'Towels.'"),
        ),
        scene(
            "update_room_status",
            &json!({"room_number": "106", "status": "Vacant"}),
            &count("rooms", "number = '106' AND status = 'Vacant'"),
        ),
    ]);
    all
}
