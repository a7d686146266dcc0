//! What agents wish for: every tool, most of it about the same few bookings and rooms.

use super::Luck;
use super::servers::Servers;
use serde_json::{Value, json};
use tests::{Told, day};

/// Whom a server acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    Manager,
    Kiosk,
    Beth,
    Carl,
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) tool: &'static str,
    pub(super) arguments: Value,
}

pub(super) struct Wish {
    pub(super) caller: Caller,
    pub(super) call: Call,
    /// Two agents ask for it at once, with one token.
    twice: bool,
}

const STAFF_ALONE: &[&str] = &[
    "assign_room",
    "submit_maintenance_request",
    "manage_case",
    "compensate_checkout_failure",
    "compensate_checkout_failure",
    "create_contact_if_not_found",
    "create_case",
    "update_room_status",
    "update_room_status",
    "search_bookings_on_behalf_of_staff",
    "search_rooms_on_behalf_of_staff",
    "search_cases_on_behalf_of_staff",
    "search_contacts",
    "search_tool_calls",
    "retrieve_payment_status",
    "hotel_today",
];
const GUESTS_ALONE: &[&str] = &[
    "search_bookings_on_behalf_of_guest",
    "search_rooms_on_behalf_of_guest",
    "search_cases_on_behalf_of_guest",
];
const BOTH: &[&str] = &[
    "check_in_guest",
    "check_in_guest",
    "process_guest_checkout",
    "process_guest_checkout",
    "create_booking",
    "create_booking",
    "manage_booking",
    "cancel_booking",
    "submit_guest_service_request",
    "search_available_rooms",
];
/// Who may come, and who may go: those who are here from the start, and those who have come meanwhile.
const COMING: &[&str] = &[
    "sarah@example.com",
    "wei.chen@example.com",
    "sofia.martinez@example.com",
    "beth.gibbs@email.com",
    "patrick.obrien@example.com",
    "new@example.com",
];
const GOING: &[&str] = &[
    "beth.gibbs@email.com",
    "beth.gibbs@email.com",
    "carl.smith@example.com",
    "carl.smith@example.com",
    "sarah@example.com",
    "wei.chen@example.com",
    "patrick.obrien@example.com",
];
const ROOMS: &[&str] = &["100", "101", "102", "104", "106", "109", "201", "202", "205", "206"];
const BOOKINGS: &[&str] = &[
    "BK-0001", "BK-0002", "BK-0003", "BK-0004", "BK-0005", "BK-0007", "BK-0008", "BK-0011", "BK-0012",
    "BK-0013", "BK-0014", "BK-0015",
];
const CARDS: &[&str] =
    &["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"];

/// So often a call is made again: far more than any storm lasts.
const PATIENCE: usize = 500;

impl Wish {
    pub(super) fn random(caller: Caller, luck: &mut Luck, name: &str) -> Self {
        let own = if caller == Caller::Manager { STAFF_ALONE } else { GUESTS_ALONE };
        let tool = luck.pick(&[own, BOTH].concat());
        let mut arguments = arguments(tool, luck, name);
        if matches!(caller, Caller::Beth | Caller::Carl) {
            // A guest's own server knows whom it acts for.
            arguments.as_object_mut().expect("an object").remove("guest_email");
        }
        let token = writes(tool) && !luck.one_in(4);
        if token {
            arguments["idempotency_token"] = name.into();
        }
        Self { caller, call: Call { tool, arguments }, twice: token && luck.one_in(5) }
    }

    /// Makes the call until there is a definite answer. Without a token nobody can ask again for the same: what became of
    /// such a call whose server is gone, its caller never learns.
    pub(super) async fn see_through(&self, servers: &Servers) -> Option<(Call, Told)> {
        let mut call = self.call.clone();
        if let Some(booking) =
            call.arguments["payment_intent_id"].as_str().and_then(|id| id.strip_prefix("of "))
        {
            let (payment, guest) = payment_of(servers, booking).await;
            call.arguments["payment_intent_id"] = payment;
            call.arguments["guest_email"] = guest;
        }
        let ask = || insist(servers, self.caller, call.clone());
        if !self.twice {
            let told = ask().await?;
            return Some((call, told));
        }
        let (one, other) = tokio::join!(ask(), ask());
        let (one, other) = (one.expect("an answer"), other.expect("an answer"));
        if one.succeeded() && other.succeeded() {
            assert_eq!(without_replayed(&one), without_replayed(&other), "one token, one answer");
        }
        // A refusal frees the token: then the other agent's call may have had better luck.
        Some((call, if one.succeeded() { one } else { other }))
    }
}

/// The payment of a booking and whose it is; another one if there is none.
async fn payment_of(servers: &Servers, booking: &str) -> (Value, Value) {
    let look = Call { tool: "retrieve_payment_status", arguments: json!({"booking_number": booking}) };
    let told = insist(servers, Caller::Manager, look).await.expect("reads are asked until they are answered");
    if !told.succeeded() {
        return ("pi_seed_0009".into(), "rthompson@example.com".into());
    }
    (told.data()["payment_intent_id"].clone(), told.data()["guest_email"].clone())
}

/// Makes a call until its answer is definite, as a patient agent does; none if nobody can ask for it again.
pub(super) async fn insist(servers: &Servers, caller: Caller, mut call: Call) -> Option<Told> {
    for _ in 0..PATIENCE {
        let Some(told) = servers.ask(caller, &call).await else {
            if writes(call.tool) && call.arguments["idempotency_token"].is_null() {
                return None;
            }
            continue;
        };
        if told.0["retry_safe"] != true {
            return Some(told);
        }
        if writes(call.tool) {
            call.arguments["idempotency_token"] = told.details()["idempotency_token"].clone();
        }
    }
    panic!("no definite answer to {call:?}");
}

pub(super) fn without_replayed(told: &Told) -> Value {
    let mut told = told.0.clone();
    if let Some(data) = told["data"].as_object_mut() {
        data.remove("replayed");
    }
    told
}

pub(super) fn writes(tool: &str) -> bool {
    !tool.starts_with("search_") && !["hotel_today", "retrieve_payment_status"].contains(&tool)
}

fn arguments(tool: &str, luck: &mut Luck, name: &str) -> Value {
    let (coming, going) = (luck.pick(COMING), luck.pick(GOING));
    let room = luck.pick(ROOMS);
    let booking = luck.pick(BOOKINGS);
    let (arrival, nights) =
        (i64::try_from(luck.below(9) / 2).unwrap(), i64::try_from(1 + luck.below(2)).unwrap());
    let stay = json!({"check_in_date": day(arrival), "check_out_date": day(arrival + nights)});
    match tool {
        "check_in_guest" if luck.one_in(3) => json!({"guest_email": coming, "room_number": room}),
        "check_in_guest" => json!({"guest_email": coming}),
        "process_guest_checkout" => json!({"guest_email": going, "payment_method_id": luck.pick(CARDS)}),
        "create_booking" => tests::with(
            stay,
            json!({"guest_email": coming, "guest_first_name": "New", "guest_last_name": "Guest",
                   "room_number": room, "special_requests": name}),
        ),
        "manage_booking" if luck.one_in(2) => {
            json!({"booking_number": booking, "number_of_guests": 1 + luck.below(3)})
        }
        "manage_booking" => json!({"booking_number": booking, "check_out_date": day(1 + nights)}),
        "cancel_booking" | "retrieve_payment_status" => json!({"booking_number": booking}),
        "assign_room" => json!({"booking_number": booking, "room_number": room}),
        "submit_guest_service_request" => json!({"guest_email": going, "description": name}),
        "submit_maintenance_request" => {
            json!({"room_number": room, "description": name, "take_room_out_of_use": luck.one_in(4)})
        }
        "create_case" => json!({"room_number": room, "type": "Housekeeping", "description": name}),
        "manage_case" => json!({
            "case_number": luck.pick(&["00001001", "00001002", "00001003"]),
            "status": luck.pick(&["New", "Working", "Escalated", "Closed"]),
            "priority": luck.pick(&["Low", "High"]),
        }),
        "compensate_checkout_failure" => json!({"payment_intent_id": format!("of {booking}")}),
        "create_contact_if_not_found" => json!({
            "email": luck.pick(&["ada@example.com", "eva@example.com", "new@example.com"]),
            "first_name": "Ada", "last_name": "Lovelace"
        }),
        "update_room_status" => {
            json!({"room_number": room, "status": luck.pick(&["Vacant", "Vacant", "Vacant", "Cleaning"])})
        }
        "search_available_rooms" => stay,
        "search_tool_calls" => json!({"limit": 5}),
        alone if GUESTS_ALONE.contains(&alone) => json!({"guest_email": going}),
        _ => json!({}),
    }
}
