//! The calls that servers are killed in: every writing tool, each with the query that counts its effects.

use serde_json::{Value, json};
use tests::day;

/// A call with a token.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) tool: &'static str,
    pub(crate) arguments: Value,
}

/// A call to be interrupted.
pub(crate) struct Scene {
    /// What must have happened for it to be possible.
    pub(crate) before: Vec<Call>,
    pub(crate) call: Call,
    /// The same wish under another token, where the hotel answers it from its own state.
    pub(crate) somebody_else: Option<Call>,
    /// How often it was done, according to the books.
    pub(crate) effects: String,
}

fn call(tool: &'static str, token: &str, arguments: &Value) -> Call {
    let mut arguments = arguments.clone();
    arguments["idempotency_token"] = format!("{token}-{tool}").into();
    Call { tool, arguments }
}

fn scene(tool: &'static str, arguments: &Value, effects: &str) -> Scene {
    Scene {
        before: vec![],
        call: call(tool, "mine", arguments),
        somebody_else: None,
        effects: effects.to_owned(),
    }
}

/// A scene whose wish, asked for by somebody else too, is answered from the hotel's state.
fn stands(tool: &'static str, arguments: &Value, effects: &str) -> Scene {
    Scene { somebody_else: Some(call(tool, "theirs", arguments)), ..scene(tool, arguments, effects) }
}

fn count(table: &str, condition: &str) -> String {
    format!("SELECT count(*) FROM {table} WHERE {condition}")
}

/// Stands for the payment that was made last.
pub(crate) const LAST_PAYMENT: &str = "the last payment";

/// A guest who has come today.
fn arrived(guest: &str, room: &str) -> Vec<Call> {
    let stay =
        json!({"guest_email": guest, "room_number": room, "check_in_date": day(0), "check_out_date": day(2)});
    vec![
        call("create_booking", guest, &stay),
        call("check_in_guest", guest, &json!({"guest_email": guest, "room_number": room})),
    ]
}

/// A checkout is undone, and the stay reopened.
fn reopening() -> Scene {
    let guest = "soojin.kim@example.com";
    let undo = json!({"payment_intent_id": LAST_PAYMENT, "guest_email": guest});
    let checkout = json!({"guest_email": guest, "payment_method_id": "pm_card_visa"});
    let effects = "SELECT count(*) FROM bookings b JOIN intents i ON i.booking = b.number JOIN refunds f ON f.intent = i.id \
                   WHERE i.guest = 'soojin.kim@example.com' AND b.status = 'Checked In'";
    let mut scene = scene("compensate_checkout_failure", &undo, effects);
    scene.call.arguments["idempotency_token"] = "reopening".into();
    scene.before = arrived(guest, "104");
    scene.before.push(call("process_guest_checkout", guest, &checkout));
    scene
}

/// A guest comes back from 3-D Secure.
fn after_authentication() -> Scene {
    let guest = "patrick.obrien@example.com";
    let checkout = json!({"guest_email": guest, "payment_method_id": "pm_card_authenticationRequired"});
    let effects = "SELECT count(*) FROM bookings b JOIN intents i ON i.booking = b.number \
                   JOIN payment_transactions t ON t.intent_id = i.id AND t.booking_id = b.id \
                   WHERE i.guest = 'patrick.obrien@example.com' AND b.status = 'Checked Out'";
    let mut scene = scene("process_guest_checkout", &checkout, effects);
    scene.call.arguments["idempotency_token"] = "authenticated".into();
    scene.before = arrived(guest, "109");
    scene.before.push(scene.call.clone());
    scene
}

/// Every writing tool once; they do not get in each other's way.
pub(crate) fn scenes() -> Vec<Scene> {
    let beth = "beth.gibbs@email.com";
    let robert = json!({"payment_intent_id": "pi_seed_0009", "guest_email": "rthompson@example.com"});
    vec![
        reopening(),
        after_authentication(),
        stands(
            "process_guest_checkout",
            &json!({"guest_email": beth, "payment_method_id": "pm_card_visa"}),
            "SELECT count(*) FROM intents i JOIN payment_transactions t ON t.intent_id = i.id AND t.kind = 'Charge' \
             JOIN bookings b ON b.id = t.booking_id AND b.status = 'Checked Out' \
             WHERE i.booking = 'BK-0001' AND i.status = 'succeeded'",
        ),
        stands(
            "check_in_guest",
            &json!({"guest_email": "sarah@example.com"}),
            &count("bookings", "number = 'BK-0003' AND status = 'Checked In'"),
        ),
        stands(
            "create_booking",
            &json!({"guest_email": "new@example.com", "guest_first_name": "New", "guest_last_name": "Guest",
                    "room_number": "100", "check_in_date": day(1), "check_out_date": day(3)}),
            "SELECT count(*) * (SELECT count(*) FROM opportunities o JOIN contacts c ON c.id = o.contact_id \
             WHERE c.email = 'new@example.com') FROM bookings b JOIN contacts c ON c.id = b.guest_id \
             WHERE c.email = 'new@example.com'",
        ),
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
        scene(
            "submit_guest_service_request",
            &json!({"guest_email": "carl.smith@example.com", "description": "Ice, please."}),
            &count("cases", "description = 'Ice, please.'"),
        ),
        scene(
            "submit_maintenance_request",
            &json!({"room_number": "108", "description": "The lamp is broken.", "take_room_out_of_use": true}),
            "SELECT count(*) FROM cases c JOIN rooms r ON r.id = c.room_id WHERE c.description = 'The lamp is broken.' \
             AND r.status = 'Maintenance'",
        ),
        scene(
            "manage_case",
            &json!({"case_number": "00001002", "status": "Working"}),
            &count("cases", "number = '00001002' AND status = 'Working'"),
        ),
        scene("compensate_checkout_failure", &robert, &count("refunds", "intent = 'pi_seed_0009'")),
        stands(
            "create_contact_if_not_found",
            &json!({"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}),
            &count("contacts", "email = 'ada@example.com'"),
        ),
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
    ]
}
